import type { Creator } from '../deployments/model.ts'
import type { Repository } from '../repositories/model.ts'
import type { DeploymentRow } from '../tables/deployments.ts'

/** A deployment, as far as it tells how its environment stands. */
export type Standing = Pick<
  DeploymentRow,
  | 'id'
  | 'repository_id'
  | 'sha'
  | 'ref'
  | 'task'
  | 'target'
  | 'state'
  | 'environment'
  | 'created_at'
  | 'updated_at'
> & {
  /** Null once the account is gone. */
  readonly creator: Creator
  /** Of its newest status; empty while there is none. */
  readonly said: string
  readonly environment_url: string
  readonly log_url: string
}

export type Lock = {
  /** Null once the account is gone. */
  readonly login: string | null
  readonly reason: string
  readonly created_at: string
  readonly expires_at: string | null
}

/** How an environment stands. */
export type Current = {
  readonly environment_id: number
  readonly name: string
  /** The newest success of each target that is not inactive, the environment as a whole first. */
  readonly live: readonly Standing[]
  /** The newest deployment, whatever became of it. */
  readonly latest: Standing | null
  /** The newest that has gone out and has not ended. */
  readonly in_progress: Standing | null
  /** The newest that waits for the environment's gates. */
  readonly waiting: Standing | null
  readonly waiting_count: number
  readonly lock: Lock | null
}

/** A row of the grid. */
export type GridRow = { readonly repository: Repository; readonly environments: readonly Current[] }
