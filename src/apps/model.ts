import type { Account } from '../accounts/model.ts'
import type { AppRow } from '../tables/programs.ts'

export type Owner = Pick<Account, 'id' | 'login' | 'type' | 'site_admin'>

/** A GitHub App: `App` alone is what our own process is made of. */
export type GitHubApp = AppRow & { readonly owner: Owner }

/** As much of an App as is shown wherever it did something. */
export type Performer = Pick<
  GitHubApp,
  | 'id'
  | 'slug'
  | 'name'
  | 'description'
  | 'external_url'
  | 'permissions'
  | 'events'
  | 'created_at'
  | 'updated_at'
  | 'owner'
>

/** What a query joins of the App behind `app_id`, and of its owner as `app_owners`. */
export const performerColumns = [
  'apps.slug as app_slug',
  'apps.name as app_name',
  'apps.description as app_description',
  'apps.external_url as app_external_url',
  'apps.permissions as app_permissions',
  'apps.events as app_events',
  'apps.created_at as app_created_at',
  'apps.updated_at as app_updated_at',
  'app_owners.id as app_owner_id',
  'app_owners.login as app_owner_login',
  'app_owners.type as app_owner_type',
  'app_owners.site_admin as app_owner_site_admin',
] as const

type Joined = {
  readonly app_id: number | null
  readonly app_slug: string | null
  readonly app_name: string | null
  readonly app_description: string | null
  readonly app_external_url: string | null
  readonly app_permissions: string | null
  readonly app_events: string | null
  readonly app_created_at: string | null
  readonly app_updated_at: string | null
  readonly app_owner_id: number | null
  readonly app_owner_login: string | null
  readonly app_owner_type: Owner['type'] | null
  readonly app_owner_site_admin: Owner['site_admin'] | null
}

/** The App of a row that has the columns above: null where none had a hand in it. */
export function performerIn(row: Joined): Performer | null {
  if (row.app_id === null || row.app_slug === null) return null
  return {
    id: row.app_id,
    slug: row.app_slug,
    name: row.app_name ?? '',
    description: row.app_description,
    external_url: row.app_external_url ?? '',
    permissions: row.app_permissions ?? '{}',
    events: row.app_events ?? '[]',
    created_at: row.app_created_at ?? '',
    updated_at: row.app_updated_at ?? '',
    owner: {
      id: row.app_owner_id ?? 0,
      login: row.app_owner_login ?? '',
      type: row.app_owner_type ?? 'User',
      site_admin: row.app_owner_site_admin ?? 0,
    },
  }
}

const nameCharactersMax = 34

/** The name as it stands in addresses: of "Ship it!", `ship-it`. */
export const slugOf = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z\d]+/g, '-')
    .replace(/^-|-$/g, '')

/** Why an App cannot have this name, or undefined. */
export function nameFault(name: string): string | undefined {
  if ([...name].length > nameCharactersMax) {
    return `Name is too long (maximum is ${nameCharactersMax} characters)`
  }
  return slugOf(name) === '' ? 'Name must have a letter or a digit' : undefined
}
