import type { components } from '@octokit/openapi-types'
import { simpleUser } from '../accounts/payload.ts'
import { eventsIn } from '../apps/payload.ts'
import { type Permissions, permissionsIn } from '../auth/permissions.ts'
import { toSecond } from '../lib/time.ts'
import type { Urls } from '../lib/urls.ts'
import type { Installation } from './model.ts'

type Schemas = components['schemas']

export function installationPayload(installation: Installation, urls: Urls) {
  const { id, ...rest } = toldInstallation(installation, urls)
  return { id, client_id: installation.client_id, ...rest } satisfies Schemas['installation']
}

/** As webhooks tell of it. Nothing may be added: GitHub's schemas of their payloads are closed. */
export function toldInstallation(installation: Installation, urls: Urls) {
  const { id, account, suspender, suspended_at } = installation
  const settings =
    account.type === 'Organization' ? `organizations/${account.login}/settings` : 'settings'
  return {
    id,
    account: simpleUser(account, urls),
    repository_selection: installation.repository_selection,
    access_tokens_url: `${urls.api}/app/installations/${id}/access_tokens`,
    repositories_url: repositoriesUrlOf(urls),
    html_url: `${urls.web}/${settings}/installations/${id}`,
    app_id: installation.app_id,
    app_slug: installation.app_slug,
    target_id: account.id,
    target_type: account.type,
    permissions: shownPermissions(installation.permissions),
    events: eventsIn(installation.events),
    created_at: toSecond(installation.created_at),
    updated_at: toSecond(installation.updated_at),
    single_file_name: null,
    has_multiple_single_files: false,
    single_file_paths: [],
    suspended_by: suspender && simpleUser(suspender, urls),
    suspended_at: suspended_at === null ? null : toSecond(suspended_at),
  } satisfies Schemas['installation']
}

export const repositoriesUrlOf = (urls: Urls) => `${urls.api}/installation/repositories`

/** The schema is closed for each name's levels; only known ones are ever stored. */
export const shownPermissions = (json: string): Permissions & Schemas['app-permissions'] =>
  permissionsIn(json)
