import type { components } from '@octokit/openapi-types'
import type { Account } from '../accounts/model.ts'
import { toSecond } from '../lib/time.ts'
import type { Urls } from '../lib/urls.ts'
import { fullNameOf, type Repository } from '../repositories/model.ts'
import { eventFrame } from '../repositories/payload.ts'
import { type Hook, secretMask } from './model.ts'

/** Contract 6.3. */
export function hookPayload(hook: Hook, repository: Repository, urls: Urls) {
  const url = `${urls.api}/repos/${fullNameOf(repository)}/hooks/${hook.id}`
  return {
    type: 'Repository',
    id: hook.id,
    name: 'web' as const,
    active: hook.active === 1,
    events: [...hook.events],
    config: configPayload(hook),
    updated_at: toSecond(hook.updated_at),
    created_at: toSecond(hook.created_at),
    url,
    test_url: `${url}/test`,
    ping_url: `${url}/pings`,
    deliveries_url: `${url}/deliveries`,
    last_response: {
      code: hook.last_code,
      status: hook.last_status,
      message: hook.last_message,
    },
  } satisfies components['schemas']['hook']
}

/** The secret is never shown: only that there is one. */
export function configPayload(hook: Hook) {
  return {
    content_type: hook.content_type,
    insecure_ssl: String(hook.insecure_ssl),
    ...(hook.secret === null ? {} : { secret: secretMask }),
    url: hook.url,
  } satisfies components['schemas']['webhook-config']
}

const zen = 'Watch what you ship until it runs.'

/** Contract 6.8. */
export function pingPayload(hook: Hook, repository: Repository, sender: Account, urls: Urls) {
  return {
    zen,
    hook_id: hook.id,
    hook: hookPayload(hook, repository, urls),
    ...eventFrame(repository, sender, urls),
  } satisfies components['schemas']['webhook-ping']
}
