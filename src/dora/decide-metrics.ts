import { quantileOf } from './decide-quantile.ts'
import {
  type Deployed,
  type Durations,
  type Judged,
  type Metrics,
  type Period,
  type Rate,
  recoveryOf,
  type Step,
} from './model.ts'

const dayMs = 86_400_000
const remedies: readonly string[] = ['rollback', 'hotfix']

/** A success failed where what took its place next was made to put it right. */
export function decideFailures(steps: readonly Step[]): Judged[] {
  const nextById = new Map(steps.map((step) => [step.previous?.id, step]))
  return steps.map((step) => {
    const next = nextById.get(step.deployment.id)
    const isFailure = next ? isRemedy(next) : false
    const remedy = isFailure ? next?.deployment : undefined
    const leadTime = quantileOf(step.leadTimes ?? [], 0.5)
    return { ...step, leadTime, isRework: isRemedy(step), isFailure, remedy }
  })
}

const isRemedy = ({ deployment, goesBack }: Step) => remedies.includes(deployment.task) || goesBack

type Counted = {
  readonly judged: readonly Judged[]
  /** Deployments of the period that never succeeded. */
  readonly unsuccessful: readonly Deployed[]
  readonly period: Period
  /** From when on all is known. */
  readonly knownSince: number
}

/**
 * The five metrics as dora.dev defines them (guide of 2026-01-05; ecosystem 4.5), of the successes of a
 * period in one environment. Nothing is averaged across environments or repositories.
 */
export function decideMetrics({ judged, unsuccessful, period, knownSince }: Counted): Metrics {
  const inPeriod = successesIn(judged, period)
  const lasting = period.until - period.since
  const reach = (period.until - Math.max(knownSince, period.since)) / lasting
  const times = inPeriod.map(({ deployment }) => deployment.successAt)
  const recoveries = inPeriod.map(recoveryOf).filter((ms) => ms !== undefined)
  const failures = rateOf(inPeriod.map(({ isFailure }) => isFailure))
  // What goes on, or was given up, has not ended in either way.
  const failed = unsuccessful.filter(({ hasFailed }) => hasFailed)
  const ended = [...inPeriod.map(() => false), ...failed.map(() => true)]
  return {
    change_lead_time: leadTimesOf(inPeriod),
    deployment_frequency: {
      ...{ n: times.length, coverage: reach },
      perDay: times.length / (lasting / dayMs),
      medianGap: quantileOf(gapsOf(times), 0.5),
    },
    failed_deployment_recovery_time: { ...durationsOf(recoveries), coverage: failures.coverage },
    change_fail_rate: failures,
    deployment_rework_rate: rateOf(inPeriod.map(({ isRework }) => isRework)),
    pipeline_failures: rateOf(ended),
  }
}

/** In the order in which they succeeded. */
export const successesIn = (judged: readonly Judged[], { since, until }: Period): Judged[] =>
  judged.filter(({ deployment: { successAt } }) => successAt >= since && successAt < until)

/** Rollbacks bring nothing new, so they are neither told of nor missed. */
function leadTimesOf(judged: readonly Judged[]): Durations {
  const bringing = judged.filter(({ deployment }) => deployment.task !== 'rollback')
  const known = bringing.flatMap(({ leadTimes }) => (leadTimes ? [leadTimes] : []))
  return { ...durationsOf(known.flat()), coverage: shareOf(known.length, bringing.length) }
}

const durationsOf = (values: readonly number[]) => ({
  n: values.length,
  median: quantileOf(values, 0.5),
  p90: quantileOf(values, 0.9),
})

function rateOf(verdicts: readonly (boolean | undefined)[]): Rate {
  const known = verdicts.filter((verdict) => verdict !== undefined)
  const count = known.filter(Boolean).length
  const coverage = shareOf(known.length, verdicts.length)
  return { n: known.length, coverage, count, rate: shareOf(count, known.length) }
}

const shareOf = (part: number, whole: number) => (whole === 0 ? null : part / whole)

const gapsOf = (times: readonly number[]): number[] =>
  times.slice(1).map((time, n) => time - (times[n] ?? time))
