import { Problem } from '../lib/problem.ts'
import type { RefChange } from './model.ts'

/** One pkt-line (git's "protocol-common"). No payload: a flush or another of the special lines. */
export type PktLine = { readonly bytes: Buffer; readonly payload?: Buffer }

/** `text` with its length before it. */
export const pktLine = (text: string) =>
  `${(Buffer.byteLength(text) + 4).toString(16).padStart(4, '0')}${text}`

const commandBytesMax = 16 * 1024 * 1024
const reportBytesMax = 32 * 1024 * 1024

/** Cuts a stream into lines. Throws Problem `bad_request` where it is none. */
export function openPktReader() {
  let rest: Buffer = Buffer.alloc(0)

  /** The next whole line, if it is there. */
  function next(): PktLine | undefined {
    if (rest.length < 4) return undefined
    const digits = rest.toString('latin1', 0, 4)
    if (!/^[0-9a-f]{4}$/i.test(digits)) throw new Problem('bad_request', 'Not a pkt-line')
    const length = Number.parseInt(digits, 16)
    const size = Math.max(length, 4)
    if (rest.length < size) return undefined
    const bytes = rest.subarray(0, size)
    rest = rest.subarray(size)
    return length < 4 ? { bytes } : { bytes, payload: bytes.subarray(4) }
  }

  return {
    add: (chunk: Buffer) => {
      rest = Buffer.concat([rest, chunk])
    },
    next,
    rest: () => rest,
  }
}

/**
 * Reads a push's commands while they pass by, up to the flush that ends them. What comes
 * then (a pack, of any size) it does not look at.
 */
export function openCommands() {
  const reader = openPktReader()
  const commands: RefChange[] = []
  const capabilities = new Set<string>()
  let isDone = false
  let bytes = 0

  /** Throws Problem `bad_request` for what no git client sends. */
  function read(chunk: Buffer): void {
    bytes += chunk.length
    reader.add(chunk)
    for (let line = reader.next(); line; line = reader.next()) {
      isDone = !line.payload
      if (isDone) return
      readLine(line.payload?.toString('utf8').replace(/\n$/, '') ?? '')
    }
    if (bytes > commandBytesMax) {
      throw new Problem('bad_request', 'Too many refs in one push; push fewer at a time.')
    }
  }

  function readLine(line: string): void {
    if (line.startsWith('shallow ')) return
    const [text = '', words = ''] = line.split('\0')
    const [, before, after, ref] = /^([0-9a-f]{40}) ([0-9a-f]{40}) (.+)$/i.exec(text) ?? []
    if (!before || !after || !ref) throw new Problem('bad_request', 'Not the command of a push')
    for (const word of words.split(' ')) capabilities.add(word)
    commands.push({ ref, before: before.toLowerCase(), after: after.toLowerCase() })
  }

  return { read, commands, isDone: () => isDone, has: (word: string) => capabilities.has(word) }
}

/**
 * Reads what receive-pack answers and keeps back its report, which tells the client that the
 * push is done; progress and keep-alives pass. `isMuxed` tells whether the client asked for
 * side-band-64k, where band 1 carries the report.
 */
export function openReport(how: { readonly advertises: boolean; isMuxed(): boolean }) {
  const reader = openPktReader()
  const held: Buffer[] = []
  const report: Buffer[] = []
  let isAdvertising = how.advertises
  let bytes = 0

  /** What may go to the client now. */
  function read(chunk: Buffer): Buffer[] {
    reader.add(chunk)
    const passing: Buffer[] = []
    for (let line = reader.next(); line; line = reader.next()) {
      if (isAdvertising || isProgress(line)) passing.push(line.bytes)
      else hold(line)
      if (!line.payload) isAdvertising = false
    }
    return passing
  }

  function isProgress({ payload }: PktLine): boolean {
    return how.isMuxed() && payload !== undefined && (payload[0] !== 1 || payload.length === 1)
  }

  function hold({ bytes: line, payload }: PktLine): void {
    bytes += line.length
    if (bytes > reportBytesMax) throw new Problem('unavailable', 'git reported too much')
    held.push(line)
    report.push(payload && how.isMuxed() ? payload.subarray(1) : how.isMuxed() ? empty : line)
  }

  return {
    read,
    held: () => [...held, reader.rest()],
    accepted: () => parseReport(Buffer.concat(report)),
  }
}

const empty = Buffer.alloc(0)

/** The refs that git says it changed; undefined when it did not say (git's "report-status"). */
export function parseReport(report: Buffer): Set<string> | undefined {
  const reader = openPktReader()
  reader.add(report)
  const accepted = new Set<string>()
  let saysUnpack = false
  for (let line = reader.next(); line; line = reader.next()) {
    const text = line.payload?.toString('utf8').replace(/\n$/, '') ?? ''
    if (text.startsWith('unpack ')) saysUnpack = true
    if (text.startsWith('ok ')) accepted.add(text.slice('ok '.length))
  }
  return saysUnpack ? accepted : undefined
}
