import type { Route } from './auth/route.ts'
import { deployKeyRoutes } from './deploy-keys/routes.ts'

/** The table of contents of the API. */
export const routes: readonly Route[] = [...deployKeyRoutes]
