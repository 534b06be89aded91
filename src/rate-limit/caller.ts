import type { Caller } from './model.ts'

/**
 * Who is counted together where there is no token: an IPv4 address, or the /64
 * of an IPv6 one, all of which one host may use.
 */
export function callerAt(address: string): Caller {
  const bare = address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '')
  if (!bare.includes(':')) return { kind: 'address', address: bare }
  return { kind: 'address', address: `${networkOf(bare)}::/64` }
}

/** The first four groups, with what `::` leaves out. */
function networkOf(address: string): string {
  const [before = '', after] = address.split('::')
  const head = before.split(':').filter(Boolean)
  const tail = (after ?? '').split(':').filter(Boolean)
  const left = after === undefined ? 0 : Math.max(0, 8 - head.length - tail.length)
  const groups = [...head, ...Array.from({ length: left }, () => '0'), ...tail]
  return groups.slice(0, 4).join(':')
}
