export type Credentials = { readonly user: string; readonly password: string }

/** What an `Authorization: Basic` says (RFC 7617); undefined where there is none, or it says nothing. */
export function basicCredentials(authorization = ''): Credentials | undefined {
  const [, encoded] = /^basic +(\S+) *$/i.exec(authorization) ?? []
  const text = Buffer.from(encoded ?? '', 'base64').toString('utf8')
  const colon = text.indexOf(':')
  if (colon < 0) return undefined
  return { user: text.slice(0, colon), password: text.slice(colon + 1) }
}
