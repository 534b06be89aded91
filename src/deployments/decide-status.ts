import type { DeploymentState } from './model.ts'

type Latest = { readonly environment: string }

/**
 * The environment of a new status (contract 2.4): the one asked for, else the
 * previous status's, else the deployment's. Each status leaves its environment
 * on the deployment, so the last two are one.
 */
export const environmentOf = (asked: string | undefined, deployment: Latest): string =>
  asked || deployment.environment

/** What `auto_inactive` asks of a deployment. */
export type Candidate = {
  readonly id: number
  readonly repository_id: number
  readonly environment_key: string
  readonly transient_environment: 0 | 1
  readonly production_environment: 0 | 1
  readonly target: string
  readonly state: DeploymentState | null
}

export type NewStatus = { readonly state: DeploymentState; readonly autoInactive: boolean }

/**
 * Those of `others` that a status of `deployment` makes inactive: contract 2.5,
 * its six rules in their order, and a rule of ours: what is for another target stays.
 */
export function supersededBy<T extends Candidate>(
  { state, autoInactive }: NewStatus,
  deployment: Candidate,
  others: readonly T[],
): T[] {
  if (state !== 'success' || !autoInactive) return []
  return others.filter(
    (other) =>
      other.repository_id === deployment.repository_id &&
      other.environment_key === deployment.environment_key &&
      other.target === deployment.target &&
      other.id < deployment.id &&
      other.transient_environment === 0 &&
      other.production_environment === 0 &&
      other.state === 'success',
  )
}

/** GitHub sends no `deployment_status` for `inactive` (contract 2.5). */
export const isAnnounced = (state: DeploymentState): boolean => state !== 'inactive'

/** What has ended is no longer in anybody's way. */
export const isEnd = (state: DeploymentState): boolean => state === 'success' || endsHold(state)

/** A deployment that waits for its gates can be given up, and by no other word gets past them. */
export const endsHold = (state: DeploymentState): boolean =>
  state === 'error' || state === 'failure' || state === 'inactive'
