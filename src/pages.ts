import { devicePages } from './device-flow/page-routes.ts'
import { insightPages } from './insights/page-routes.ts'
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
  ...insightPages,
]
