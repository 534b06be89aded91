import type { components } from '@octokit/openapi-types'
import { environmentPath } from '../http/name-path.ts'
import { nodeId } from '../lib/node-id.ts'
import { toSecond } from '../lib/time.ts'
import type { Urls } from '../lib/urls.ts'
import { fullNameOf, type Repository } from '../repositories/model.ts'
import type { Environment } from './model.ts'

/** Contract 4.2; `can_admins_bypass` is on GitHub's wire and not in its schema. */
export function environmentPayload(environment: Environment, repository: Repository, urls: Urls) {
  const { id, name } = environment
  const fullName = fullNameOf(repository)
  return {
    id,
    node_id: nodeId('EN', repository.id, id),
    name,
    url: `${urls.api}/repos/${fullName}/environments/${environmentPath(name)}`,
    html_url: `${urls.web}/${fullName}/deployments/activity_log?environments_filter=${encodeURIComponent(name)}`,
    created_at: toSecond(environment.created_at),
    updated_at: toSecond(environment.updated_at),
    can_admins_bypass: true,
    protection_rules: [],
    deployment_branch_policy: null,
  } satisfies components['schemas']['environment'] & { can_admins_bypass: boolean }
}
