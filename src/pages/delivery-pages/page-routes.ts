import { ofOrganizations, ofRepositories } from '../hook-places/route.ts'
import type { WebRoute } from '../web/route.ts'
import { deliveryPagesAt } from './route.ts'

export const deliveryPages: readonly WebRoute[] = [
  ...deliveryPagesAt(ofRepositories),
  ...deliveryPagesAt(ofOrganizations),
]
