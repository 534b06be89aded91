/** What may lie below an environment in a path (contract 4.1 and 5.1). */
const below = '(?:deployment-branch-policies|deployment_protection_rules|secrets|variables)'
const belowOne = new RegExp(`/${below}(?:/[^/]*)?$`)
const repository = '(?:/api/v3)?/(?:repos/[^/?]+/[^/?]+|repositories/[^/?]+)'
const environment = new RegExp(
  `^(${repository}/environments/)([^?]+?)(/${below}(?:/[^/?]+)?)?(\\?.*)?$`,
)

/** Of our own, below which GitHub has nothing: there an environment may be called so. */
const ownBelow =
  '(?:current|deployability|freezes(?:/[^/?]+)?|lock|queue|rename|retention|settings)'
const ownRepository = '/api/slipway/v1/(?:repos/[^/?]+/[^/?]+|repositories/[^/?]+)'
const ownEnvironment = new RegExp(
  `^(${ownRepository}/environments/)([^?]+?)(/${ownBelow})(\\?.*)?$`,
)

const protection = new RegExp(`^(${repository}/branches/)([^?]+)(/protection)(\\?.*)?$`)

/** All three do, and few others: looked for first, since every request comes by here. */
const mayHold = /\/environments\/|\/protection/

/**
 * An address with the slashes in the name of an environment, or of a branch whose
 * protection it speaks of, encoded, so that the name is one segment to whoever
 * routes it: clients send them encoded and raw (contract 14). Any other address,
 * and one that ends in a slash, stays as it is.
 */
export function joinNames(url: string): string {
  if (!mayHold.test(url)) return url
  const found = environment.exec(url) ?? protection.exec(url) ?? ownEnvironment.exec(url)
  const [, base, name = '', rest = '', query = ''] = found ?? []
  if (!base || name.endsWith('/')) return url
  return `${base}${name.replaceAll('/', '%2F')}${rest}${query}`
}

/**
 * An environment's name in a path. Slashes stay as they are, as recorded from
 * GitHub, but where the path would lead elsewhere; what a URL cannot hold is
 * encoded, since clients follow it.
 */
export function environmentPath(name: string): string {
  const segments = name.split('/')
  const isPlain = segments.every((segment) => !['', '.', '..'].includes(segment))
  if (!isPlain || belowOne.test(name)) return encodeURIComponent(name)
  return namePath(name)
}

/** A name within an address: its slashes stay, as GitHub has them. */
export const namePath = (name: string): string => name.split('/').map(encodeURIComponent).join('/')
