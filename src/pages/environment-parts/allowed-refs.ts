import type { BranchPolicy, Environment } from '../../environments/model.ts'
import { isMatched } from '../../environments/protection.ts'

export type NamedRef = { readonly type: 'branch' | 'tag'; readonly name: string }

/** All that decides which refs an environment lets pass. */
export type Limits = {
  readonly policy: NonNullable<Environment['branch_policy']>
  readonly patterns: readonly Pick<BranchPolicy, 'type' | 'name'>[]
  readonly protectedBranches: ReadonlySet<string>
}

/** Whether a ref passes, and by what. */
export type Allowed =
  | { readonly kind: 'by_pattern'; readonly pattern: string }
  | { readonly kind: 'by_protection'; readonly isProtected: boolean }
  | { readonly kind: 'no'; readonly why: string }

export const refsMatching = (
  pattern: Pick<BranchPolicy, 'type' | 'name'>,
  refs: readonly NamedRef[],
): readonly NamedRef[] => refs.filter((ref) => isMatched(pattern, ref))

/** As the gate would say it (contract 4.6); `ref` is what a name led to. */
export function allowedBy(
  { policy, patterns, protectedBranches }: Limits,
  ref: NamedRef | { readonly kind: 'sha' } | undefined,
): Allowed {
  if (ref === undefined) return { kind: 'no', why: 'is no branch or tag of this repository.' }
  if (!('type' in ref))
    return { kind: 'no', why: 'is a commit; only a branch or a tag can be let pass.' }
  if (policy === 'custom_branch_policies') {
    const pattern = patterns.find((one) => isMatched(one, ref))
    if (pattern) return { kind: 'by_pattern', pattern: pattern.name }
    return { kind: 'no', why: `is a ${ref.type} that no pattern for a ${ref.type} matches.` }
  }
  if (ref.type === 'tag') return { kind: 'no', why: 'is a tag; only branches can be protected.' }
  const isProtected = protectedBranches.has(ref.name)
  if (isProtected || protectedBranches.size === 0) return { kind: 'by_protection', isProtected }
  return { kind: 'no', why: 'is a branch that is not protected.' }
}
