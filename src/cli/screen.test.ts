import { describe, expect, it } from 'vitest'
import {
  ago,
  cut,
  decideColour,
  lasting,
  type Output,
  oneLine,
  printTable,
  symbolOf,
} from './screen.ts'

describe('colour', () => {
  it.each([
    ['on a terminal', {}, true, true],
    ['not in a pipe', {}, false, false],
    ['not when NO_COLOR is set', { NO_COLOR: '1', CLICOLOR_FORCE: '1' }, true, false],
    ['still when NO_COLOR is empty', { NO_COLOR: '' }, true, true],
    ['in a pipe when CLICOLOR_FORCE is set', { CLICOLOR_FORCE: '1' }, false, true],
    ['not in a pipe when CLICOLOR_FORCE is 0', { CLICOLOR_FORCE: '0' }, false, false],
    ['not when CLICOLOR is 0', { CLICOLOR: '0' }, true, false],
    ['not on a dumb terminal', { TERM: 'dumb' }, true, false],
  ] as const)('is used %s', (_when, environment, isTerminal, isColoured) => {
    expect(decideColour(environment, isTerminal)).toBe(isColoured)
  })

  it('is never the only sign of a state', () => {
    const states = ['success', 'failure', 'error', 'in_progress', 'queued', 'inactive']
    const symbols = states.map((state) => symbolOf(state, { paint: (_style, text) => text }))
    expect(symbols).toEqual(['✓', '✗', '!', '+', '-', '-'])
  })
})

describe('what others wrote', () => {
  it('stays on one line and cannot drive the terminal', () => {
    expect(oneLine('\x1b[2J\x1b]0;title\x07one\ntwo\tthree\x00')).toBe('one two three')
  })

  it('cannot turn the direction of reading', () => {
    expect(oneLine('safe\u202etxt.exe')).toBe('safe txt.exe')
  })
})

describe('times', () => {
  it('are told to people by their age', () => {
    const now = new Date('2026-03-01T12:00:00Z')
    const told = ['2026-03-01T11:59:59Z', '2026-03-01T11:55:00Z', '2026-02-27T12:00:00Z']
    expect(told.map((iso) => ago(iso, now))).toEqual([
      '1 second ago',
      '5 minutes ago',
      '2 days ago',
    ])
  })

  it('that lasted are told shortly', () => {
    expect([900, 42_000, 187_000, 3_720_000].map(lasting)).toEqual(['0s', '42s', '3m07s', '1h02m'])
  })
})

describe('a table', () => {
  const show = (isTerminal: boolean, columns = 40) => {
    const lines: string[] = []
    const output: Output = {
      isTerminal,
      columns,
      paint: (_style, text) => text,
      line: (text) => void lines.push(text),
      draw: () => {},
    }
    printTable(
      output,
      ['ID', 'CREATED', 'REF'],
      [
        [{ shown: '1' }, { shown: '1 hour ago', exact: '2026-03-01T12:00:00Z' }, { shown: 'main' }],
        [{ shown: '22' }, { shown: 'now', exact: '2026-03-01T13:00:00Z' }, { shown: 'topic' }],
      ],
    )
    return lines
  }

  it('is aligned under its headers on a terminal', () => {
    expect(show(true)).toEqual([
      'ID  CREATED     REF',
      '1   1 hour ago  main',
      '22  now         topic',
    ])
  })

  it('is cut to a narrow terminal', () => {
    expect(show(true, 18).slice(1)).toEqual(['1   1 hour ago  m…', '22  now         t…'])
  })

  it('is tabs and exact values elsewhere, without headers', () => {
    expect(show(false, 10)).toEqual([
      '1\t2026-03-01T12:00:00Z\tmain',
      '22\t2026-03-01T13:00:00Z\ttopic',
    ])
  })

  it('cuts with a sign', () => {
    expect([cut('abcdef', 4), cut('abc', 4)]).toEqual(['abc…', 'abc'])
  })
})
