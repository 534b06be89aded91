import { deploymentLogPages } from '../deployment-logs/page-routes.ts'
import { manifestPages } from '../manifests/page-routes.ts'
import { devicePages } from '../oauth/device-flow/page-routes.ts'
import { oauthPages } from '../oauth/page-routes.ts'
import { adminPages } from './admin-pages/page-routes.ts'
import { appPages } from './app-settings/page-routes.ts'
import { applicationPages } from './application-settings/page-routes.ts'
import { auditPages } from './audit-pages/page-routes.ts'
import { deliveryPages } from './delivery-pages/page-routes.ts'
import { deploymentPages } from './deployment-page/page-routes.ts'
import { environmentSettingPages } from './environment-settings/page-routes.ts'
import { firstDeploymentPages } from './first-deployment/page-routes.ts'
import { gridPages } from './grid/page-routes.ts'
import { hookSettingPages } from './hook-settings/page-routes.ts'
import { inboxPages } from './inbox/page-routes.ts'
import { insightPages } from './insights/page-routes.ts'
import { keySettingPages } from './key-settings/page-routes.ts'
import { livePages } from './live/page-routes.ts'
import { organizationPages } from './organization-pages/page-routes.ts'
import { setupPages } from './setup/page-routes.ts'
import { signInPages } from './sign-in/page-routes.ts'
import { timelinePages } from './timeline/page-routes.ts'
import { tokenPages } from './token-settings/page-routes.ts'
import { valuePages } from './value-settings/page-routes.ts'
import type { WebRoute } from './web/route.ts'

/** The table of contents of what is beside the API: pages for people, and how programs come to a token. */
export const pages: readonly WebRoute[] = [
  ...setupPages,
  ...firstDeploymentPages,
  ...signInPages,
  ...tokenPages,
  ...applicationPages,
  ...appPages,
  ...organizationPages,
  ...adminPages,
  ...auditPages,
  ...oauthPages,
  ...devicePages,
  ...manifestPages,
  ...livePages,
  ...gridPages,
  ...timelinePages,
  ...deploymentPages,
  ...deploymentLogPages,
  ...inboxPages,
  ...environmentSettingPages,
  ...valuePages,
  ...hookSettingPages,
  ...deliveryPages,
  ...keySettingPages,
  ...insightPages,
]
