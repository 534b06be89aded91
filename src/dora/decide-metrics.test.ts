import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decideFailures, decideMetrics } from './decide-metrics.ts'
import { decideSeries } from './decide-series.ts'
import { decideWindow } from './decide-window.ts'
import { deploymentsBehind, recoveryOf, type Step, type Success } from './model.ts'

const hour = 3_600_000
const day = 24 * hour

const success = (id: number, atDay: number, changes: Partial<Success> = {}): Success => ({
  ...{ id, sha: `${id}`, ref: 'main', task: 'deploy', target: '', hasFailed: false },
  ...{ createdAt: atDay * day, successAt: atDay * day },
  ...changes,
})

/** In the order given, each taking the place of the one before. */
const stepsOf = (
  successes: readonly Success[],
  changes: Record<number, Partial<Step>> = {},
): Step[] =>
  successes.map((deployment, n) => ({
    ...{ deployment, previous: successes[n - 1], goesBack: false, leadTimes: [hour] },
    ...changes[deployment.id],
  }))

const period = { since: 0, until: 10 * day }
const measure = (steps: readonly Step[], rest = {}) =>
  decideMetrics({
    ...{ judged: decideFailures(steps), unsuccessful: [], period, knownSince: 0 },
    ...rest,
  })

/** By hand: five successes in ten days; the third is rolled back after six hours, the last goes back. */
const steps = stepsOf(
  [
    success(1, 0),
    success(2, 1),
    success(3, 3),
    success(4, 3.25, { task: 'rollback' }),
    success(5, 8, { task: 'hotfix' }),
  ],
  {
    1: { leadTimes: undefined },
    2: { leadTimes: [hour, 3 * hour] },
    3: { leadTimes: [2 * hour] },
    4: { leadTimes: [] },
    5: { leadTimes: [10 * hour] },
  },
)

describe('the metrics of a period', () => {
  const metrics = measure(steps)

  it('lead time is of commits, and says for which share of what brings some it is known', () => {
    expect(metrics.change_lead_time).toMatchObject({ n: 4, coverage: 0.75, median: 2.5 * hour })
    expect(metrics.change_lead_time.p90).toBeCloseTo(7.9 * hour)
  })

  it('frequency counts successes, and the time between them', () => {
    const { n, perDay, medianGap } = metrics.deployment_frequency
    expect([n, perDay, medianGap]).toEqual([5, 0.5, 1.5 * day])
  })

  it('a change failed where its successor is a rollback or a hotfix', () => {
    expect(metrics.change_fail_rate).toEqual({ n: 5, coverage: 1, count: 2, rate: 0.4 })
    const failed = deploymentsBehind('change_fail_rate', decideFailures(steps))
    expect(failed.map(({ deployment, remedy }) => [deployment.id, remedy?.id])).toEqual([
      [3, 4],
      [4, 5],
    ])
  })

  it('recovery is from the success that failed to the success that put it right', () => {
    expect(decideFailures(steps).map(recoveryOf)[2]).toBe(6 * hour)
    expect(metrics.failed_deployment_recovery_time).toMatchObject({ n: 2, median: 60.0 * hour })
  })

  it('rework is the share that was made because of another', () => {
    expect(metrics.deployment_rework_rate).toMatchObject({ n: 5, count: 2, rate: 0.4 })
  })

  it('what never succeeded failed in the pipeline, changed nothing, and what was given up is neither', () => {
    const unsuccessful = [
      { ...success(6, 4), successAt: null, hasFailed: true },
      { ...success(7, 5), successAt: null, hasFailed: false },
    ]
    const told = measure(steps, { unsuccessful })
    expect(told.pipeline_failures).toMatchObject({ n: 6, count: 1 })
    expect(told.change_fail_rate).toEqual(metrics.change_fail_rate)
  })
})

describe('what nobody can say', () => {
  it('lowers the coverage and no rate', () => {
    const unknown = stepsOf([success(1, 1), success(2, 2), success(3, 3)], {
      2: { goesBack: undefined },
    })
    expect(measure(unknown).change_fail_rate).toEqual({ n: 2, coverage: 2 / 3, count: 0, rate: 0 })
  })
  it('is null where nothing was deployed', () => {
    const { change_lead_time, change_fail_rate, deployment_frequency } = measure([])
    expect(change_lead_time).toEqual({ n: 0, median: null, p90: null, coverage: null })
    expect(change_fail_rate).toEqual({ n: 0, coverage: null, count: 0, rate: null })
    expect(deployment_frequency).toMatchObject({ n: 0, perDay: 0, medianGap: null, coverage: 1 })
  })
  it('is the share of the period that was too long ago', () => {
    expect(measure([], { knownSince: 4 * day }).deployment_frequency.coverage).toBe(0.6)
  })
})

it('keeps every share between none and all, and counts no failure without its remedy', () => {
  const random = fc.array(
    fc.record({
      task: fc.constantFrom('deploy', 'rollback', 'hotfix'),
      atDay: fc.double({ min: -5, max: 15, noNaN: true }),
      goesBack: fc.constantFrom(true, false, undefined),
    }),
    { maxLength: 20 },
  )
  fc.assert(
    fc.property(random, (made) => {
      const sorted = made.toSorted((a, b) => a.atDay - b.atDay)
      const successes = sorted.map(({ task, atDay }, n) => success(n + 1, atDay, { task }))
      const backs = Object.fromEntries(sorted.map(({ goesBack }, n) => [n + 1, { goesBack }]))
      const metrics = measure(stepsOf(successes, backs))
      for (const { rate, coverage } of [metrics.change_fail_rate, metrics.deployment_rework_rate]) {
        for (const share of [rate ?? 0, coverage ?? 0]) {
          expect(share).toBeGreaterThanOrEqual(0)
          expect(share).toBeLessThanOrEqual(1)
        }
      }
      expect(metrics.failed_deployment_recovery_time.n).toBe(metrics.change_fail_rate.count)
    }),
  )
})

describe('what a period depends on', () => {
  const ids = (list: readonly Success[]) => list.map(({ id }) => id)
  const at = { since: 5 * day, until: 10 * day }
  it('is what each of its targets had before it', () => {
    const all = [
      success(1, 0),
      success(2, 1, { target: 'eu' }),
      success(3, 2),
      success(4, 3, { target: 'us' }),
      success(5, 6, { target: 'eu' }),
    ]
    const { earlier, window } = decideWindow(all, at)
    expect([ids(earlier), ids(window)]).toEqual([[1], [2, 3, 4, 5]])
  })
  it('is nothing where nothing was before', () => {
    expect(ids(decideWindow([success(1, 6)], at).window)).toEqual([1])
    expect(decideWindow([], at)).toEqual({ earlier: [], window: [] })
  })
})

describe('a series', () => {
  const until = Date.parse('2026-03-31T12:00:00Z')
  const judged = decideFailures(
    stepsOf([
      success(1, until / day - 29.9),
      success(2, until / day - 14),
      success(3, until / day - 0.1),
    ]),
  )
  it('tells a month by the day, with the empty ones, and loses nothing', () => {
    const series = decideSeries(judged, { since: until - 30 * day, until })
    expect(series).toHaveLength(31)
    expect(series.filter(({ deployments }) => deployments === 1)).toHaveLength(3)
    expect(series.at(-1)).toEqual({
      ...{ start: Date.parse('2026-03-31'), deployments: 1, failures: 0, rework: 0, commits: 1 },
      ...{ leadTime: hour, recoveryTime: null },
    })
  })
  it('tells a quarter by the week', () => {
    const series = decideSeries(judged, { since: until - 90 * day, until })
    expect(series).toHaveLength(13)
    expect(series.reduce((sum, { deployments }) => sum + deployments, 0)).toBe(3)
  })
})
