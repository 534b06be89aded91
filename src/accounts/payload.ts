import type { components } from '@octokit/openapi-types'
import { nodeId } from '../lib/node-id.ts'
import { hostnameOf, type Urls } from '../lib/urls.ts'
import type { Account } from './model.ts'

const prefixes = { User: 'U', Organization: 'O', Bot: 'BOT' } as const

/** A bot's page is its App's. */
const pathOf = ({ login, type }: Pick<Account, 'login' | 'type'>): string =>
  type === 'Bot' ? `apps/${login.replace(/\[bot\]$/, '')}` : login

/** GitHub's simple-user: how an account appears inside everything else. */
export function simpleUser(
  account: Pick<Account, 'id' | 'login' | 'type' | 'site_admin'>,
  urls: Urls,
) {
  const url = `${urls.api}/users/${encodeURIComponent(account.login)}`
  return {
    login: account.login,
    id: account.id,
    node_id: nodeId(prefixes[account.type], account.id),
    avatar_url: `${urls.web}/assets/avatars/${account.id}`,
    gravatar_id: '',
    url,
    html_url: `${urls.web}/${pathOf(account)}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: account.type,
    site_admin: account.site_admin === 1,
  } satisfies components['schemas']['simple-user']
}

/** GitHub's organization-simple: the owner of a repository, in events and lists. */
export function organizationSimple(account: Pick<Account, 'id' | 'login'>, urls: Urls) {
  const url = `${urls.api}/orgs/${account.login}`
  return {
    login: account.login,
    id: account.id,
    node_id: nodeId('O', account.id),
    url,
    repos_url: `${url}/repos`,
    events_url: `${url}/events`,
    hooks_url: `${url}/hooks`,
    issues_url: `${url}/issues`,
    members_url: `${url}/members{/member}`,
    public_members_url: `${url}/public_members{/member}`,
    avatar_url: `${urls.web}/assets/avatars/${account.id}`,
    description: null,
  } satisfies components['schemas']['organization-simple']
}

/** Who a commit made here is by: without an address of their own, one that leads back to the account and to no mailbox. */
export function authorOf({ id, login, name, email }: Account, urls: Urls) {
  const address = `${id}+${login}@users.noreply.${hostnameOf(urls)}`
  return { name: name ?? login, email: email ?? address }
}
