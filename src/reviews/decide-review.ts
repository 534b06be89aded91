/** A reviewer, and what they would review. */
export type ReviewFacts = {
  readonly state: 'approved' | 'rejected'
  readonly comment: string
  readonly environment: string
  readonly login: string
  /** Named by the environment's rule, themselves or by a team that they are in now. */
  readonly isReviewer: boolean
  /** A person who administrates the repository. */
  readonly isAdmin: boolean
  /** Who asked for the deployment. */
  readonly isCreator: boolean
  readonly preventsSelfReview: boolean
  readonly canAdminsBypass: boolean
  readonly hasApproved: boolean
  /** The branch or tag no longer leads to the commit that was to be deployed. */
  readonly isRefMoved: boolean
}

export type ReviewDecision =
  | { readonly kind: 'review' }
  /** For every review, wait and App. */
  | { readonly kind: 'bypass' }
  | { readonly kind: 'refuse'; readonly code: 'forbidden' | 'invalid'; readonly message: string }

const forbid = (message: string) => ({ kind: 'refuse', code: 'forbidden', message }) as const
const invalid = (message: string) => ({ kind: 'refuse', code: 'invalid', message }) as const

/**
 * Whether somebody may say this of a deployment that waits (contract 4.8): its reviewers
 * may, and administrators past them where the environment lets them and they say why.
 */
export function decideReview(facts: ReviewFacts): ReviewDecision {
  const { state, login, environment, isReviewer, isAdmin, canAdminsBypass } = facts
  const canBypass = isAdmin && canAdminsBypass && state === 'approved'
  if (!isReviewer && !canBypass) return forbid(`${login} is not a reviewer of ${environment}`)
  if (state === 'rejected') return { kind: 'review' }
  const refusal = refusalOf(facts)
  if (refusal) return refusal
  if (isReviewer) return { kind: 'review' }
  if (facts.comment.trim() !== '') return { kind: 'bypass' }
  return invalid(
    `${login} is not a reviewer of ${environment}, and bypassing its rules takes a comment that says why`,
  )
}

function refusalOf(facts: ReviewFacts): ReviewDecision | undefined {
  const { login, environment } = facts
  if (facts.isCreator && facts.preventsSelfReview) {
    return forbid(
      `${login} asked for this deployment, and nobody reviews their own in ${environment}`,
    )
  }
  if (facts.isRefMoved) {
    return invalid('The ref was moved since, and no longer leads to the commit to be deployed')
  }
  if (facts.hasApproved) return invalid(`${login} has approved this deployment already`)
  return undefined
}
