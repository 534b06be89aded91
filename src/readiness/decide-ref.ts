import type { Verdict } from './model.ts'

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
  | {
      readonly kind: 'refuse'
      /** Everything that was looked at, also what succeeded. */
      readonly contexts: readonly Context[]
      /** Those that are in the way, and what is required and nobody has reported. */
      readonly failing: readonly Context[]
      readonly missing: readonly string[]
    }

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
  const missing = (required ?? []).filter((name) => !seen.has(keyOf(name)))
  const failing = contexts.filter(
    ({ state }) => state !== 'success' && !(doNeutralsPass && isNeutral({ state })),
  )
  if (failing.length + missing.length === 0) return { kind: 'pass' }
  return { kind: 'refuse', contexts, failing, missing }
}

const unfinished = ['pending', 'expected']

/** What a deployment's request would be told, as a verdict: what may yet succeed is worth waiting for. */
export function contextVerdicts(decision: ContextsDecision): Verdict[] {
  if (decision.kind === 'pass') return []
  const { failing, missing } = decision
  const pending = failing.filter(({ state }) => unfinished.includes(state))
  const failed = failing.filter(({ state }) => !unfinished.includes(state))
  const namesOf = (some: readonly Context[]) => some.map(({ context }) => context)
  const reasons = [
    ...(missing.length > 0 ? [`Checks missing: ${missing.join(', ')}`] : []),
    ...(pending.length > 0 ? [`Checks pending: ${namesOf(pending).join(', ')}`] : []),
    ...(failed.length > 0
      ? [`Checks failed: ${failed.map(({ context, state }) => `${context} (${state})`).join(', ')}`]
      : []),
  ]
  const verdict = failed.length > 0 ? 'refuse' : 'wait'
  const cleared_by = [...missing, ...namesOf(failing)]
  const reason = reasons.join('; ')
  return [{ gate: 'required_contexts', verdict, reason, until: null, cleared_by }]
}

export type MergeTrial = ReturnType<typeof decideMerge> | 'merge in vain'

/** Of the merge that `auto_merge` would make: whoever asks is to ask again after it. */
export function mergeVerdicts(
  trial: MergeTrial,
  { ref, default_branch }: { readonly ref: string; readonly default_branch: string },
): Verdict[] {
  const gate = { gate: 'auto_merge', until: null, cleared_by: [] } as const
  switch (trial) {
    case 'go on':
      return []
    case 'merge':
      return [
        {
          ...{ ...gate, verdict: 'wait' },
          reason: `${default_branch} would be merged into ${ref}, and nothing deployed until that is asked for again`,
        },
      ]
    case 'conflict':
      return [
        {
          ...{ ...gate, verdict: 'refuse' },
          reason: `${ref} is behind ${default_branch}, and no branch that it could be merged into`,
        },
      ]
    case 'merge in vain':
      return [
        {
          ...{ ...gate, verdict: 'refuse' },
          reason: `Conflict merging ${default_branch} into ${ref}`,
        },
      ]
  }
}

/** How a check can end that found nothing to say (contract 9.3, D4). */
export const isNeutral = ({ state }: Pick<Context, 'state'>): boolean =>
  state === 'neutral' || state === 'skipped'

const keyOf = (context: string) => context.toLowerCase()
