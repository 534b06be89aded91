import type { Lane } from './model.ts'

type InFlight = Readonly<Record<Lane, number>>

/** Of all requests in flight (delivery 4.5). What one lane does not use is lent to the others. */
const shares: InFlight = { live: 70, retry: 20, bulk: 10 }

/** Whose turn it is: the lane first that has least of its share. Asked before each request, so it sorts nothing. */
export function decideLanes(inFlight: InFlight): readonly Lane[] {
  const live = inFlight.live / shares.live
  const retry = inFlight.retry / shares.retry
  const bulk = inFlight.bulk / shares.bulk
  if (live <= retry) {
    if (retry <= bulk) return orders.liveRetryBulk
    return live <= bulk ? orders.liveBulkRetry : orders.bulkLiveRetry
  }
  if (live <= bulk) return orders.retryLiveBulk
  return retry <= bulk ? orders.retryBulkLive : orders.bulkRetryLive
}

const orders = {
  liveRetryBulk: ['live', 'retry', 'bulk'],
  liveBulkRetry: ['live', 'bulk', 'retry'],
  retryLiveBulk: ['retry', 'live', 'bulk'],
  retryBulkLive: ['retry', 'bulk', 'live'],
  bulkLiveRetry: ['bulk', 'live', 'retry'],
  bulkRetryLive: ['bulk', 'retry', 'live'],
} as const satisfies Record<string, readonly Lane[]>
