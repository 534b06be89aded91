import type { DeploymentState } from './model.ts'

type Facts = {
  /** The newest status's; null where there is none. */
  readonly state: DeploymentState | null
  readonly isTransient: boolean
  /** A newer deployment of its environment is successful. */
  readonly isSuperseded: boolean
  readonly quietMs: number
}

const abandonedAfterMs = 30 * 60 * 1000

/** GitHub's DeploymentState (contract 1.10). */
export function decideState({ state, isTransient, isSuperseded, quietMs }: Facts): string {
  switch (state) {
    case null:
    case 'pending':
      return quietMs > abandonedAfterMs ? 'ABANDONED' : 'PENDING'
    case 'success':
      return isSuperseded ? 'SUCCESS' : 'ACTIVE'
    case 'inactive':
      return isTransient ? 'DESTROYED' : 'INACTIVE'
    case 'error':
    case 'failure':
    case 'in_progress':
    case 'queued':
    case 'waiting':
      return state.toUpperCase()
  }
}
