import type { ServerResponse } from 'node:http'
import type { LogStore } from '../journal/log-store.ts'

export type Tail = {
  readonly logs: LogStore
  readonly name: string
  /** The first byte to send. */
  readonly offset: number
  readonly isEnded: () => boolean
}

/** Proxies close a connection that is silent for a minute. */
const heartbeatMs = 15_000
/** A log that is written line by line is sent a few times a second, not thousands. */
const gatherMs = 50

/**
 * Sends a log as server-sent events from `offset` on, until it ends or the reader
 * leaves. An event's id is the offset after it, so a reader that comes back with
 * `Last-Event-ID` misses and repeats nothing (agent 3.5, 29).
 */
export async function sendEvents(response: ServerResponse, tail: Tail): Promise<void> {
  let wake = Promise.withResolvers<void>()
  const stopWatching = tail.logs.watch(tail.name, () => wake.resolve())
  const heartbeat = setInterval(() => response.write(': still here\n\n'), heartbeatMs)
  response.on('close', () => wake.resolve())
  let offset = tail.offset
  try {
    response.write('retry: 2000\n\n')
    while (!response.destroyed) {
      wake = Promise.withResolvers<void>()
      const wasEnded = tail.isEnded()
      offset = await sendFrom(response, tail, offset)
      if (wasEnded) break
      await wake.promise
      await new Promise((resolve) => setTimeout(resolve, gatherMs))
    }
    response.end('event: end\ndata: \n\n')
  } finally {
    clearInterval(heartbeat)
    stopWatching()
  }
}

/** Sends all there is and returns the offset after it. */
async function sendFrom(
  response: ServerResponse,
  { logs, name }: Tail,
  from: number,
): Promise<number> {
  let offset = from
  while (!response.destroyed) {
    const bytes = await logs.read(name, offset)
    const whole = wholeCharacters(bytes)
    if (whole.length === 0) break
    offset += whole.length
    const isRoom = response.write(`id: ${offset}\ndata: ${JSON.stringify(whole.toString())}\n\n`)
    if (!isRoom) await drained(response)
  }
  return offset
}

/** A slow reader is waited for, so that its backlog stays on disk and not in memory. */
function drained(response: ServerResponse): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  response.once('drain', resolve)
  response.once('close', resolve)
  return promise
}

/** Up to three bytes of a character may be missing at the end of what was read. */
export function wholeCharacters(bytes: Buffer): Buffer {
  for (let back = 1; back <= Math.min(4, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0
    if ((byte & 0xc0) === 0x80) continue
    return lengthOf(byte) > back ? bytes.subarray(0, -back) : bytes
  }
  return bytes
}

/** How many bytes the character takes that begins with this byte (RFC 3629 3). */
function lengthOf(byte: number): number {
  if (byte >= 0xf0) return 4
  if (byte >= 0xe0) return 3
  return byte >= 0xc0 ? 2 : 1
}
