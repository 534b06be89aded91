import { html } from 'ghtml'
import { findOrganization, findRole } from '../../accounts/accounts.ts'
import type { Account } from '../../accounts/model.ts'
import { notFound } from '../../lib/problem.ts'
import { type IconName, icon } from '../elements/icon.ts'
import type { Page, UserVisit, Visit } from '../web/route.ts'
import { settingsFrame } from './settings-frame.ts'

/** Pages that a person and an organisation both have: `/settings/…` and `/organizations/:org/settings/…`. */
export const settingsPathOf = ({ org }: Visit['params']): string =>
  org === undefined ? '/settings' : `/organizations/${encodeURIComponent(org)}/settings`

/** Whose settings are asked for. Throws `not_found` for an organisation that one does not administer. */
export async function findOwner({ app, params, session }: UserVisit): Promise<Account> {
  const { org } = params
  if (org === undefined) return session.account
  const { read } = app.store
  const organization = await findOrganization(read, org)
  const role = await findRole(read, organization.id, session.account_id)
  if (role !== 'admin') throw notFound()
  return organization
}

type Tab =
  | 'people'
  | 'teams'
  | 'settings/hooks'
  | 'settings/secrets/actions'
  | 'settings/applications'
  | 'settings/apps'
  | 'settings/audit-log'

const tabs: readonly (readonly [
  tab: Tab,
  word: string,
  picture: IconName,
  isForOwners: boolean,
])[] = [
  ['people', 'People', 'person', false],
  ['teams', 'Teams', 'people', false],
  ['settings/hooks', 'Webhooks', 'webhook', true],
  ['settings/secrets/actions', 'Secrets and variables', 'lock', true],
  ['settings/applications', 'OAuth apps', 'person', true],
  ['settings/apps', 'GitHub Apps', 'gear', true],
  ['settings/audit-log', 'Audit log', 'history', true],
]

type Shown = Omit<Page, 'kind' | 'layout'>
type Organization = { readonly login: string; readonly isOwner: boolean }

/** A wide page of an organisation: which one it is, what else there is of it, then the page's own part. */
export function organizationFrame(
  { login, isOwner }: Organization,
  current: Tab,
  page: Shown,
): Page {
  const base = `/organizations/${encodeURIComponent(login)}`
  const links = tabs
    .filter(([, , , isForOwners]) => isOwner || !isForOwners)
    .map(
      ([tab, word, picture]) =>
        html`<a href="${base}/${tab}"!${tab === current ? ' aria-current="page"' : ''}>!${icon(picture)} ${word}</a>`,
    )
  return {
    ...page,
    kind: 'page',
    layout: 'wide',
    title: `${page.title} · ${login}`,
    main: html`<nav class="crumbs" aria-label="Organization"><a href="/settings/organizations">Organizations</a><span aria-hidden="true">/</span><a href="${base}/people"><strong>${login}</strong></a></nav>
<nav class="tabs" aria-label="Pages of the organization">!${links.join('')}</nav>
!${page.main}`,
  }
}

/** The frame of whoever's Apps these are. */
export const appsFrame = (visit: UserVisit, owner: Account, page: Shown): Page =>
  owner.type === 'Organization'
    ? organizationFrame({ login: owner.login, isOwner: true }, 'settings/apps', page)
    : settingsFrame(visit, '/settings/apps', page)

/** GitHub has an organisation's OAuth apps elsewhere than a person's. */
export const oauthAppsPathOf = (params: Visit['params']): string =>
  params['org'] === undefined ? '/settings/developers' : `${settingsPathOf(params)}/applications`

/** The frame of whoever's OAuth apps these are. */
export const oauthAppsFrame = (visit: UserVisit, owner: Account, page: Shown): Page =>
  owner.type === 'Organization'
    ? organizationFrame({ login: owner.login, isOwner: true }, 'settings/applications', page)
    : settingsFrame(visit, '/settings/developers', page)
