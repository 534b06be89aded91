import type { components } from '@octokit/openapi-types'
import type { Account } from '../../accounts/model.ts'
import { simpleUser } from '../../accounts/payload.ts'
import { scopeListOf } from '../../auth/scopes.ts'
import { toSecond } from '../../lib/time.ts'
import type { Urls } from '../../lib/urls.ts'
import type { TokenRow } from '../../tables/accounts.ts'
import type { Client } from '../oauth-apps/model.ts'

type Shown = {
  readonly row: TokenRow
  readonly text: string
  readonly client: Client
  readonly account: Account
}

/** GitHub's `authorization`: a token as the client that holds it sees it. */
export function authorizationPayload({ row, text, client, account }: Shown, urls: Urls) {
  return {
    id: row.id,
    url: `${urls.api}/authorizations/${row.id}`,
    app: { client_id: client.client_id, name: client.name, url: client.url },
    token: text,
    hashed_token: row.hash,
    token_last_eight: row.last_eight,
    note: row.note === '' ? null : row.note,
    note_url: null,
    created_at: toSecond(row.created_at),
    updated_at: toSecond(row.created_at),
    expires_at: row.expires_at === null ? null : toSecond(row.expires_at),
    scopes: scopeListOf(row.scopes),
    fingerprint: null,
    user: simpleUser(account, urls),
  } satisfies components['schemas']['authorization']
}
