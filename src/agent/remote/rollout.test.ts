import { describe, expect, it } from 'vitest'
import type { Rollout } from '../recipe/model.ts'
import type { HostReport, HostState } from './model.ts'
import { batchesOf, chooseRollback, failuresMaxOf, prunedOf } from './rollout.ts'

const rollout = (more: Partial<Rollout> = {}): Rollout => ({
  maxParallel: { kind: 'count', count: 1 },
  pauseMs: 0,
  maxFailures: { kind: 'count', count: 0 },
  unreachable: 'fail',
  canary: null,
  order: 'inventory',
  prepareParallel: 10,
  ...more,
})
const percent = (value: number) => ({ kind: 'percent', percent: value }) as const

const sha = (n: number) => String(n).repeat(40).slice(0, 40)
const name = (id: number) => `${id}-${sha(id).slice(0, 7)}`
const namesOf = (ids: readonly number[]) => ids.map(name)

const state = (more: {
  good?: number[]
  there?: number[]
  current?: number
  running?: number[]
}): HostState => {
  const { good = [], there = good, current, running = [] } = more
  return {
    current: current === undefined ? null : name(current),
    fence: 0,
    good: namesOf(good),
    revisions: Object.fromEntries(there.map((id) => [name(id), sha(id)])),
    partials: [],
    running,
  }
}

describe('batches', () => {
  it('are one host at a time unless the recipe says more', () => {
    expect(batchesOf(rollout(), [1, 2, 3])).toEqual([[1], [2], [3]])
    expect(batchesOf(rollout({ maxParallel: percent(50) }), [1, 2, 3, 4, 5])).toEqual([
      [1, 2],
      [3, 4],
      [5],
    ])
  })

  it('begin with the canary', () => {
    const canary = { hosts: { kind: 'count', count: 1 }, soakMs: 0 } as const
    expect(batchesOf(rollout({ canary, maxParallel: percent(100) }), [1, 2, 3])).toEqual([
      [1],
      [2, 3],
    ])
  })

  it('have at least one host, however small the share', () => {
    expect(batchesOf(rollout({ maxParallel: percent(1) }), [1, 2])).toEqual([[1], [2]])
  })

  it('may fail on no host when the share is less than one', () => {
    expect(failuresMaxOf(rollout({ maxFailures: percent(10) }), 5)).toBe(0)
    expect(failuresMaxOf(rollout({ maxFailures: percent(50) }), 5)).toBe(2)
  })
})

describe('pruning after a success', () => {
  const prune = (
    given: Parameters<typeof state>[0],
    release: number,
    keep = 2,
    deploymentId = release,
  ) => prunedOf(state(given), { release: name(release), deploymentId, keep })

  it('keeps the newest N good ones', () => {
    expect(prune({ good: [1, 2, 3], there: [1, 2, 3, 4], current: 3 }, 4)).toEqual(namesOf([1, 2]))
  })

  it('does not count failed ones, and removes them', () => {
    const given = { good: [1, 2], there: [1, 2, 3, 4, 5], current: 2 }
    expect(prune(given, 5)).toEqual(namesOf([1, 3, 4]))
  })

  it('never removes what current was, good or not', () => {
    expect(prune({ good: [1, 2], there: [1, 2, 3, 4], current: 3 }, 4)).not.toContain(name(3))
  })

  it('keeps the one to go back to after a rollback', () => {
    const given = { good: [1, 2, 3, 4, 5], current: 5 }
    expect(prune(given, 2, 2, 6)).toEqual(namesOf([3]))
  })

  it('leaves alone what is newer than the deployment or still running', () => {
    const given = { good: [3], there: [1, 2, 3, 9], running: [2], current: 3 }
    expect(prune(given, 3, 2, 4)).toEqual(namesOf([1]))
  })
})

describe('the release to go back to', () => {
  const report = (host: string, given: Parameters<typeof state>[0]): HostReport => ({
    kind: 'reached',
    host,
    ...state(given),
  })
  const all = [
    report('web1', { good: [1, 2, 4], current: 4 }),
    report('web2', { good: [1, 2, 3, 4], current: 4 }),
  ]

  it('is the newest good one before current that every host has', () => {
    expect(chooseRollback(all, { kind: 'previous' })).toMatchObject({
      release: name(2),
      sha: sha(2),
    })
  })

  it('is not one that is good and gone', () => {
    const pruned = [all[0], report('web2', { good: [1, 2, 4], there: [1, 4], current: 4 })]
    expect(
      chooseRollback(
        pruned.flatMap((one) => one ?? []),
        { kind: 'previous' },
      ),
    ).toMatchObject({
      release: name(1),
    })
  })

  it('may be named by deployment or by sha', () => {
    expect(chooseRollback(all, { kind: 'deployment', id: 1 })).toMatchObject({ release: name(1) })
    expect(chooseRollback(all, { kind: 'sha', sha: sha(2) })).toMatchObject({ release: name(2) })
    expect(chooseRollback(all, { kind: 'sha', sha: sha(3) })).toMatchObject({ kind: 'none' })
  })

  it('is none while a host cannot be asked', () => {
    const away: HostReport = { kind: 'unreached', host: 'web3', reason: 'refused' }
    expect(chooseRollback([...all, away], { kind: 'previous' })).toEqual({
      kind: 'none',
      reason: 'web3 cannot be reached: refused',
    })
  })
})
