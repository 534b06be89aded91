const loopbackHosts = ['127.0.0.1', '[::1]', 'localhost']

export const isLoopback = (url: string): boolean => loopbackHosts.includes(new URL(url).hostname)

/**
 * Where to send the browser back to: what was asked for, if one of the registered
 * addresses allows it, or the first of these where nothing was. Undefined where
 * it is not allowed (contract 7.6).
 */
export function decideRedirect(
  asked: string | undefined,
  registered: readonly string[],
): string | undefined {
  if (asked === undefined) return registered[0]
  return registered.some((allowed) => isAllowed(asked, allowed)) ? asked : undefined
}

/** The same host or one below it, the same port, the same path or one below it; on loopback any port (RFC 8252 7.3). */
function isAllowed(asked: string, registered: string): boolean {
  if (!URL.canParse(asked) || hasTricks(asked)) return false
  const [url, base] = [new URL(asked), new URL(registered)]
  if (url.username !== '' || url.password !== '' || url.protocol !== base.protocol) return false
  const isSameHost = url.hostname === base.hostname || url.hostname.endsWith(`.${base.hostname}`)
  const isSamePort = url.port === base.port || loopbackHosts.includes(base.hostname)
  const folder = base.pathname.replace(/\/?$/, '/')
  const isBelow = url.pathname === base.pathname || url.pathname.startsWith(folder)
  return isSameHost && isSamePort && isBelow
}

/** What parsers disagree about: a fragment, a backslash, encoded dots and slashes, blanks. */
const hasTricks = (asked: string) =>
  /[#\\\s\p{Cc}]|%2e|%2f|%5c/iu.test(asked.split('?')[0] ?? '') || asked.includes('#')
