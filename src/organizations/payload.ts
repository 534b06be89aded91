import type { components } from '@octokit/openapi-types'
import type { Account } from '../accounts/model.ts'
import { organizationSimple, simpleUser } from '../accounts/payload.ts'
import type { Urls } from '../lib/urls.ts'
import type { Role } from './model.ts'

type Membership = { readonly organization: Account; readonly account: Account; readonly role: Role }

export function membershipPayload({ organization, account, role }: Membership, urls: Urls) {
  const organization_url = `${urls.api}/orgs/${organization.login}`
  return {
    url: `${organization_url}/memberships/${account.login}`,
    state: 'active',
    role,
    organization_url,
    organization: organizationSimple(organization, urls),
    user: simpleUser(account, urls),
  } satisfies components['schemas']['org-membership']
}
