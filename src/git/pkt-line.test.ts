import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { noSha } from './model.ts'
import { openCommands, openPktReader, openReport, parseReport, pktLine } from './pkt-line.ts'

const sha = 'a'.repeat(40)
const create = pktLine(`${noSha} ${sha} refs/heads/main\0 report-status side-band-64k`)

/** `text` in the pieces a socket might bring. */
const cutAt = (text: string, size: number) =>
  (text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? []).map((piece) => Buffer.from(piece, 'latin1'))

describe('a pkt-line', () => {
  it('has its length before it, in bytes', () => {
    expect(pktLine('hé')).toBe('0007hé')
  })

  it('is read whole, however the stream is cut', () => {
    const sizes = fc.integer({ min: 1, max: 20 })
    const texts = fc.array(fc.string({ maxLength: 30 }))
    fc.assert(
      fc.property(texts, sizes, (lines, size) => {
        const reader = openPktReader()
        const read: string[] = []
        const stream = Buffer.from(lines.map(pktLine).join('')).toString('latin1')
        for (const piece of cutAt(stream, size)) {
          reader.add(piece)
          for (let line = reader.next(); line; line = reader.next()) read.push(`${line.payload}`)
        }
        expect(read).toEqual(lines)
      }),
    )
  })

  it('is refused where its length is no number', () => {
    const reader = openPktReader()
    reader.add(Buffer.from('GET /'))
    expect(() => reader.next()).toThrow('Not a pkt-line')
  })
})

describe('the commands of a push', () => {
  it.each([1, 7, 1000])('are read in pieces of %i bytes, and the pack is not', (size) => {
    const commands = openCommands()
    const other = pktLine(`${sha} ${noSha} refs/tags/v1\n`)
    const shallow = pktLine(`shallow ${sha}`)
    for (const piece of cutAt(`${shallow}${create}${other}0000PACK not a line`, size)) {
      if (!commands.isDone()) commands.read(piece)
    }
    expect(commands.isDone()).toBe(true)
    expect(commands.has('side-band-64k')).toBe(true)
    expect(commands.commands).toEqual([
      { ref: 'refs/heads/main', before: noSha, after: sha },
      { ref: 'refs/tags/v1', before: sha, after: noSha },
    ])
  })

  it('are refused when they are none, or too many', () => {
    expect(() => openCommands().read(Buffer.from(pktLine('push-cert\0x')))).toThrow(
      'Not the command',
    )
    const many = openCommands()
    const chunk = Buffer.from(create.repeat(10_000))
    const readAll = () => {
      for (let bytes = 0; bytes < 20_000_000; bytes += chunk.length) many.read(chunk)
    }
    expect(readAll).toThrow('Too many refs')
  })
})

describe('the report of a push', () => {
  const report = `${pktLine('unpack ok\n')}${pktLine('ok refs/heads/main\n')}${pktLine('ng refs/heads/x no\n')}0000`

  it('names the refs that changed', () => {
    expect(parseReport(Buffer.from(report))).toEqual(new Set(['refs/heads/main']))
    expect(parseReport(Buffer.from('0000'))).toBeUndefined()
  })

  it('is kept back while progress and keep-alives pass', () => {
    const progress = pktLine('\x02Resolving')
    const keepAlive = pktLine('\x01')
    const muxed = pktLine(`\x01${report}`)
    const reader = openReport({ advertises: false, isMuxed: () => true })
    const passed = reader.read(Buffer.from(`${keepAlive}${progress}${muxed}0000`))
    expect(Buffer.concat(passed).toString()).toBe(`${keepAlive}${progress}`)
    expect(Buffer.concat(reader.held()).toString()).toBe(`${muxed}0000`)
    expect(reader.accepted()).toEqual(new Set(['refs/heads/main']))
  })

  it('follows the advertisement, which passes', () => {
    const advertised = `${pktLine(`${sha} refs/heads/main\0caps`)}0000`
    const reader = openReport({ advertises: true, isMuxed: () => false })
    const passed = reader.read(Buffer.from(`${advertised}${report}`))
    expect(Buffer.concat(passed).toString()).toBe(advertised)
    expect(reader.accepted()).toEqual(new Set(['refs/heads/main']))
  })
})
