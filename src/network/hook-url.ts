import { isIP } from 'node:net'
import type { AddressPolicy } from './address-policy.ts'

export type HookUrl =
  | { readonly kind: 'accepted'; readonly url: URL }
  | { readonly kind: 'malformed' }
  | { readonly kind: 'unreachable_host'; readonly host: string }

/** Mail, databases and other services that a POST could talk to are not receivers of hooks (delivery 5). */
const portMin = 1024
const urlCharactersMax = 2048

/**
 * What can be said of a URL without asking anybody: its form, and its host where that is an
 * address or a name with a fixed meaning. The addresses behind other names are vetted at each
 * connection, since a name may point elsewhere by then.
 */
export function parseHookUrl(text: string, policy: AddressPolicy): HookUrl {
  // The parser would drop spaces and control characters silently, and keep a login in the URL.
  const isPlain = text.length <= urlCharactersMax && /^https?:\/\/[^\s\p{Cc}]+$/iu.test(text)
  const url = isPlain ? URL.parse(text) : null
  if (!url || url.username || url.password || !mayUsePort(url)) return { kind: 'malformed' }
  const host = hostOf(url)
  const addresses = fixedAddressesOf(host)
  if (addresses && !addresses.some(policy.allows)) return { kind: 'unreachable_host', host }
  return { kind: 'accepted', url }
}

/** The host without the brackets of an IPv6 literal and without the dot of a rooted name. */
export const hostOf = (url: Pick<URL, 'hostname'>) =>
  url.hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '')

/**
 * The addresses of a host that nobody needs to be asked about: an address itself, and names that
 * have a meaning by definition (RFC 6761, the clouds' metadata services). `null` for other names.
 */
export function fixedAddressesOf(host: string): readonly string[] | null {
  if (isIP(host)) return [host]
  if (host === 'localhost' || host.endsWith('.localhost')) return ['127.0.0.1', '::1']
  if (host === 'metadata' || host === 'metadata.google.internal') return ['169.254.169.254']
  return null
}

const mayUsePort = ({ port }: URL) =>
  port === '' || port === '80' || port === '443' || Number(port) >= portMin
