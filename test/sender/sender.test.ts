import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Attempt } from '../../src/delivery/sender/model.ts'
import type { Sender } from '../../src/delivery/sender/sender.ts'
import { type FaultOptions, type FaultServer, reply, startFaultServer } from './fault-server.ts'
import { openSender, postTo, waitFor } from './support.ts'

let sender: Sender
let server: FaultServer

beforeEach(() => {
  sender = openSender()
})
afterEach(async () => {
  sender[Symbol.dispose]()
  await server[Symbol.asyncDispose]()
})

const start = async (answer: FaultOptions['answer'], greet?: FaultOptions['greet']) => {
  server = await startFaultServer({ answer, ...(greet && { greet }) })
}
const send = (timeoutMs?: number, changes = {}) =>
  sender.send(postTo(server.url, changes), timeoutMs)
const answerOf = ({ outcome }: Attempt) => (outcome.kind === 'answered' ? outcome.answer : null)
const kindOf = ({ outcome }: Attempt) => outcome.kind

describe('an ordinary receiver', () => {
  it('gets the body as it is, with the headers and its own host', async () => {
    await start((socket) => socket.write(reply('200 OK', 'thanks', ['X-One: 1'])))
    const attempt = await send()
    const [received] = server.received
    expect(received?.head).toMatch(/^POST \/hook\?x=1 HTTP\/1\.1\r\n/)
    expect(received?.head).toContain(`host: 127.0.0.1:${server.port}`)
    expect(received?.head).toContain('X-GitHub-Event: ping')
    expect(received?.body).toBe('{"zen":"ü"}')
    expect(answerOf(attempt)).toMatchObject({
      status: 200,
      reason: 'OK',
      bodyBytes: 6,
      isTruncated: false,
    })
    expect(answerOf(attempt)?.body.toString()).toBe('thanks')
    expect(answerOf(attempt)?.headers).toContainEqual(['X-One', '1'])
    expect(attempt.remoteAddress).toBe('127.0.0.1')
  })

  it('is sent the next request on the same connection', async () => {
    await start((socket) => socket.write(reply('200 OK')))
    expect((await send()).isReused).toBe(false)
    expect((await send()).isReused).toBe(true)
    expect(server.connections()).toBe(1)
  })

  it('H14: may close after each answer', async () => {
    await start((socket) => socket.end(reply('200 OK', 'x', ['Connection: close'])))
    for (const _ of [1, 2, 3]) expect(answerOf(await send())?.status).toBe(200)
    expect(server.connections()).toBe(3)
  })

  it('may end its answer by closing', async () => {
    await start((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\nuntil the end'))
    expect(answerOf(await send())).toMatchObject({ status: 200, isTruncated: false, bodyBytes: 13 })
  })

  it.each(['204 No Content', '304 Not Modified'])(
    'H15: may answer %s without a body',
    async (status) => {
      await start((socket) => socket.write(`HTTP/1.1 ${status}\r\n\r\n`))
      const attempts = [await send(), await send()]
      expect(attempts.map((one) => answerOf(one)?.status)).toEqual(
        Array(2).fill(Number.parseInt(status, 10)),
      )
      expect(attempts[1]?.isReused).toBe(true)
    },
  )

  it('H15: may say 103 before its answer', async () => {
    await start((socket) =>
      socket.write(`HTTP/1.1 103 Early Hints\r\n\r\n${reply('205 Reset Content')}`),
    )
    expect(answerOf(await send())?.status).toBe(205)
  })

  it('H16: may refuse before it has read a large body', async () => {
    await start(
      () => undefined,
      (socket) =>
        socket.once('data', () => socket.write(reply('413 Too Large', '', ['Connection: close']))),
    )
    expect(answerOf(await send(3000, { body: Buffer.alloc(8_000_000, 32) }))?.status).toBe(413)
  })
})

describe('H8: a redirect', () => {
  it.each([301, 302, 307, 308])('%i is recorded and not followed', async (status) => {
    await using target = await startFaultServer({
      answer: (socket) => socket.write(reply('200 OK')),
    })
    await start((socket) => socket.write(reply(`${status} Moved`, '', [`Location: ${target.url}`])))
    expect(answerOf(await send())?.status).toBe(status)
    expect(target.connections()).toBe(0)
  })
})

describe('a receiver that takes its time', () => {
  it('H2: is given up when it never answers', async () => {
    await start(() => undefined)
    const attempt = await send(200)
    expect(kindOf(attempt)).toBe('timed_out')
    expect(attempt.durationMs).toBeLessThan(1000)
    await waitFor(() => server.open.size === 0, 'the connection to be closed')
  })

  it('H3: is given up when its headers drip', async () => {
    await start((socket) => drip(socket, 'HTTP/1.1 200 OK\r\n', 'X-Drip: 1\r\n'))
    expect(kindOf(await send(300))).toBe('timed_out')
    await waitFor(() => server.open.size === 0, 'the connection to be closed')
  })

  it('H4: has answered when only its body drips', async () => {
    await start((socket) => drip(socket, 'HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n', '.'))
    const attempt = await send(300)
    expect(answerOf(attempt)).toMatchObject({ status: 200, isTruncated: true })
    expect(answerOf(attempt)?.bodyBytes).toBeGreaterThan(0)
    await waitFor(() => server.open.size === 0, 'the connection to be closed')
  })

  it('H7: cannot hold us with endless 1xx answers', async () => {
    await start((socket) => drip(socket, '', 'HTTP/1.1 102 Processing\r\n\r\n'.repeat(20)))
    expect((await send(5000)).outcome).toMatchObject({ kind: 'invalid_response' })
  })
})

describe('a receiver that answers too much', () => {
  it('H5: is read for 64 KB, of which 20 KB are kept', async () => {
    await start((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      pour(socket, Buffer.alloc(16_384, 97))
    })
    const answer = answerOf(await send(5000))
    expect(answer).toMatchObject({ status: 200, isTruncated: true })
    expect(answer?.body.length).toBe(20 * 1024)
    expect(answer?.bodyBytes).toBeLessThan(256 * 1024)
    await waitFor(() => server.open.size === 0, 'the connection to be closed')
  })

  it('H6: is refused with 16 KB of headers', async () => {
    await start((socket) => socket.write(reply('200 OK', '', [`X-Long: ${'a'.repeat(17_000)}`])))
    expect(kindOf(await send())).toBe('invalid_response')
  })

  it('H6: is refused with endless headers', async () => {
    await start((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n')
      pour(socket, Buffer.from('X-More: 1\r\n'.repeat(1000)))
    })
    expect(kindOf(await send(5000))).toBe('invalid_response')
  })

  it('H13: has its gzip kept packed', async () => {
    const bomb = gzipSync(Buffer.alloc(10_000_000))
    await start((socket) => {
      socket.write(
        `HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${bomb.length}\r\n\r\n`,
      )
      socket.write(bomb)
    })
    const answer = answerOf(await send())
    expect(answer?.bodyBytes).toBe(bomb.length)
    expect(answer?.body.equals(bomb.subarray(0, 20 * 1024))).toBe(true)
  })
})

describe('a receiver that answers nonsense', () => {
  it.each([
    ['garbage', 'SSH-2.0-OpenSSH_9.2\r\n\r\n'],
    ['bytes', '\x00\x01\x02\xff\xfe\r\n\r\n'],
    ['a status line without a status', 'HTTP/1.1 OK\r\n\r\n'],
    [
      'a chunk without a size',
      'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n',
    ],
    [
      'an upgrade nobody asked for',
      'HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n',
    ],
    ['100 Continue that nobody asked for', 'HTTP/1.1 100 Continue\r\n\r\n'],
  ])('H17: is an invalid response: %s', async (_name, text) => {
    await start((socket) => socket.write(Buffer.from(text, 'latin1')))
    expect(kindOf(await send(1000))).toBe('invalid_response')
  })

  it('closed, when it hangs up without a word', async () => {
    await start((socket) => socket.end())
    expect(kindOf(await send())).toBe('closed')
  })

  it('closed, when it resets', async () => {
    await start((socket) => socket.resetAndDestroy())
    expect(kindOf(await send())).toBe('closed')
  })

  it('answered, when it breaks off in the body', async () => {
    await start((socket) => socket.end('HTTP/1.1 500 Oops\r\nContent-Length: 100\r\n\r\nhalf'))
    expect(answerOf(await send())).toMatchObject({ status: 500, isTruncated: true, bodyBytes: 4 })
  })

  it('H12: has bytes that are not UTF-8 kept as they are', async () => {
    const bytes = Buffer.from([0xff, 0x00, 0xc3, 0x28])
    await start((socket) => {
      socket.write(
        Buffer.from('HTTP/1.1 200 OK\r\nX-Latin: \xe9\xff\r\nContent-Length: 4\r\n\r\n', 'latin1'),
      )
      socket.write(bytes)
    })
    const answer = answerOf(await send())
    expect(answer?.body.equals(bytes)).toBe(true)
    expect(answer?.headers).toContainEqual(['X-Latin', '\xe9\xff'])
  })
})

describe('H11: a kept connection that the receiver closes as we write', () => {
  it('is replaced at once, within the same attempt', async () => {
    await start((socket, { nth }) =>
      nth === 1 ? socket.write(reply('200 OK')) : socket.resetAndDestroy(),
    )
    expect(answerOf(await send())?.status).toBe(200)
    const attempt = await send()
    expect(answerOf(attempt)?.status).toBe(200)
    expect(attempt.isReused).toBe(false)
    expect([server.received.length, server.connections()]).toEqual([3, 2])
  })

  it('is replaced once and not again', async () => {
    let requests = 0
    await start((socket) => {
      requests += 1
      if (requests === 1) socket.write(reply('200 OK'))
      else socket.end()
    })
    await send()
    expect(kindOf(await send())).toBe('closed')
    expect(requests).toBe(3)
  })

  it('is not replaced when the answer had begun', async () => {
    await start((socket, { nth }) => {
      if (nth === 1) socket.write(reply('200 OK'))
      else socket.end('HTTP/1.1 2')
    })
    await send()
    expect(kindOf(await send())).toBe('closed')
    expect(server.received.length).toBe(2)
  })
})

function drip(socket: FaultServerSocket, first: string, then: string): void {
  socket.write(first)
  const timer = setInterval(() => socket.write(then), 20)
  socket.on('close', () => clearInterval(timer))
}

function pour(socket: FaultServerSocket, chunk: Buffer): void {
  const more = () => {
    while (!socket.destroyed && socket.write(chunk));
  }
  socket.on('drain', more)
  more()
}

type FaultServerSocket = Parameters<FaultOptions['answer']>[0]
