import type { components } from '@octokit/openapi-types'
import { simpleUser } from '../accounts/payload.ts'
import type { Environment, ProtectedEnvironment } from '../environments/model.ts'
import { environmentPayload } from '../environments/payload.ts'
import type { GivenReview } from '../gates/gates.ts'
import type { Hold } from '../holds/holds.ts'
import { toSecond } from '../lib/time.ts'
import type { Urls } from '../lib/urls.ts'
import type { Repository } from '../repositories/model.ts'

type Schemas = components['schemas']

type Pending = {
  readonly environment: ProtectedEnvironment
  readonly hold: Hold
  readonly canApprove: boolean
}

/** Contract 4.8. */
export function pendingPayload(pending: Pending, repository: Repository, urls: Urls) {
  const { environment, hold, canApprove } = pending
  const shown = environmentPayload(environment, repository, urls)
  const { id, node_id, name, url, html_url, protection_rules } = shown
  const timer = protection_rules.find((rule) => 'wait_timer' in rule)
  const review = protection_rules.find((rule) => 'reviewers' in rule)
  return {
    environment: { id, node_id, name, url, html_url },
    wait_timer: timer?.wait_timer ?? 0,
    wait_timer_started_at: timer ? toSecond(hold.held_at) : null,
    current_user_can_approve: canApprove,
    reviewers: review?.reviewers ?? [],
  } satisfies Schemas['pending-deployment']
}

type Approval = {
  readonly review: GivenReview
  /** Undefined once it was deleted. */
  readonly environment: Environment | undefined
  /** Of what waited before the rules changed. */
  readonly isVoid: boolean
}

/** Contract 4.8. What is void stands as `pending`: it has yet to be said again. */
export function approvalPayload(
  { review, environment, isVoid }: Approval,
  repository: Repository,
  urls: Urls,
) {
  const shown = environment && environmentPayload({ ...environment, rules: [] }, repository, urls)
  const { id, node_id, name, url, html_url, created_at, updated_at } = shown ?? {}
  return {
    state: isVoid ? 'pending' : review.state,
    comment: review.comment,
    user: simpleUser(review.reviewer, urls),
    environments: shown ? [{ id, node_id, name, url, html_url, created_at, updated_at }] : [],
  } satisfies Omit<Schemas['environment-approvals'], 'environments'> & { environments: object[] }
}
