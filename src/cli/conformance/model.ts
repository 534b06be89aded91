/** What checks speak of by name: the repository, and ids that answers gave. */
export type Kept = Map<string, string | number>

export type Outcome =
  | { readonly kind: 'passed' }
  | { readonly kind: 'failed'; readonly faults: readonly string[] }
  /** 404 or the like, where it should have answered: it is not there, or not for this token. */
  | { readonly kind: 'unavailable'; readonly status: number }
  /** It speaks of something that an earlier check should have made. */
  | { readonly kind: 'skipped'; readonly why: string }
  /** It needs something that the caller did not give: it says nothing of the server. */
  | { readonly kind: 'not asked'; readonly why: string }

export type Result = {
  readonly area: string
  readonly operation: string
  readonly says: string
  readonly outcome: Outcome
  readonly ms: number
}
