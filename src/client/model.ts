import type { components, operations } from '@octokit/openapi-types'

type Schemas = components['schemas']

/** Ids are 64-bit integers, all of which fit in a number so far (contract 8.10). */
type WithId<T> = Omit<T, 'id'> & { readonly id: number }

export type Deployment = WithId<Schemas['deployment']>
export type DeploymentStatus = Omit<WithId<Schemas['deployment-status']>, 'state'> & {
  /** GitHub answers `waiting` as well, though its description leaves it out (contract 2.3). */
  readonly state: Schemas['deployment-status']['state'] | 'waiting'
}
export type Repository = Schemas['full-repository']
export type Environment = Schemas['environment']
export type Commit = Schemas['commit']

type Body<Operation extends keyof operations> = operations[Operation] extends {
  requestBody: { content: { 'application/json': infer Content } }
}
  ? Content
  : never

export type NewDeployment = Body<'repos/create-deployment'>
export type NewDeploymentStatus = Body<'repos/create-deployment-status'>

/** What GitHub answers to `POST deployments` when nothing is wrong with the request (contract 1.6–1.8). */
export type CreatedDeployment =
  | { readonly kind: 'created'; readonly deployment: Deployment }
  /** The default branch was merged into the ref and nothing was deployed: ask again. */
  | { readonly kind: 'merged'; readonly message: string }
  | { readonly kind: 'merge_conflict'; readonly message: string }
  | {
      readonly kind: 'contexts_failed'
      readonly message: string
      readonly contexts: readonly { readonly context: string; readonly state: string }[]
    }

export type DeploymentFilter = {
  readonly sha?: string
  readonly ref?: string
  readonly task?: string
  readonly environment?: string
}

/** One look at a list that may not have changed since the last look. */
export type Polled<T> =
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'changed'; readonly etag: string | undefined; readonly value: T }

/** What went wrong, apart from what the server said. `refused` is an answer of 4xx or 5xx. */
type ApiProblemKind =
  | 'refused'
  | 'rate_limited'
  | 'unreachable'
  | 'timed_out'
  | 'unreadable'
  | 'cancelled'

type ApiProblemFacts = {
  readonly kind: ApiProblemKind
  /** 0 when there was no answer. */
  readonly status: number
  /** The server's own words, without ours around them. */
  readonly said?: string | undefined
  readonly errors?: readonly unknown[]
  readonly documentation_url?: string | undefined
  readonly request_id?: string | undefined
  /** How long the server asked us to stay away. */
  readonly retryAfterMs?: number | undefined
  readonly cause?: unknown
}

/** A request that got no useful answer. The message is a sentence for a person and never holds the token. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem'
  readonly kind: ApiProblemKind
  readonly status: number
  readonly said: string | undefined
  readonly errors: readonly unknown[]
  readonly documentation_url: string | undefined
  readonly request_id: string | undefined
  readonly retryAfterMs: number | undefined

  constructor(message: string, facts: ApiProblemFacts) {
    super(message, { cause: facts.cause })
    this.kind = facts.kind
    this.status = facts.status
    this.said = facts.said
    this.errors = facts.errors ?? []
    this.documentation_url = facts.documentation_url
    this.request_id = facts.request_id
    this.retryAfterMs = facts.retryAfterMs
  }

  /** Whether the same request may succeed later without anyone changing anything. */
  get isPassing(): boolean {
    const { kind, status } = this
    return (
      kind === 'unreachable' || kind === 'timed_out' || kind === 'rate_limited' || status >= 500
    )
  }
}
