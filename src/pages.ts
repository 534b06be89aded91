import { adminPages } from './admin-pages/page-routes.ts'
import { appPages } from './app-settings/page-routes.ts'
import { applicationPages } from './application-settings/page-routes.ts'
import { auditPages } from './audit-pages/page-routes.ts'
import { devicePages } from './device-flow/page-routes.ts'
import { manifestPages } from './manifests/page-routes.ts'
import { oauthPages } from './oauth/page-routes.ts'
import { organizationPages } from './organization-pages/page-routes.ts'
import { signInPages } from './sign-in/page-routes.ts'
import { tokenPages } from './token-settings/page-routes.ts'
import type { WebRoute } from './web/route.ts'

/** The table of contents of what is beside the API: pages for people, and how programs come to a token. */
export const pages: readonly WebRoute[] = [
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
]
