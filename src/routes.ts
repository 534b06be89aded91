import { appRoutes } from './apps/routes.ts'
import { auditRoutes } from './audit/audit-log/routes.ts'
import type { Route } from './auth/route.ts'
import { branchProtectionRoutes } from './branch-protection/routes.ts'
import { checkRoutes } from './checks/routes.ts'
import { checkSettingRoutes } from './checks/setting-routes.ts'
import { claimRoutes } from './claims/routes.ts'
import { commitRoutes } from './commits/routes.ts'
import { contentRoutes } from './contents/routes.ts'
import { currentRoutes } from './current/routes.ts'
import { deployKeyRoutes } from './deploy-keys/routes.ts'
import { deployabilityRoutes } from './deployability/routes.ts'
import { deploymentLogRoutes } from './deployment-logs/routes.ts'
import { deploymentRoutes } from './deployments/routes.ts'
import { deploymentStatusRoutes } from './deployments/status-routes.ts'
import { insightRoutes } from './dora/routes.ts'
import { enterpriseRoutes } from './enterprise/routes.ts'
import { environmentNameRoutes } from './environment-names/routes.ts'
import { branchPolicyRoutes } from './environments/branch-policy-routes.ts'
import { environmentRoutes } from './environments/routes.ts'
import { environmentSettingRoutes } from './environments/setting-routes.ts'
import { feedRoutes } from './feed/routes.ts'
import { freezeRoutes } from './freezes/routes.ts'
import { gateRoutes } from './gates/routes.ts'
import { graphqlRoutes } from './graphql/routes.ts'
import { deliveryRoutes } from './hooks/delivery-routes.ts'
import { hookFilterRoutes } from './hooks/hook-filters/routes.ts'
import { backlogRoutes } from './hooks/hook-options/backlog-routes.ts'
import { hookOptionRoutes } from './hooks/hook-options/routes.ts'
import { replayRoutes } from './hooks/replay/routes.ts'
import { hookRoutes } from './hooks/routes.ts'
import { installationRoutes } from './installations/app-routes.ts'
import { scopedTokenRoutes } from './installations/scoped-token-routes.ts'
import { installationTokenRoutes } from './installations/token-routes.ts'
import { userInstallationRoutes } from './installations/user-routes.ts'
import { lifetimeRoutes } from './lifetimes/routes.ts'
import { manifestRoutes } from './manifests/routes.ts'
import { metaRoutes } from './meta/routes.ts'
import { grantRoutes } from './oauth/grants/routes.ts'
import { organizationRoutes } from './organizations/routes.ts'
import { peopleRoutes } from './people/routes.ts'
import { protectionRuleRoutes } from './protection-rules/routes.ts'
import { queueRoutes } from './queues/routes.ts'
import { repositoryRoutes } from './repositories/routes.ts'
import { dispatchRoutes } from './repository-dispatch/routes.ts'
import { overruleRoutes } from './reviews/overrule-routes.ts'
import { reviewRoutes } from './reviews/routes.ts'
import { rollbackRoutes } from './rollbacks/routes.ts'
import { secretRoutes } from './secrets/routes.ts'
import { teamMemberRoutes } from './teams/member-routes.ts'
import { teamRepositoryRoutes } from './teams/repository-routes.ts'
import { teamRoutes } from './teams/routes.ts'
import { variableRoutes } from './variables/routes.ts'

/** The table of contents of the API. */
export const routes: readonly Route[] = [
  ...metaRoutes,
  ...peopleRoutes,
  ...organizationRoutes,
  ...repositoryRoutes,
  ...branchProtectionRoutes,
  ...checkRoutes,
  ...commitRoutes,
  ...contentRoutes,
  ...deployKeyRoutes,
  ...deploymentRoutes,
  ...deploymentStatusRoutes,
  ...environmentRoutes,
  ...branchPolicyRoutes,
  ...protectionRuleRoutes,
  ...reviewRoutes,
  ...secretRoutes,
  ...variableRoutes,
  ...hookRoutes,
  ...deliveryRoutes,
  ...teamRoutes,
  ...teamMemberRoutes,
  ...teamRepositoryRoutes,
  ...enterpriseRoutes,
  ...dispatchRoutes,
  ...graphqlRoutes,
  ...grantRoutes,
  ...appRoutes,
  ...manifestRoutes,
  ...installationRoutes,
  ...installationTokenRoutes,
  ...userInstallationRoutes,
  ...scopedTokenRoutes,
]

/** What GitHub's API does not have. */
export const ownRoutes: readonly Route[] = [
  ...currentRoutes,
  ...deploymentLogRoutes,
  ...insightRoutes,
  ...feedRoutes,
  ...gateRoutes,
  ...freezeRoutes,
  ...deployabilityRoutes,
  ...overruleRoutes,
  ...environmentSettingRoutes,
  ...checkSettingRoutes,
  ...claimRoutes,
  ...backlogRoutes,
  ...hookOptionRoutes,
  ...hookFilterRoutes,
  ...queueRoutes,
  ...replayRoutes,
  ...rollbackRoutes,
  ...auditRoutes,
  ...lifetimeRoutes,
  ...environmentNameRoutes,
]
