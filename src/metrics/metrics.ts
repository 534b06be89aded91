import { Registry } from 'prom-client'
import type { App } from '../app.ts'
import type { Load } from '../delivery/dispatch/model.ts'
import { isSameText, type Secret } from '../lib/secret.ts'
import { deliveryMetrics } from './delivery-metrics.ts'
import { processMetrics } from './process-metrics.ts'

export type Metrics = {
  readonly registry: Registry
  /** Undefined: whoever reaches the address may look. */
  readonly token: Secret | undefined
}

type Watched = Pick<App, 'signals' | 'store' | 'now' | 'log'>
type Options = Pick<Metrics, 'token'> & {
  readonly version: string
  readonly load: () => Load
}

/** Counts from now on what the parts of the process tell of, until the process ends. */
export function openMetrics(app: Watched, { token, version, load }: Options): Metrics {
  const registry = new Registry()
  deliveryMetrics(registry, app, load)
  processMetrics(registry, app, version)
  return { registry, token }
}

type Answer = { readonly status: number; readonly type: string; readonly body: string }

/** What a scrape with this `Authorization` is answered, in Prometheus's text format 0.0.4. */
export async function answerScrape(
  { registry, token }: Metrics,
  authorization: string | undefined,
): Promise<Answer> {
  if (token && !isSameText(authorization ?? '', `Bearer ${token.reveal()}`)) {
    return { status: 401, type: 'text/plain; charset=utf-8', body: 'Give the metrics token.\n' }
  }
  return { status: 200, type: registry.contentType, body: await registry.metrics() }
}
