/** As our own API tells it. */
export type Verdict = {
  readonly gate: string
  readonly verdict: 'pass' | 'wait' | 'refuse'
  readonly reason: string
  readonly until: string | null
  readonly cleared_by: readonly string[]
}

export type Deployability = {
  readonly environment: string
  readonly ref: string
  readonly sha: string
  readonly deployable: boolean
  readonly verdicts: readonly Verdict[]
}

export type Lock = {
  readonly environment: string
  readonly reason: string
  readonly expires_at: string | null
}

export type Freeze = {
  readonly name: string
  readonly frozen: boolean
  /** What lasts now and comes next. */
  readonly windows: readonly Window[]
}

type Window = { readonly summary: string; readonly starts_at: string; readonly ends_at: string }

/** Of GitHub's own, what is told of. */
export type Deployment = { readonly id: number; readonly environment: string }

export const environmentPathOf = (repository: string, name: string): string =>
  `/repos/${repository}/environments/${encodeURIComponent(name)}`
