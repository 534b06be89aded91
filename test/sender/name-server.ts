import { createSocket, type RemoteInfo } from 'node:dgram'
import { isIPv4 } from 'node:net'

/** What a name resolves to, or how its lookup fails. */
export type Zone = Record<string, readonly string[] | 'NXDOMAIN' | 'SERVFAIL' | 'silence'>

const codes = { NXDOMAIN: 3, SERVFAIL: 2 }

export type NameServer = AsyncDisposable & { readonly address: string; readonly asked: string[] }

/** A name server on loopback: A and AAAA of a zone, NXDOMAIN for everything else (RFC 1035, 4). */
export async function startNameServer(zone: Zone, ttlSeconds = 0): Promise<NameServer> {
  const socket = createSocket('udp4')
  const asked: string[] = []
  socket.on('message', (query: Buffer, from: RemoteInfo) => {
    const question = questionOf(query)
    asked.push(question.name)
    const records = zone[question.name] ?? 'NXDOMAIN'
    if (records !== 'silence')
      socket.send(answerTo(query, { ...question, ttlSeconds }, records), from.port, from.address)
  })
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  return {
    address: `127.0.0.1:${socket.address().port}`,
    asked,
    [Symbol.asyncDispose]: () => new Promise((resolve) => socket.close(() => resolve())),
  }
}

type Question = { readonly name: string; readonly type: number; readonly end: number }

function questionOf(query: Buffer): Question {
  const labels: string[] = []
  let at = 12
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length))
    at += length + 1
  }
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 }
}

function answerTo(
  query: Buffer,
  question: Question & { readonly ttlSeconds: number },
  records: Exclude<Zone[string], 'silence'>,
): Buffer {
  const addresses = Array.isArray(records) ? records : []
  const matching = addresses.filter((text) => isIPv4(text) === (question.type === 1))
  const code = typeof records === 'string' ? codes[records] : 0
  const head = Buffer.from(query.subarray(0, question.end))
  head.writeUInt16BE(0x8180 | code, 2)
  head.writeUInt16BE(matching.length, 6)
  head.writeUInt32BE(0, 8)
  return Buffer.concat([head, ...matching.map((text) => recordOf(text, question))])
}

/** The name as a pointer to the question, class IN, a time to live of less than a minute or so. */
function recordOf(
  text: string,
  { type, ttlSeconds }: { type: number; ttlSeconds: number },
): Buffer {
  const bytes = isIPv4(text) ? Buffer.from(text.split('.').map(Number)) : ipv6Bytes(text)
  const head = Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, ttlSeconds, 0, bytes.length])
  return Buffer.concat([head, bytes])
}

/** Takes all eight groups, written out. */
const ipv6Bytes = (text: string) =>
  Buffer.from(
    text.split(':').flatMap((group) => {
      const value = Number.parseInt(group, 16)
      return [value >> 8, value & 0xff]
    }),
  )
