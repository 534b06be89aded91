import type { GateRef } from '../gates/model.ts'
import type { Repository } from '../repositories/model.ts'

export type { Verdict } from '../gates/model.ts'

/** What somebody asks, or might ask, to be deployed, as far as it is about the ref. */
export type RefRequest = {
  readonly ref: string
  readonly auto_merge: boolean
  /** Absent: every context there is; empty: none (contract 1.7). */
  readonly required_contexts?: readonly string[] | undefined
}

/** A request with what its ref is now. */
export type ResolvedRequest = RefRequest & {
  readonly repository: Repository
  readonly sha: string
  readonly at: GateRef
}
