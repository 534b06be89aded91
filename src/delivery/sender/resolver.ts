import { promises as dns } from 'node:dns'
import { fixedAddressesOf } from '../../network/hook-url.ts'
import type { DnsFailure } from './model.ts'

type Resolution =
  | { readonly kind: 'resolved'; readonly addresses: readonly string[] }
  | { readonly kind: 'failed'; readonly reason: DnsFailure }

/** A resolution and for how long it may be used. */
type Answered = { readonly resolution: Resolution; readonly usableMs: number }

/** Gives a name's addresses, for a connection that is to be opened now. */
export type Resolve = (hostname: string) => Promise<Resolution>

/** For the first try; c-ares waits twice as long for the second. */
const queryTimeoutMs = 1500
const queryTries = 2
const systemLookupsMax = 2
/** However long the name server says: a receiver that moves should not wait for longer. */
const usableMsMax = 60_000
/** So that many hooks of one host that does not resolve ask once. */
const failureUsableMs = 1_000
const namesMax = 10_000

/**
 * Resolves through c-ares, whose queries have a time limit and keep no thread. A name it does not
 * know is looked for in /etc/hosts by the system. Answers are kept as long as they say, up to a
 * minute. `servers` replaces the machine's own list.
 */
export function openResolver(servers?: readonly string[]): Resolve {
  const resolver = new dns.Resolver({ timeout: queryTimeoutMs, tries: queryTries })
  if (servers) resolver.setServers(servers)
  const lookupInSystem = openSystemLookup()
  return remembering(async (hostname) => {
    const asked = { ttl: true } as const
    const answers = await Promise.allSettled([
      resolver.resolve4(hostname, asked),
      resolver.resolve6(hostname, asked),
    ])
    const records = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
    if (records.length > 0) {
      const addresses = records.map(({ address }) => address)
      const usableMs = Math.min(...records.map(({ ttl }) => ttl * 1000), usableMsMax)
      return { resolution: { kind: 'resolved', addresses }, usableMs }
    }
    const reason = failureOf(
      answers.map((answer) => (answer.status === 'rejected' ? answer.reason : null)),
    )
    const inSystem = reason === 'not_found' ? await lookupInSystem(hostname) : []
    return inSystem.length > 0
      ? { resolution: { kind: 'resolved', addresses: inSystem }, usableMs: 0 }
      : { resolution: { kind: 'failed', reason }, usableMs: failureUsableMs }
  })
}

/** Those who ask at the same time share an answer, and those who ask soon after as well. */
function remembering(ask: (hostname: string) => Promise<Answered>): Resolve {
  const known = new Map<string, { readonly until: number; readonly resolution: Resolution }>()
  const asking = new Map<string, Promise<Resolution>>()
  async function askAndRemember(hostname: string): Promise<Resolution> {
    const { resolution, usableMs } = await ask(hostname)
    asking.delete(hostname)
    known.delete(hostname)
    if (usableMs > 0) known.set(hostname, { until: performance.now() + usableMs, resolution })
    const [oldest] = known.keys()
    if (oldest !== undefined && known.size > namesMax) known.delete(oldest)
    return resolution
  }
  return async (hostname) => {
    const fixed = fixedAddressesOf(hostname)
    if (fixed) return { kind: 'resolved', addresses: fixed }
    const answer = known.get(hostname)
    if (answer && performance.now() < answer.until) return answer.resolution
    const asked = asking.get(hostname) ?? askAndRemember(hostname)
    asking.set(hostname, asked)
    return await asked
  }
}

/** The system's lookup blocks a thread of the pool that files are flushed with, so few may wait in it. */
function openSystemLookup(): (hostname: string) => Promise<string[]> {
  const slots = Array.from({ length: systemLookupsMax }, () => Promise.resolve<string[]>([]))
  let turn = 0
  return (hostname) => {
    const slot = turn++ % systemLookupsMax
    const found = (slots[slot] ?? Promise.resolve()).then(() => addressesInSystem(hostname))
    slots[slot] = found
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
