import type { components } from '@octokit/openapi-types'
import { toSecond } from '../lib/time.ts'
import type { Urls } from '../lib/urls.ts'
import { fullNameOf, type Repository } from '../repositories/model.ts'
import type { DeployKeyRow } from '../tables/repositories.ts'
import type { DeployKey } from './model.ts'

/** Contract 3.2. */
export function deployKeyPayload(key: DeployKey, repository: Repository, urls: Urls) {
  return {
    ...deployKeyInEvent(key, repository, urls),
    last_used: key.last_used && toSecond(key.last_used),
    added_by: key.added_by,
    enabled: true,
  } satisfies components['schemas']['deploy-key']
}

/** The shorter form that `deploy_key` events carry (contract 6.8). */
export function deployKeyInEvent(key: DeployKeyRow, repository: Repository, urls: Urls) {
  return {
    id: key.id,
    key: key.key,
    url: `${urls.api}/repos/${fullNameOf(repository)}/keys/${key.id}`,
    title: key.title,
    verified: true,
    created_at: toSecond(key.created_at),
    read_only: key.read_only === 1,
  } satisfies components['schemas']['deploy-key']
}
