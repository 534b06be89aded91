/** How the ref stands to the default branch. */
export type MergeFacts = {
  readonly autoMerge: boolean
  readonly refIs: 'branch' | 'tag' | 'sha'
  /** The default branch has commits that the ref has not. */
  readonly isBehindDefaultBranch: boolean
}

/**
 * What `auto_merge` asks for (contract 1.6). Nothing can be pushed to a tag or a
 * sha, so one that is behind is the same conflict as a merge that fails.
 */
export function decideMerge(facts: MergeFacts): 'go on' | 'merge' | 'conflict' {
  if (!facts.autoMerge || !facts.isBehindDefaultBranch) return 'go on'
  return facts.refIs === 'branch' ? 'merge' : 'conflict'
}

/** The newest report about a commit under one name. */
export type Context = { readonly context: string; readonly state: string }

export type ContextsDecision =
  | { readonly kind: 'pass' }
  /** With everything that was looked at, also what succeeded. A name that nobody reported is not among it. */
  | { readonly kind: 'refuse'; readonly contexts: readonly Context[] }

/**
 * Whether the commit's checks let it be deployed (contract 1.7). `required` is
 * three-valued: absent means every context there is, an empty list none, any
 * other list exactly those. Only `success` passes, and `neutral` and `skipped`
 * where the repository lets them; names ignore case.
 */
export function decideContexts(
  required: readonly string[] | undefined,
  reported: readonly Context[],
  doNeutralsPass = false,
): ContextsDecision {
  const wanted = required && new Set(required.map(keyOf))
  const contexts = wanted ? reported.filter(({ context }) => wanted.has(keyOf(context))) : reported
  const seen = new Set(contexts.map(({ context }) => keyOf(context)))
  const isMissing = [...(wanted ?? [])].some((name) => !seen.has(name))
  const isGreen = contexts.every(
    ({ state }) => state === 'success' || (doNeutralsPass && isNeutral({ state })),
  )
  return isGreen && !isMissing ? { kind: 'pass' } : { kind: 'refuse', contexts }
}

/** How a check can end that found nothing to say (contract 9.3, D4). */
export const isNeutral = ({ state }: Pick<Context, 'state'>): boolean =>
  state === 'neutral' || state === 'skipped'

const keyOf = (context: string) => context.toLowerCase()

/** Exact and case-sensitive, as GitHub documents it (contract 1.4). */
export const isProduction = (environment: string, asked: boolean | undefined): boolean =>
  asked ?? environment === 'production'

/**
 * Whether a deployment may be deleted (contract 1.9, D3): an active one, whose
 * newest status is `success`, only where its environment has no other.
 */
export const mayDelete = (facts: {
  readonly isActive: boolean
  readonly isOnlyOneInEnvironment: boolean
}): boolean => !facts.isActive || facts.isOnlyOneInEnvironment
