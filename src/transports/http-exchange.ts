import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Readable, Transform } from 'node:stream'
import { createGunzip } from 'node:zlib'
import type { GitStream, StreamEnd } from '../git/model.ts'
import { answerFor } from '../http/errors.ts'
import { Problem } from '../lib/problem.ts'

type Exchange = {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly git: GitStream
  readonly contentType: string
  /** The longest body, inflated; 0 for a request that has none. */
  readonly bodyBytesMax: number
}

const noCache = {
  'cache-control': 'no-cache, max-age=0, must-revalidate',
  expires: 'Fri, 01 Jan 1980 00:00:00 GMT',
  pragma: 'no-cache',
}
const silenceMs = 10 * 60 * 1000
const lingerMs = 10_000

/**
 * Carries a request's body to git and git's output back, each at the pace of whoever reads it.
 * A client that goes away ends its git. Resolves with git's end, and rejects as `git.done` does.
 */
export async function exchangePacks(exchange: Exchange): Promise<StreamEnd> {
  const { request, response, git } = exchange
  // Told at the end; until then nobody waits for it, and it must not end the server.
  git.done.catch(() => {})
  const hangUp = () => request.socket.destroy()
  request.socket.setTimeout(silenceMs).once('timeout', hangUp)
  response.once('close', () => git.output.destroy())
  try {
    if (exchange.bodyBytesMax > 0) feed(exchange, (fault) => git.output.destroy(fault))
    else git.input.end()
    await answer(exchange)
  } catch (error) {
    refuse(response, error)
  }
  request.socket.off('timeout', hangUp)
  return await git.done
}

async function answer({ response, git, contentType, bodyBytesMax }: Exchange): Promise<void> {
  const headers = { ...noCache, 'content-type': contentType }
  for await (const chunk of git.output) {
    if (!response.headersSent) response.writeHead(200, headers)
    if (!response.write(chunk)) await drained(response)
  }
  if (!response.headersSent) {
    const { code, errors } = await git.done
    if (code !== 0 && bodyBytesMax > 0) {
      throw new Problem('bad_request', 'Git could not make sense of the request.')
    }
    if (code !== 0) throw new Error(`git said nothing and ended with ${code}: ${errors}`)
    response.writeHead(200, headers)
  }
  response.end()
}

/** A response that closes never drains; the reading of git's output then fails by itself. */
async function drained(response: ServerResponse): Promise<void> {
  if (response.closed) return
  const { promise, resolve } = Promise.withResolvers<void>()
  response.on('drain', resolve).on('close', resolve)
  await promise
  response.off('drain', resolve).off('close', resolve)
}

/** Too late for a status once git has spoken: then breaking off tells the client. */
export function refuse(response: ServerResponse, error: unknown): void {
  // It was answered whole: with git's own words.
  if (response.writableEnded) return
  if (response.headersSent || response.destroyed) {
    response.destroy()
    return
  }
  const { status, headers } = answerFor(error, '')
  const text = error instanceof Problem ? error.message : 'Server Error'
  const asksForPassword = status === 401 ? { 'www-authenticate': 'Basic realm="Slipway"' } : {}
  const type = { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' }
  response.writeHead(status, { ...noCache, ...headers, ...asksForPassword, ...type })
  response.end(`${text}\n`)
  void endBody(response)
}

/** Whoever was refused may still be sending: a moment for reading the answer, and no more. */
async function endBody(response: ServerResponse): Promise<void> {
  const { req } = response
  if (req.complete) return
  const timer = setTimeout(() => req.socket.destroy(), lingerMs)
  req.resume()
  await once(req, 'close').catch(() => {
    // Broken off, which ends it as well.
  })
  clearTimeout(timer)
}

function feed({ request, git, bodyBytesMax }: Exchange, fail: (fault: Error) => void): void {
  const body = inflate(request, fail)
  const bounded = body.pipe(bound(bodyBytesMax)).once('error', fail)
  request.once('error', fail)
  bounded.pipe(git.input)
  // A git that has ended reads no more. The rest falls, so that the client lives to read why.
  git.input.once('close', () => bounded.resume())
}

function inflate(request: IncomingMessage, fail: (fault: Error) => void): Readable {
  const encoding = request.headers['content-encoding'] ?? 'identity'
  if (encoding === 'identity') return request
  if (encoding !== 'gzip' && encoding !== 'x-gzip') {
    throw new Problem('unsupported', `Content-Encoding ${encoding} is not understood; use gzip.`)
  }
  const gunzip = createGunzip()
  gunzip.once('error', () => fail(new Problem('bad_request', 'The body is not valid gzip.')))
  return request.pipe(gunzip)
}

function bound(bytesMax: number): Transform {
  let bytes = 0
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length
      if (bytes <= bytesMax) return done(null, chunk)
      const mebibytes = Math.round(bytesMax / 1024 / 1024)
      done(new Problem('too_large', `The body is larger than ${mebibytes} MiB.`))
    },
  })
}
