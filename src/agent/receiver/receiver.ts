import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Secret } from '../../lib/secret.ts'
import type { Notice } from './model.ts'
import { isSigned, parseNotice } from './notice.ts'

/** Answers requests to its path; false when the request is for someone else. */
export type Receiver = (request: IncomingMessage, response: ServerResponse) => boolean

export type ReceiverOptions = {
  readonly path: string
  /** Who may send here, each with the secrets it may sign with. */
  readonly senders: readonly Sender[]
  readonly bodyBytesMax: number
  /** Takes note of it durably; must not wait for anything slower than the disk. */
  readonly receive: (
    sender: string,
    notice: Notice,
  ) => Promise<'accepted' | 'duplicate' | 'ignored'>
  readonly onError: (error: unknown) => void
}

type Sender = { readonly name: string; readonly secrets: readonly Secret[] }

/** A sender that dribbles must not hold a connection. */
const bodyMs = 10_000

/**
 * The door for webhooks (agent 4): 413 over the limit, 401 unless one of the secrets
 * signed the raw bytes, then 202 with what became of it. Nothing is parsed before
 * the signature holds, and nothing is kept of what does not hold.
 */
export function openReceiver(options: ReceiverOptions): Receiver {
  return (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    if (pathname !== options.path) return false
    answer(options, request, response).catch((error: unknown) => {
      options.onError(error)
      reply(response, 500, 'failed')
    })
    return true
  }
}

async function answer(
  options: ReceiverOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== 'POST') return reply(response, 405, 'use POST')
  const body = await readBody(request, options.bodyBytesMax)
  if (body === 'too_large') return reply(response, 413, 'body too large')
  if (body === 'too_slow') return reply(response, 408, 'body too slow')
  const signature = [request.headers['x-hub-signature-256']].flat()[0]
  const sender = options.senders.find(({ secrets }) => isSigned(body, signature, secrets))
  if (sender === undefined) return reply(response, 401, 'signature missing or wrong')
  const notice = parseNotice(body)
  if (notice === null) return reply(response, 202, 'ignored')
  reply(response, 202, await options.receive(sender.name, notice))
}

function reply(response: ServerResponse, status: number, result: string): void {
  if (response.headersSent) return
  // The rest of a body that we do not read must not be taken for the next request.
  const close = status === 413 || status === 408 ? { connection: 'close' } : {}
  response.writeHead(status, { 'content-type': 'application/json', ...close })
  response.end(`${JSON.stringify({ result })}\n`)
}

async function readBody(
  request: IncomingMessage,
  bytesMax: number,
): Promise<Buffer | 'too_large' | 'too_slow'> {
  if (Number(request.headers['content-length'] ?? 0) > bytesMax) return 'too_large'
  const chunks: Buffer[] = []
  let bytes = 0
  const { promise, resolve, reject } = Promise.withResolvers<Buffer | 'too_large' | 'too_slow'>()
  const timer = setTimeout(() => resolve('too_slow'), bodyMs)
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > bytesMax) resolve('too_large')
    else chunks.push(chunk)
  })
  request.on('end', () => resolve(Buffer.concat(chunks)))
  request.on('error', reject)
  return await promise.finally(() => {
    clearTimeout(timer)
    request.removeAllListeners('data')
    request.resume()
  })
}
