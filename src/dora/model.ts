/** A deployment as far as the metrics look at it. Times are milliseconds of the epoch. */
export type Deployed = {
  readonly id: number
  readonly sha: string
  readonly ref: string
  readonly task: string
  readonly target: string
  readonly createdAt: number
  /** Its first success; null where it never succeeded. */
  readonly successAt: number | null
  readonly hasFailed: boolean
}

export type Success = Deployed & { readonly successAt: number }

type GraphCommit = { readonly parents: readonly string[]; readonly committedAt: number }

/** As much of the history as the deployments of a period stand in. */
export type Graph = {
  readonly commits: ReadonlyMap<string, GraphCommit>
  /** Deployed commits that the repository has, older ones than the graph's among them. */
  readonly present: ReadonlySet<string>
  /** Whether there is more of it than was read. */
  readonly isCut: boolean
}

/** From `since` on, before `until`. */
export type Period = { readonly since: number; readonly until: number }

/** A success in the order of an environment. */
export type Step = {
  readonly deployment: Success
  /** What it took the place of: the success before it of its target. */
  readonly previous: Success | undefined
  /** Whether that had its commit and more: it goes back. Undefined where nobody can say. */
  readonly goesBack: boolean | undefined
  /** For each commit that the environment had not had, in milliseconds; undefined where nobody can say which those are. */
  readonly leadTimes: readonly number[] | undefined
}

/** A success, and what it says of those before and after it. */
export type Judged = Step & {
  /** The median of its commits; null where it brought none, or nobody knows. */
  readonly leadTime: number | null
  /** Whether it was made because of one that went wrong. */
  readonly isRework: boolean | undefined
  readonly isFailure: boolean | undefined
  /** What put it right; undefined for what did not go wrong. */
  readonly remedy: Success | undefined
}

export const metricNames = [
  'change_lead_time',
  'deployment_frequency',
  'failed_deployment_recovery_time',
  'change_fail_rate',
  'deployment_rework_rate',
] as const

export type MetricName = (typeof metricNames)[number]

export const metricIn = (text: string | undefined): MetricName | undefined =>
  metricNames.find((name) => name === text)

type Measured = {
  /** Of how many things it tells. */
  readonly n: number
  /** For which share of the deployments that it should tell of it can; null where there are none. */
  readonly coverage: number | null
}

/** Durations in milliseconds; null where there is nothing to tell of. */
export type Durations = Measured & { readonly median: number | null; readonly p90: number | null }
type Frequency = Measured & {
  readonly perDay: number
  readonly medianGap: number | null
}
export type Rate = Measured & { readonly count: number; readonly rate: number | null }

export type Metrics = {
  readonly change_lead_time: Durations
  readonly deployment_frequency: Frequency
  readonly failed_deployment_recovery_time: Durations
  readonly change_fail_rate: Rate
  readonly deployment_rework_rate: Rate
  /** Deployments that ended without ever succeeding: no failed changes, for they changed nothing. */
  readonly pipeline_failures: Rate
}

/** What each tells, in words. */
export const definitions: Readonly<Record<MetricName, string>> = {
  change_lead_time:
    'From the commit to its first successful deployment here, for every commit that was new to the environment.',
  deployment_frequency: 'Deployments that succeeded, each counted once, at its first success.',
  failed_deployment_recovery_time:
    'From the success of a deployment that was then rolled back or hot-fixed to the success of what put it right.',
  change_fail_rate:
    'The share of successful deployments whose successor was a rollback, a hotfix or an older commit.',
  deployment_rework_rate:
    'The share of successful deployments that were themselves a rollback, a hotfix or a return to an older commit.',
}

/** What a day or a week brought; durations in milliseconds, null where there are none. */
export type SeriesItem = {
  readonly start: number
  readonly deployments: number
  readonly failures: number
  readonly rework: number
  readonly commits: number
  /** The median of each. */
  readonly leadTime: number | null
  readonly recoveryTime: number | null
}

/** From the success of what went wrong to that of what put it right. */
export const recoveryOf = ({ deployment, remedy }: Judged): number | undefined =>
  remedy && remedy.successAt - deployment.successAt

/** The deployments that a metric tells of, out of those of its period. */
export function deploymentsBehind(metric: MetricName, judged: readonly Judged[]): Judged[] {
  switch (metric) {
    case 'change_lead_time':
      return judged.filter(({ leadTimes }) => leadTimes && leadTimes.length > 0)
    case 'deployment_frequency':
      return [...judged]
    case 'failed_deployment_recovery_time':
    case 'change_fail_rate':
      return judged.filter(({ isFailure }) => isFailure)
    case 'deployment_rework_rate':
      return judged.filter(({ isRework }) => isRework)
  }
}
