import type { components } from '@octokit/openapi-types'
import { simpleUser } from '../accounts/payload.ts'
import { permissionsIn } from '../auth/permissions.ts'
import { nodeId } from '../lib/node-id.ts'
import { toSecond } from '../lib/time.ts'
import type { Urls } from '../lib/urls.ts'
import type { GitHubApp, Performer } from './model.ts'

type Integration = NonNullable<components['schemas']['integration']>

/**
 * An App wherever it did something. Nothing may be added: GitHub's schemas of
 * webhook payloads are closed.
 */
export function performerPayload(app: Performer, urls: Urls) {
  const html_url = `${urls.web}/apps/${app.slug}`
  return {
    id: app.id,
    slug: app.slug,
    node_id: nodeId('A', app.id),
    owner: simpleUser(app.owner, urls),
    name: app.name,
    description: app.description,
    // Clients require an address, also of an App that has no pages of its own.
    external_url: app.external_url || html_url,
    html_url,
    created_at: toSecond(app.created_at),
    updated_at: toSecond(app.updated_at),
    permissions: permissionsIn(app.permissions),
    events: eventsIn(app.events),
  } satisfies Integration
}

/** What `GET /apps/{slug}` answers. */
export function appPayload(app: GitHubApp, urls: Urls) {
  const { id, slug, ...rest } = performerPayload(app, urls)
  return { id, slug, client_id: app.client_id, ...rest } satisfies Integration
}

/** Of stored JSON: what a hook listens to. */
export const eventsIn = (json: string) => JSON.parse(json) as string[]
