import { once } from 'node:events'
import { connect } from 'node:net'

const answerMs = 20_000

export type Answer = { readonly status: number; readonly body: string }

/**
 * One kept-alive connection and as little work as can be: a client that parsed every header
 * would be slower than what it measures.
 */
export async function openConnection(port: number) {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true }).setTimeout(answerMs)
  await once(socket, 'connect')
  let received = Buffer.alloc(0)
  let waiting: PromiseWithResolvers<Answer> | undefined
  socket.on('data', (chunk) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk])
    const answer = wholeAnswer(received)
    if (!answer) return
    received = Buffer.alloc(0)
    waiting?.resolve(answer)
  })
  const fail = () =>
    waiting?.reject(new Error('The server closed the connection or did not answer'))
  socket.on('error', fail).on('close', fail).on('timeout', fail)

  function ask(request: string): Promise<Answer> {
    waiting = Promise.withResolvers()
    socket.write(request)
    return waiting.promise
  }
  return { ask, close: () => socket.destroy() }
}

export type Connection = Awaited<ReturnType<typeof openConnection>>

/** The answer when all of it is there: by its Content-Length, or to the last chunk. */
function wholeAnswer(received: Buffer): Answer | undefined {
  const headEnd = received.indexOf('\r\n\r\n')
  if (headEnd < 0) return undefined
  const head = received.toString('latin1', 0, headEnd)
  const status = Number(head.slice(9, 12))
  const body = received.subarray(headEnd + 4)
  if (status === 204) return { status, body: '' }
  const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1]
  if (length !== undefined)
    return body.length < Number(length) ? undefined : { status, body: body.toString() }
  return body.subarray(-5).equals(lastChunk) ? { status, body: unchunked(body) } : undefined
}

const lastChunk = Buffer.from('0\r\n\r\n')

function unchunked(body: Buffer): string {
  const parts: Buffer[] = []
  for (let at = 0; at < body.length; ) {
    const lineEnd = body.indexOf('\r\n', at)
    const length = Number.parseInt(body.toString('latin1', at, lineEnd), 16)
    if (!(length > 0)) break
    parts.push(body.subarray(lineEnd + 2, lineEnd + 2 + length))
    at = lineEnd + 2 + length + 2
  }
  return Buffer.concat(parts).toString()
}
