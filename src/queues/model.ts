import { z } from 'zod'
import type { DeploymentRow } from '../tables/deployments.ts'

/**
 * How deployments to an environment wait for each other. `all`: not at all. `latest`: one at a
 * time, and whoever waits gives way to a later one that has its commit. `reject`: one at a time,
 * and what would have to wait is refused.
 */
export const queueSettings = z.strictObject({ mode: z.enum(['all', 'latest', 'reject']) })

export type QueueMode = z.infer<typeof queueSettings>['mode']

/** A deployment, there or yet to be made, among those to the same target of an environment. */
export type Queued = Pick<
  DeploymentRow,
  'repository_id' | 'environment_key' | 'target' | 'task' | 'sha'
> & { readonly id?: number }

/** By the commits of other deployments: whether they have all of this one's. */
export type Ancestry = ReadonlyMap<string, boolean>

/** Another one, and whether it has all of this one's commit; undefined while git was not asked. */
export type Rival = { readonly id: number; readonly hasCommit: boolean | undefined }

export type QueueFacts = {
  readonly mode: Exclude<QueueMode, 'all'>
  /** It was not accepted yet. */
  readonly isNew: boolean
  /** It goes back on purpose. */
  readonly isRollback: boolean
  /** What is live, where that is another commit. */
  readonly live: Rival | undefined
  /** What has gone out and has not ended. What waits for gates has not gone out. */
  readonly inProgress: Pick<Rival, 'id'> | undefined
  /** What was asked for later, for the same task, and is live, on its way or waiting. */
  readonly later: readonly Rival[]
}

export type QueueDecision =
  | { readonly kind: 'go'; readonly reason: string }
  | { readonly kind: 'wait'; readonly for: number; readonly reason: string }
  /** The commit graph was not asked about a deployment that has just come in between. */
  | { readonly kind: 'ask git'; readonly reason: string }
  /** Another deployment makes it pointless: it ends without having gone out. */
  | { readonly kind: 'give way'; readonly to: number; readonly reason: string }
  | { readonly kind: 'refuse'; readonly reason: string }
