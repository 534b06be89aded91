import type { components } from '@octokit/openapi-types'
import { simpleUser } from '../accounts/payload.ts'
import { environmentPath } from '../http/name-path.ts'
import { nodeId } from '../lib/node-id.ts'
import { toSecond } from '../lib/time.ts'
import type { Urls } from '../lib/urls.ts'
import { fullNameOf, type Repository } from '../repositories/model.ts'
import { teamPayload } from '../teams/payload.ts'
import type {
  BranchPolicy,
  Environment,
  KeptRule,
  ProtectedEnvironment,
  Reviewer,
} from './model.ts'

type Schemas = components['schemas']

/** Contract 4.2; `can_admins_bypass` is on GitHub's wire and not in its schema. */
export function environmentPayload(
  environment: ProtectedEnvironment,
  repository: Repository,
  urls: Urls,
) {
  const { id, name, branch_policy } = environment
  return {
    id,
    node_id: nodeId('EN', repository.id, id),
    name,
    url: environmentUrl(environment, repository, urls),
    html_url: `${urls.web}/${fullNameOf(repository)}/deployments/activity_log?environments_filter=${encodeURIComponent(name)}`,
    created_at: toSecond(environment.created_at),
    updated_at: toSecond(environment.updated_at),
    can_admins_bypass: environment.can_admins_bypass === 1,
    protection_rules: environment.rules.map((rule) => rulePayload(rule, repository, urls)),
    deployment_branch_policy: branch_policy && {
      protected_branches: branch_policy === 'protected_branches',
      custom_branch_policies: branch_policy === 'custom_branch_policies',
    },
  } satisfies Schemas['environment'] & { can_admins_bypass: boolean }
}

export const environmentUrl = (
  { name }: Pick<Environment, 'name'>,
  repository: Repository,
  urls: Urls,
) => `${urls.api}/repos/${fullNameOf(repository)}/environments/${environmentPath(name)}`

function rulePayload(rule: KeptRule, repository: Repository, urls: Urls) {
  const { id, type } = rule
  const named = { id, node_id: nodeId('GA', repository.id, id) }
  switch (rule.type) {
    case 'wait_timer':
      return { ...named, type, wait_timer: rule.wait_timer }
    case 'required_reviewers': {
      const { prevent_self_review, reviewers } = rule
      const shown = reviewers.map((reviewer) => reviewerPayload(reviewer, urls))
      return { ...named, type, prevent_self_review, reviewers: shown }
    }
    case 'branch_policy':
      return { ...named, type }
  }
}

function reviewerPayload({ type, reviewer }: Reviewer, urls: Urls) {
  switch (type) {
    case 'User':
      return { type, reviewer: simpleUser(reviewer, urls) }
    case 'Team':
      return { type, reviewer: teamPayload(reviewer, urls) }
  }
}

/** Contract 4.6. */
export const branchPolicyPayload = ({ id, name, type }: BranchPolicy, repository: Repository) =>
  ({
    id,
    node_id: nodeId('GBP', repository.id, id),
    name,
    type,
  }) satisfies Schemas['deployment-branch-policy']
