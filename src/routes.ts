import type { Route } from './auth/route.ts'
import { deployKeyRoutes } from './deploy-keys/routes.ts'
import { environmentRoutes } from './environments/routes.ts'
import { deliveryRoutes } from './hooks/delivery-routes.ts'
import { hookRoutes } from './hooks/routes.ts'

/** The table of contents of the API. */
export const routes: readonly Route[] = [
  ...deployKeyRoutes,
  ...environmentRoutes,
  ...hookRoutes,
  ...deliveryRoutes,
]
