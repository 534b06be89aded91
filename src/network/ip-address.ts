import { isIPv4, isIPv6 } from 'node:net'

/** An address as a number, so that membership in a network is a shift and a comparison. */
export type IpAddress = { readonly family: 4 | 6; readonly bits: bigint }

/** A network in CIDR notation: the first `prefix` bits are fixed. */
export type Network = IpAddress & { readonly prefix: number }

/** `null` for what is not one address in its usual spelling; a zone (`fe80::1%eth0`) is refused. */
export function parseIpAddress(text: string): IpAddress | null {
  if (isIPv4(text)) return { family: 4, bits: ipv4Bits(text) }
  if (isIPv6(text) && !text.includes('%')) return { family: 6, bits: ipv6Bits(text) }
  return null
}

/** `10.0.0.0/8`, `::1/128`, or one address. `null` when it is neither, or has bits beyond its prefix. */
export function parseNetwork(text: string): Network | null {
  const [, start = '', length] = text.match(/^([^/]+)(?:\/(\d{1,3}))?$/) ?? []
  const address = parseIpAddress(start)
  if (!address) return null
  const width = widthOf(address)
  const prefix = length === undefined ? width : Number(length)
  if (prefix > width) return null
  const hostBits = BigInt(width - prefix)
  if ((address.bits >> hostBits) << hostBits !== address.bits) return null
  return { ...address, prefix }
}

export function isInNetwork(address: IpAddress, network: Network): boolean {
  if (address.family !== network.family) return false
  const hostBits = BigInt(widthOf(address) - network.prefix)
  return address.bits >> hostBits === network.bits >> hostBits
}

export const widthOf = ({ family }: Pick<IpAddress, 'family'>) => (family === 4 ? 32 : 128)

const ipv4Bits = (text: string) =>
  text.split('.').reduce((bits, part) => (bits << 8n) | BigInt(part), 0n)

function ipv6Bits(text: string): bigint {
  const [head = '', tail] = withoutDottedTail(text).split('::')
  const before = groupsOf(head)
  const after = groupsOf(tail ?? '')
  const zeros = new Array<bigint>(8 - before.length - after.length).fill(0n)
  return [...before, ...zeros, ...after].reduce((bits, group) => (bits << 16n) | group, 0n)
}

const groupsOf = (text: string) =>
  text === '' ? [] : text.split(':').map((group) => BigInt(`0x${group}`))

/** `::ffff:1.2.3.4` is `::ffff:102:304` (RFC 4291, 2.2). */
function withoutDottedTail(text: string): string {
  return text.replace(/[\d.]+\.[\d.]+$/, (dotted) => {
    const bits = ipv4Bits(dotted)
    return `${(bits >> 16n).toString(16)}:${(bits & 0xffffn).toString(16)}`
  })
}
