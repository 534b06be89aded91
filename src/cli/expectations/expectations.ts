import { branches, gitData } from './code.ts'
import { commitStatuses } from './commit-statuses.ts'
import { deployments } from './deployments.ts'
import { environments, policies } from './environments.ts'
import { apps, organizations } from './given.ts'
import { deliveries, hooks } from './hooks.ts'
import { http, meta } from './http.ts'
import { keys } from './keys.ts'
import type { Area } from './model.ts'
import { secrets, variables } from './secrets.ts'
import { statuses } from './statuses.ts'

/**
 * What GitHub answers, by area and in this order: a check may speak of what those before it
 * made. Nothing here knows which server is asked. They begin in a new repository `{owner}/{repo}`
 * with one commit on `main`.
 */
export const areas: readonly Area[] = [
  { name: 'meta', checks: meta },
  { name: 'http', checks: http },
  { name: 'branches', checks: branches },
  { name: 'git data', checks: gitData },
  { name: 'deployments', checks: deployments },
  { name: 'statuses', checks: statuses },
  { name: 'commit statuses', checks: commitStatuses },
  { name: 'keys', checks: keys },
  { name: 'environments', checks: environments },
  { name: 'policies', checks: policies },
  { name: 'secrets', checks: secrets },
  { name: 'variables', checks: variables },
  { name: 'hooks', checks: hooks },
  { name: 'deliveries', checks: deliveries },
  { name: 'organizations', checks: organizations, needs: 'organization' },
  { name: 'apps', checks: apps, needs: 'app' },
]
