import { deliveryPages } from './delivery-pages/page-routes.ts'
import { devicePages } from './device-flow/page-routes.ts'
import { environmentSettingPages } from './environment-settings/page-routes.ts'
import { hookSettingPages } from './hook-settings/page-routes.ts'
import { keySettingPages } from './key-settings/page-routes.ts'
import { manifestPages } from './manifests/page-routes.ts'
import { oauthPages } from './oauth/page-routes.ts'
import { signInPages } from './sign-in/page-routes.ts'
import type { WebRoute } from './web/route.ts'

/** The table of contents of what is beside the API: pages for people, and how programs come to a token. */
export const pages: readonly WebRoute[] = [
  ...signInPages,
  ...oauthPages,
  ...devicePages,
  ...manifestPages,
  ...environmentSettingPages,
  ...hookSettingPages,
  ...deliveryPages,
  ...keySettingPages,
]
