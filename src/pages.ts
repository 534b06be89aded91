import { devicePages } from './device-flow/page-routes.ts'
import { firstDeploymentPages } from './first-deployment/page-routes.ts'
import { gridPages } from './grid/page-routes.ts'
import { livePages } from './live/page-routes.ts'
import { manifestPages } from './manifests/page-routes.ts'
import { oauthPages } from './oauth/page-routes.ts'
import { setupPages } from './setup/page-routes.ts'
import { signInPages } from './sign-in/page-routes.ts'
import type { WebRoute } from './web/route.ts'

/** The table of contents of what is beside the API: pages for people, and how programs come to a token. */
export const pages: readonly WebRoute[] = [
  ...setupPages,
  ...firstDeploymentPages,
  ...signInPages,
  ...oauthPages,
  ...devicePages,
  ...manifestPages,
  ...livePages,
  ...gridPages,
]
