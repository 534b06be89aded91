import { mkdtemp, readFile, rm, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openLogStore } from '../../src/agent/journal/log-store.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-logs-'))
})
afterEach(() => rm(folder, { recursive: true }))

const contentOf = (name: string) => readFile(join(folder, `${name}.log`), 'utf8')

describe('a log', () => {
  it('is read from any offset, the same bytes each time', async () => {
    await using logs = await openLogStore({ folder })
    await Promise.all([logs.append('7', 'one\n'), logs.append('7', 'zwei ü\n')])
    const whole = await logs.read('7', 0)
    expect(whole.toString()).toBe('one\nzwei ü\n')
    for (let offset = 0; offset <= whole.length; offset += 1) {
      expect(await logs.read('7', offset)).toEqual(whole.subarray(offset))
    }
    expect(await logs.size('7')).toBe(whole.length)
  })

  it('is empty before anything was written', async () => {
    await using logs = await openLogStore({ folder })
    expect(await logs.read('8', 0)).toEqual(Buffer.alloc(0))
    expect(await logs.size('8')).toBe(0)
  })

  it('tells who watches it that it grew and that it ended', async () => {
    await using logs = await openLogStore({ folder })
    let calls = 0
    const stop = logs.watch('7', () => {
      calls += 1
    })
    await logs.append('7', 'one\n')
    await logs.append('8', 'another log\n')
    await logs.end('7')
    stop()
    await logs.append('7', 'two\n')
    expect(calls).toBe(2)
  })

  it('goes on where it was after a restart', async () => {
    await (async () => {
      await using logs = await openLogStore({ folder })
      await logs.append('7', 'one\n')
    })()
    await using logs = await openLogStore({ folder })
    await logs.append('7', 'two\n')
    expect(await contentOf('7')).toBe('one\ntwo\n')
  })

  it('says so once when it was cut, between two characters', async () => {
    const bytesMax = 10
    const cut = '12345678\n[log truncated: it reached 10 bytes]\n'
    await (async () => {
      await using logs = await openLogStore({ folder, bytesMax })
      await logs.append('7', '12345678€ and more')
      await logs.append('7', 'nothing after it')
      expect(await contentOf('7')).toBe(cut)
    })()
    await using logs = await openLogStore({ folder, bytesMax })
    await logs.append('7', 'nothing after a restart')
    expect(await contentOf('7')).toBe(cut)
  })

  it('says so also when it was exactly full', async () => {
    await using logs = await openLogStore({ folder, bytesMax: 4 })
    await logs.append('7', '1234')
    expect(await contentOf('7')).toBe('1234')
    await logs.append('7', '5')
    expect(await contentOf('7')).toContain('1234\n[log truncated')
  })

  it('is removed when it is old, but not while it is written', async () => {
    await using logs = await openLogStore({ folder })
    await logs.append('old', 'x')
    await logs.end('old')
    await logs.append('written', 'x')
    const long = new Date('2020-01-01')
    for (const name of ['old', 'written']) await utimes(join(folder, `${name}.log`), long, long)
    await logs.prune(new Date('2021-01-01'))
    expect([await logs.size('old'), await logs.size('written')]).toEqual([0, 1])
  })

  it.each(['../x', '', '.hidden', 'a/b'])('is not called %j', async (name) => {
    await using logs = await openLogStore({ folder })
    await expect(logs.append(name, 'x')).rejects.toThrow('is not the name of a log')
  })
})
