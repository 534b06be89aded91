import type { Creator } from '../../deployments/model.ts'
import type { Commit } from '../../git/model.ts'
import type { DeploymentRow } from '../../tables/deployments.ts'

/** A deployment that waits, and what somebody who is to decide has to know. */
export type Item = Pick<
  DeploymentRow,
  'id' | 'repository_id' | 'ref' | 'sha' | 'task' | 'environment' | 'description'
> & {
  readonly owner: string
  readonly repository: string
  readonly creator: Creator
  readonly heldAt: string
  /** The viewer's approval is what it waits for, among others. */
  readonly asksViewer: boolean
  readonly gates: readonly Gate[]
  /** What is live in its place; null where nothing is. */
  readonly live: { readonly id: number; readonly sha: string } | null
  /** What it would bring, newest first; undefined where nobody looked. */
  readonly commits: readonly Commit[] | undefined
}

/** Why it waits, in words, and when that is over by itself. */
export type Gate = { readonly reason: string; readonly until: string | null }
