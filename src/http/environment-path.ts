/** What lies below an environment; its own name comes before it in a path. */
const below = '/(?:secrets|variables)(?:/[^/]+)?'
const environments = '/api/v3/(?:repos/[^/]+/[^/]+|repositories/[^/]+)/environments/'

/** The shortest name that leaves something known: a secret may itself be called `secrets`. */
const pathBelow = new RegExp(`^(${environments})(.+?)(${below})$`)
const misleadingName = new RegExp(`.${below}$`)

/**
 * The path with an environment's name as one segment, though clients leave its
 * slashes as they are (contract 14): `…/environments/a/b/secrets/X` becomes
 * `…/environments/a%2Fb/secrets/X`. Other paths stay as they are.
 */
export function withOneNameSegment(url: string): string {
  const [path = '', ...query] = url.split('?')
  const found = pathBelow.exec(path)
  if (!found) return url
  const [, before = '', name = '', after = ''] = found
  return [`${before}${name.replaceAll('/', '%2F')}${after}`, ...query].join('?')
}

/**
 * An environment's name in our own addresses. Slashes stay, as recorded from
 * GitHub, unless they would lead below another environment; what a URL cannot
 * hold is encoded, since clients follow it.
 */
export function environmentPathOf(name: string): string {
  if (misleadingName.test(name)) return encodeURIComponent(name)
  return name.split('/').map(encodeURIComponent).join('/')
}
