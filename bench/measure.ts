import { readFileSync } from 'node:fs'
import { type Connection, openConnection } from './connection.ts'
import type { Peer } from './peers.ts'

/** One kind of request that both servers answer. */
export type Endpoint = {
  readonly name: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Below the API's address. */
  readonly path: string
  /** A write differs by `count`, so that it is never the same again. */
  readonly body?: (count: number) => unknown
  /** Of a browser, which has no token. */
  readonly cookie?: string
}

export type Rate = {
  readonly perSecond: number
  /** Processor time of the server for one request, all its threads; not of programs that it runs. */
  readonly cpuMicroseconds: number
}

const connectionCount = 32

/** Sends requests to a peer, its tokens in turn; open as long as it is measured. */
export async function openLoad(peer: Peer) {
  const { port, pathname } = new URL(peer.apiUrl)
  const prefix = pathname.replace(/\/$/, '')
  const connections = await Promise.all(
    Array.from({ length: connectionCount }, () => openConnection(Number(port))),
  )
  let count = 0

  /** Throws for anything but 2xx: a refusal is no work done. */
  async function send(endpoint: Endpoint, { ask }: Connection): Promise<string> {
    count += 1
    const token = peer.tokens[count % peer.tokens.length]
    const { method, path, name, cookie, body: bodyOf } = endpoint
    const who = cookie
      ? `accept: text/html\r\ncookie: ${cookie}`
      : `accept: application/vnd.github+json\r\nauthorization: Bearer ${token}`
    const text = bodyOf ? JSON.stringify(bodyOf(count)) : ''
    const about = bodyOf
      ? `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\n`
      : ''
    const { status, body } = await ask(
      `${method} ${prefix}${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nuser-agent: bench\r\n${who}\r\n${about}\r\n${text}`,
    )
    if (status >= 200 && status < 300) return body
    throw new Error(`${peer.name} answers ${status} to ${name}: ${body.slice(0, 200)}`)
  }

  /** As many requests at a time as there are connections, for this long; of several, each in turn. */
  async function rateOf(asked: Endpoint | readonly Endpoint[], ms: number): Promise<Rate> {
    const endpoints = [asked].flat()
    const startedAt = performance.now()
    const cpuBefore = cpuMsOf(peer)
    let [begun, done] = [0, 0]
    const workers = connections.map(async (connection) => {
      while (performance.now() - startedAt < ms) {
        const endpoint = endpoints[begun++ % endpoints.length]
        if (endpoint) await send(endpoint, connection)
        done += 1
      }
    })
    await Promise.all(workers)
    const cpuMs = cpuMsOf(peer) - cpuBefore
    const perSecond = (done * 1000) / (performance.now() - startedAt)
    return { perSecond, cpuMicroseconds: (cpuMs * 1000) / done }
  }

  /** One request by itself, for what is needed before anything is measured. */
  const ask = async (endpoint: Endpoint) => {
    const connection = await openConnection(Number(port))
    return await send(endpoint, connection).finally(connection.close)
  }

  const close = () => {
    for (const connection of connections) connection.close()
  }
  return { peer, connections, send, ask, rateOf, [Symbol.dispose]: close }
}

export type Load = Awaited<ReturnType<typeof openLoad>>

/** Milliseconds, finer than `Date.now()`; the same in every process of a machine. */
export const wallClock = (): number => performance.timeOrigin + performance.now()

/** A-B-B-A, round after round: what slows the machine down meanwhile slows both. */
export async function interleave<T>(
  rounds: number,
  a: () => Promise<T>,
  b: () => Promise<T>,
): Promise<readonly [T[], T[]]> {
  const [ours, theirs]: [T[], T[]] = [[], []]
  for (let round = 0; round < rounds; round += 1) {
    ours.push(await a())
    theirs.push(await b())
    theirs.push(await b())
    ours.push(await a())
  }
  return [ours, theirs]
}

const tickMs = 10

function cpuMsOf({ pid }: Peer): number {
  // Fields 14 and 15 of proc(5), counted behind the name, which may hold spaces.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) * tickMs
}

export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const [low = 0, high = low] = sorted.slice(Math.max(0, middle - 1), middle + 1)
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : (low + high) / 2
}

/** The smallest value that this share of the values does not exceed. */
export function percentileOf(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0
}
