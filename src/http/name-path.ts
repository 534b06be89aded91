/** What may lie below an environment in a path (contract 5.1). */
const below = '(?:secrets|variables)'
const belowOne = new RegExp(`/${below}(?:/[^/]*)?$`)
const repository = '(?:/api/v3)?/(?:repos/[^/?]+/[^/?]+|repositories/[^/?]+)'
const environment = new RegExp(
  `^(${repository}/environments/)([^?]+?)(/${below}(?:/[^/?]+)?)?(\\?.*)?$`,
)

/**
 * An address with the slashes in the name of an environment encoded, so that the
 * name is one segment to whoever routes it: clients send them encoded and raw
 * (contract 14). Any other address, and one that ends in a slash, stays as it is.
 */
export function joinNames(url: string): string {
  const [, base, name = '', rest = '', query = ''] = environment.exec(url) ?? []
  if (!base || name.endsWith('/')) return url
  return `${base}${name.replaceAll('/', '%2F')}${rest}${query}`
}

/**
 * An environment's name in a path. Slashes stay as they are, as recorded from
 * GitHub, but where the path would lead elsewhere; what a URL cannot hold is
 * encoded, since clients follow it.
 */
export function environmentPath(name: string): string {
  if (belowOne.test(name)) return encodeURIComponent(name)
  return name.split('/').map(encodeURIComponent).join('/')
}
