import type { components } from '@octokit/openapi-types'
import type { Account } from '../accounts/model.ts'
import { simpleUser } from '../accounts/payload.ts'
import { nodeId } from '../lib/node-id.ts'
import { toSecond } from '../lib/time.ts'
import type { Urls } from '../lib/urls.ts'
import type { AppRow } from '../store/tables.ts'

/** A GitHub App as others see it. */
export function integrationPayload(app: AppRow, owner: Account, urls: Urls) {
  return {
    id: app.id,
    slug: app.slug,
    node_id: nodeId('A', app.id),
    client_id: app.client_id,
    owner: simpleUser(owner, urls),
    name: app.name,
    description: app.description,
    external_url: app.external_url,
    html_url: `${urls.web}/apps/${app.slug}`,
    created_at: toSecond(app.created_at),
    updated_at: toSecond(app.updated_at),
    permissions: JSON.parse(app.permissions),
    events: JSON.parse(app.events),
  } satisfies components['schemas']['integration']
}

/** The same in an event: the webhooks' schema is closed and older than `client_id`. */
export function integrationInEvent(app: AppRow, owner: Account, urls: Urls) {
  const { client_id, ...payload } = integrationPayload(app, owner, urls)
  return payload
}
