import type { Route } from './auth/route.ts'
import { branchProtectionRoutes } from './branch-protection/routes.ts'
import { commitRoutes } from './commits/routes.ts'
import { contentRoutes } from './contents/routes.ts'
import { deployKeyRoutes } from './deploy-keys/routes.ts'
import { deploymentRoutes } from './deployments/routes.ts'
import { deploymentStatusRoutes } from './deployments/status-routes.ts'
import { branchPolicyRoutes } from './environments/branch-policy-routes.ts'
import { customRuleRoutes } from './environments/custom-rule-routes.ts'
import { environmentRoutes } from './environments/routes.ts'
import { graphqlRoutes } from './graphql/routes.ts'
import { hookOptionRoutes } from './hook-options/routes.ts'
import { backlogRoutes } from './hooks/backlog-routes.ts'
import { deliveryRoutes } from './hooks/delivery-routes.ts'
import { hookRoutes } from './hooks/routes.ts'
import { metaRoutes } from './meta/routes.ts'
import { peopleRoutes } from './people/routes.ts'
import { repositoryRoutes } from './repositories/routes.ts'
import { secretRoutes } from './secrets/routes.ts'
import { variableRoutes } from './variables/routes.ts'

/** The table of contents of the API. */
export const routes: readonly Route[] = [
  ...metaRoutes,
  ...peopleRoutes,
  ...repositoryRoutes,
  ...branchProtectionRoutes,
  ...commitRoutes,
  ...contentRoutes,
  ...deployKeyRoutes,
  ...deploymentRoutes,
  ...deploymentStatusRoutes,
  ...environmentRoutes,
  ...branchPolicyRoutes,
  ...customRuleRoutes,
  ...secretRoutes,
  ...variableRoutes,
  ...hookRoutes,
  ...deliveryRoutes,
  ...graphqlRoutes,
]

/** What GitHub's API does not have. */
export const ownRoutes: readonly Route[] = [...backlogRoutes, ...hookOptionRoutes]
