import { promises as dns } from 'node:dns'
import { fixedAddressesOf } from '../network/hook-url.ts'
import type { DnsFailure } from './model.ts'

type Resolution =
  | { readonly kind: 'resolved'; readonly addresses: readonly string[] }
  | { readonly kind: 'failed'; readonly reason: DnsFailure }

/** Asks for a name's addresses, anew at every connection. */
export type Resolve = (hostname: string) => Promise<Resolution>

/** For the first try; c-ares waits twice as long for the second. */
const queryTimeoutMs = 1500
const queryTries = 2
const systemLookupsMax = 2

/**
 * Resolves through c-ares, whose queries have a time limit and keep no thread. A name it does not
 * know is looked for in /etc/hosts by the system. `servers` replaces the machine's own list.
 */
export function openResolver(servers?: readonly string[]): Resolve {
  const resolver = new dns.Resolver({ timeout: queryTimeoutMs, tries: queryTries })
  if (servers) resolver.setServers(servers)
  const lookupInSystem = openSystemLookup()
  return async (hostname) => {
    const fixed = fixedAddressesOf(hostname)
    if (fixed) return { kind: 'resolved', addresses: fixed }
    const answers = await Promise.allSettled([
      resolver.resolve4(hostname),
      resolver.resolve6(hostname),
    ])
    const addresses = answers.flatMap((answer) =>
      answer.status === 'fulfilled' ? answer.value : [],
    )
    if (addresses.length > 0) return { kind: 'resolved', addresses }
    const reason = failureOf(
      answers.map((answer) => (answer.status === 'rejected' ? answer.reason : null)),
    )
    const inSystem = reason === 'not_found' ? await lookupInSystem(hostname) : []
    return inSystem.length > 0
      ? { kind: 'resolved', addresses: inSystem }
      : { kind: 'failed', reason }
  }
}

/** The system's lookup blocks a thread of the pool that files are flushed with, so few may wait in it. */
function openSystemLookup(): (hostname: string) => Promise<string[]> {
  const slots = Array.from({ length: systemLookupsMax }, () => Promise.resolve<string[]>([]))
  const asked = new Map<string, Promise<string[]>>()
  let turn = 0
  return (hostname) => {
    const known = asked.get(hostname)
    if (known !== undefined) return known
    const slot = turn++ % systemLookupsMax
    const found = (slots[slot] ?? Promise.resolve())
      .then(() => addressesInSystem(hostname))
      .finally(() => asked.delete(hostname))
    slots[slot] = found
    asked.set(hostname, found)
    return found
  }
}

async function addressesInSystem(hostname: string): Promise<string[]> {
  try {
    return (await dns.lookup(hostname, { all: true })).map(({ address }) => address)
  } catch {
    // Whatever the reason, the name server's answer stands: there is no such name.
    return []
  }
}

/** The worse of two failures: that a name does not exist is only known when both queries say so. */
function failureOf(errors: readonly unknown[]): DnsFailure {
  const codes = errors.map((error) => (error instanceof Error && 'code' in error ? error.code : ''))
  if (codes.includes('ETIMEOUT')) return 'timed_out'
  const isUnknown = (code: unknown) => code === 'ENOTFOUND' || code === 'ENODATA'
  return codes.every((code) => isUnknown(code) || code === 'ECONNREFUSED')
    ? 'not_found'
    : 'server_failure'
}
