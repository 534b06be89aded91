import type { FastifyReply } from 'fastify'
import type { Rendered } from '../http/render.ts'
import type { Headers } from './headers.ts'

/** Its headers are written to: nobody else may hold them. */
type Written = {
  readonly status: number
  readonly headers: Headers
  readonly content: Rendered['content'] | undefined
}

/**
 * Sends an answer. All but streams go past Fastify, which would look at every header twice more;
 * Node itself leaves the body out of what answers HEAD.
 */
export function write(reply: FastifyReply, { status, headers, content }: Written): FastifyReply {
  if (typeof content === 'object') {
    const isUnread = reply.request.method === 'HEAD'
    // Or it would be read to an end that may never come.
    if (isUnread) content.destroy()
    return reply
      .code(status)
      .headers(headers)
      .send(isUnread ? undefined : content)
  }
  reply.hijack()
  const length = lengthOf(status, content)
  if (length !== undefined) headers['content-length'] = String(length)
  reply.raw.writeHead(status, headers)
  // Of ASCII, which has as many bytes as letters, Node need not think what it is in UTF-8.
  const encoding = length === content?.length ? 'latin1' : 'utf8'
  endTogether(() => reply.raw.end(content, encoding))
  return reply
}

/** 204 and 304 have none (RFC 9110, 8.6). */
function lengthOf(status: number, content: string | undefined): number | undefined {
  if (status === 204 || status === 304) return undefined
  return content === undefined ? 0 : Buffer.byteLength(content)
}

const ends: (() => void)[] = []

/**
 * The answers of one turn of the event loop go out one right after another, at its end. A client,
 * or a proxy, on this machine is then woken once for all of them; waking it for each took half of
 * a small request's processor time.
 */
function endTogether(end: () => void): void {
  if (ends.push(end) > 1) return
  setImmediate(() => {
    for (const one of ends.splice(0)) one()
  })
}
