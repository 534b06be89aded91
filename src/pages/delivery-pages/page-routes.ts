import { repositoryPage } from '../dashboard/repository-page.ts'
import type { WebRoute } from '../web/route.ts'
import { listDeliveries } from './delivery-list.ts'
import { showDelivery } from './delivery-page.ts'
import { redeliverMany, redeliverOne } from './redelivery.ts'

const all = '/settings/hooks/:hook_id/deliveries'
const one = `${all}/:delivery_id`

export const deliveryPages: readonly WebRoute[] = [
  repositoryPage('GET', all, 'hooks:read', listDeliveries),
  repositoryPage('POST', all, 'hooks:write', redeliverMany),
  repositoryPage('GET', one, 'hooks:read', showDelivery),
  repositoryPage('POST', one, 'hooks:write', redeliverOne),
]
