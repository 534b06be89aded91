import { Problem } from '../lib/problem.ts'
import type { RefChange } from './model.ts'

/** One pkt-line (git's "protocol-common"). No payload: a flush or another of the special lines. */
export type PktLine = { readonly bytes: Buffer; readonly payload?: Buffer }

/** `text` with its length before it. */
export const pktLine = (text: string) => `${pktHeader(Buffer.byteLength(text))}${text}`

const pktHeader = (bytes: number) => (bytes + 4).toString(16).padStart(4, '0')

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

  /** The report with a reason against every ref that git had accepted; nothing if there is none. */
  function refused(reason: string): Buffer[] {
    const text = Buffer.from(refuseAll(Buffer.concat(report), reason))
    if (text.length === 0) return []
    if (!how.isMuxed()) return [text]
    const bands: Buffer[] = []
    for (let at = 0; at < text.length; at += bandBytes) {
      const part = text.subarray(at, at + bandBytes)
      bands.push(Buffer.from(pktHeader(part.length + 1)), Buffer.of(1), part)
    }
    return [...bands, Buffer.from('0000')]
  }

  return {
    read,
    held: () => [...held, reader.rest()],
    accepted: () => parseReport(Buffer.concat(report)),
    refused,
  }
}

/** What every side-band holds: the first one had lines of 1000 bytes. */
const bandBytes = 995

function refuseAll(report: Buffer, reason: string): string {
  const lines = linesOf(report).filter((line) => !line.startsWith('option '))
  if (lines.length === 0) return ''
  const said = lines.map((line) => line.replace(/^ok (.*)$/, `ng $1 ${reason}`))
  return `${said.map((line) => pktLine(`${line}\n`)).join('')}0000`
}

function linesOf(report: Buffer): string[] {
  const reader = openPktReader()
  reader.add(report)
  const lines: string[] = []
  for (let line = reader.next(); line; line = reader.next()) {
    if (line.payload) lines.push(line.payload.toString('utf8').replace(/\n$/, ''))
  }
  return lines
}

const empty = Buffer.alloc(0)

/** The refs that git says it changed; undefined when it did not say (git's "report-status"). */
export function parseReport(report: Buffer): Set<string> | undefined {
  const lines = linesOf(report)
  const accepted = lines.filter((line) => line.startsWith('ok ')).map((line) => line.slice(3))
  return lines.some((line) => line.startsWith('unpack ')) ? new Set(accepted) : undefined
}
