import type { components } from '@octokit/openapi-types'
import type { Account } from '../accounts/model.ts'
import { organizationSimple, simpleUser } from '../accounts/payload.ts'
import { toSecond } from '../lib/time.ts'
import type { Urls } from '../lib/urls.ts'

type Schemas = components['schemas']

/** How many repositories an account has. */
export type Holdings = { readonly public: number; readonly private: number }

/** What anybody may see of an account, organizations as well. An address is nobody's business. */
export function publicUser(account: Account, holdings: Holdings, urls: Urls) {
  return {
    ...simpleUser(account, urls),
    user_view_type: 'public',
    ...profileOf(account, holdings),
  } satisfies Schemas['public-user']
}

/** What a token with the scope `read:user` shows its owner. */
export function privateUser(account: Account, holdings: Holdings, urls: Urls) {
  return {
    ...simpleUser(account, urls),
    user_view_type: 'private',
    ...profileOf(account, holdings),
    email: account.email,
    private_gists: 0,
    total_private_repos: holdings.private,
    owned_private_repos: holdings.private,
    disk_usage: 0,
    collaborators: 0,
    two_factor_authentication: false,
  } satisfies Schemas['private-user']
}

/** What GitHub's profiles have and ours do not is empty. */
const profileOf = (account: Account, holdings: Holdings) => ({
  name: account.name,
  company: null,
  blog: '',
  location: null,
  email: null,
  hireable: null,
  bio: null,
  public_repos: holdings.public,
  public_gists: 0,
  followers: 0,
  following: 0,
  created_at: toSecond(account.created_at),
  updated_at: toSecond(account.updated_at),
})

export function fullOrganization(account: Account, holdings: Holdings, urls: Urls) {
  return {
    ...organizationSimple(account, urls),
    ...(account.name === null ? {} : { name: account.name }),
    is_verified: false,
    has_organization_projects: false,
    has_repository_projects: false,
    public_repos: holdings.public,
    public_gists: 0,
    followers: 0,
    following: 0,
    html_url: `${urls.web}/${account.login}`,
    created_at: toSecond(account.created_at),
    updated_at: toSecond(account.updated_at),
    archived_at: null,
    type: account.type,
  } satisfies Schemas['organization-full']
}

/** What members see besides. */
export const organizationPolicy = (holdings: Holdings) => ({
  total_private_repos: holdings.private,
  owned_private_repos: holdings.private,
  default_repository_permission: 'read',
  members_can_create_repositories: false,
})
