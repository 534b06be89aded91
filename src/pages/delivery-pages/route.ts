import type { HookLevel } from '../hook-places/route.ts'
import type { WebRoute } from '../web/route.ts'
import { listDeliveries } from './delivery-list.ts'
import { showDelivery } from './delivery-page.ts'
import { redeliverMany, redeliverOne } from './redelivery.ts'

/** What was sent to a hook, and how to send it again, wherever people find the hook. */
export function deliveryPagesAt({ deliveries, page }: HookLevel): WebRoute[] {
  const one = `${deliveries}/:delivery_id`
  return [
    page('GET', deliveries, 'read', listDeliveries),
    page('POST', deliveries, 'write', redeliverMany),
    page('GET', one, 'read', showDelivery),
    page('POST', one, 'write', redeliverOne),
  ].flat()
}
