import { hash, randomUUID } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

/**
 * The weak tag of a body for this caller: it differs by `Authorization` and
 * `Accept`, because the answer might (contract 8.5).
 */
export function etagOf(body: string, headers: IncomingHttpHeaders): string {
  const vary = `${headers.authorization ?? ''}\n${headers.accept ?? ''}\n`
  return `W/"${hash('sha256', vary + body, 'hex')}"`
}

/** The next release may make another body of the same facts, so a tag made of facts ends with the process. */
const maker = randomUUID()

/** What `etagOf` takes instead of a body that was not built: all that it would be made of. */
export const versionText = (version: unknown): string => JSON.stringify([maker, version])

/** Whether the caller has what we are about to send: `If-None-Match` wins over `If-Modified-Since` (RFC 9110, 13.2.2). */
export function isUnchanged(
  headers: IncomingHttpHeaders,
  etag: string,
  lastModified: string | undefined,
): boolean {
  const known = headers['if-none-match']
  if (known !== undefined) {
    const bare = (tag: string) => tag.trim().replace(/^W\//, '')
    return known.split(',').some((tag) => bare(tag) === '*' || bare(tag) === bare(etag))
  }
  const since = Date.parse(headers['if-modified-since'] ?? '')
  return lastModified !== undefined && since >= Date.parse(lastModified)
}
