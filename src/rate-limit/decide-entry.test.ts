import { describe, expect, it } from 'vitest'
import { decideEntry, quotaOf, usageAfter } from './decide-entry.ts'
import type { Asked, Limits, Usage } from './model.ts'

const limits: Limits = {
  userPerHour: 3,
  anonymousPerHour: 1,
  changesPerMinute: 2,
  concurrent: 2,
}
const octo = { kind: 'user', id: 7 } as const
const read: Asked = { caller: octo, resource: 'core', isChange: false }
const change: Asked = { ...read, isChange: true }
const nobody: Asked = { ...read, caller: { kind: 'address', address: '192.0.2.1' } }
const minuteMs = 60_000
const hourMs = 60 * minuteMs

/** What becomes of requests made one after the other, each answered before the next. */
function play(requests: readonly (readonly [atMs: number, asked: Asked])[]) {
  let usage: Usage = { running: 0 }
  return requests.map(([atMs, asked]) => {
    const entry = decideEntry(limits, usage, asked, atMs)
    if (entry.kind !== 'admit') return [entry.kind, entry.retryAfterSeconds]
    usage = usageAfter(entry.usage, asked.resource, false)
    return [entry.kind, quotaOf(limits, usage, asked, atMs).remaining]
  })
}

describe('the limit of an hour', () => {
  it('lets in as many as it says, and the next one an hour after the first', () => {
    const hour = [0, 1000, 2000, 3000, hourMs - 1, hourMs].map((at) => [at, read] as const)
    expect(play(hour)).toEqual([
      ['admit', 2],
      ['admit', 1],
      ['admit', 0],
      ['exceeded', 3597],
      ['exceeded', 1],
      ['admit', 2],
    ])
  })

  it('is smaller for whoever bears no token, and nothing for their GraphQL', () => {
    expect(
      play([
        [0, nobody],
        [1, nobody],
      ]).map(([kind]) => kind),
    ).toEqual(['admit', 'exceeded'])
    expect(play([[0, { ...nobody, resource: 'graphql' }]])).toEqual([['exceeded', 3600]])
  })

  it('counts each resource apart', () => {
    const graphql = { ...read, resource: 'graphql' } as const
    expect(
      play([
        [0, read],
        [0, graphql],
        [0, read],
      ]),
    ).toEqual([
      ['admit', 2],
      ['admit', 2],
      ['admit', 1],
    ])
  })

  it('gives back what was answered 304', () => {
    const entry = decideEntry(limits, { running: 0 }, read, 0)
    const usage = entry.kind === 'admit' ? usageAfter(entry.usage, 'core', true) : undefined
    expect(usage).toEqual({ core: { startedAtMs: 0, used: 0 }, running: 0 })
  })

  it('says all of it of whoever never asked', () => {
    expect(quotaOf(limits, { running: 0 }, read, 5000)).toEqual({
      limit: 3,
      used: 0,
      remaining: 3,
      resetAtMs: hourMs + 5000,
    })
  })
})

describe('the secondary limits', () => {
  it('let in so many changes a minute, and reads beside them', () => {
    expect(
      play([
        [0, change],
        [500, change],
        [1000, change],
        [1000, read],
      ]),
    ).toEqual([
      ['admit', 2],
      ['admit', 1],
      ['too_fast', 59],
      ['admit', 0],
    ])
  })

  it('begin again after a minute', () => {
    const later = [0, 0, minuteMs].map((at) => [at, change] as const)
    expect(play(later).map(([kind]) => kind)).toEqual(['admit', 'admit', 'admit'])
  })

  it('let in so many at once, and a refused one costs nothing', () => {
    const usage: Usage = { running: 2 }
    expect(decideEntry(limits, usage, read, 0)).toEqual({ kind: 'too_fast', retryAfterSeconds: 5 })
    const after = usageAfter(usage, 'core', false)
    expect(decideEntry(limits, after, read, 0)).toMatchObject({ kind: 'admit' })
  })
})
