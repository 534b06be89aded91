import type { components } from '@octokit/openapi-types'
import type { Account } from '../accounts/model.ts'
import { organizationSimple, simpleUser } from '../accounts/payload.ts'
import { toSecond } from '../lib/time.ts'
import type { Urls } from '../lib/urls.ts'
import { fullNameOf } from '../repositories/model.ts'
import { eventFrame } from '../repositories/payload.ts'
import { type Holder, type Hook, secretMask } from './model.ts'

type Schemas = components['schemas']

/** Contract 6.3. Only a repository's hook can be tested and tells of its last answer. */
export function hookPayload(hook: Hook, holder: Holder, urls: Urls) {
  switch (holder.type) {
    case 'repository': {
      const { url, ...rest } = addressesOf(`${hooksUrl(holder, urls)}/${hook.id}`)
      return {
        type: 'Repository',
        ...settingsOf(hook),
        url,
        test_url: `${url}/test`,
        ...rest,
        last_response: lastResponseOf(hook),
      } satisfies Schemas['hook']
    }
    case 'organization':
      return {
        type: 'Organization',
        ...settingsOf(hook),
        ...addressesOf(`${hooksUrl(holder, urls)}/${hook.id}`),
      } satisfies Schemas['org-hook']
    case 'integration':
      return {
        type: 'App',
        ...settingsOf(hook),
        app_id: holder.id,
        ...addressesOf(hooksUrl(holder, urls)),
      }
  }
}

const settingsOf = (hook: Hook) => ({
  id: hook.id,
  name: 'web' as const,
  active: hook.active === 1,
  events: [...hook.events],
  config: configPayload(hook),
  updated_at: toSecond(hook.updated_at),
  created_at: toSecond(hook.created_at),
})

const addressesOf = (url: string) => ({
  url,
  ping_url: `${url}/pings`,
  deliveries_url: `${url}/deliveries`,
})

const lastResponseOf = ({ last_code, last_status, last_message }: Hook) => ({
  code: last_code,
  status: last_status,
  message: last_message,
})

function hooksUrl(holder: Holder, urls: Urls): string {
  switch (holder.type) {
    case 'repository':
      return `${urls.api}/repos/${fullNameOf(holder.repository)}/hooks`
    case 'organization':
      return `${urls.api}/orgs/${holder.organization.login}/hooks`
    case 'integration':
      return `${urls.api}/app/hook`
  }
}

/** Where a holder's hooks are in links to other pages, which outlive a repository's name (contract 8.6). */
export const hooksLink = (holder: Holder, urls: Urls): string =>
  holder.type === 'repository'
    ? `${urls.api}/repositories/${holder.id}/hooks`
    : hooksUrl(holder, urls)

/** The same of one hook; an App has no more than that. */
export const hookLink = (holder: Holder, id: number, urls: Urls): string =>
  holder.type === 'integration' ? hooksUrl(holder, urls) : `${hooksLink(holder, urls)}/${id}`

/** The secret is never shown: only that there is one. */
export function configPayload(hook: Hook) {
  return {
    content_type: hook.content_type,
    insecure_ssl: String(hook.insecure_ssl),
    ...(hook.secret === null ? {} : { secret: secretMask }),
    url: hook.url,
  } satisfies Schemas['webhook-config']
}

const zen = 'Watch what you ship until it runs.'

/** Contract 6.8. An App is pinged by its registration, so nobody sends that. */
export function pingPayload(hook: Hook, holder: Holder, sender: Account | null, urls: Urls) {
  return {
    zen,
    hook_id: hook.id,
    hook: hookPayload(hook, holder, urls),
    ...(sender ? frameOf(holder, sender, urls) : {}),
  } satisfies Schemas['webhook-ping']
}

function frameOf(holder: Holder, sender: Account, urls: Urls) {
  if (holder.type === 'repository') return eventFrame(holder.repository, sender, urls)
  const user = { sender: simpleUser(sender, urls) }
  if (holder.type === 'integration') return user
  return { organization: organizationSimple(holder.organization, urls), ...user }
}
