import type { components } from '@octokit/openapi-types'
import { toSecond } from '../lib/time.ts'
import type { Urls } from '../lib/urls.ts'
import type { TokenRow } from '../tables/accounts.ts'

/** The only answer that has the token's text. */
export function authorizationPayload(row: TokenRow, text: string, urls: Urls) {
  return {
    id: row.id,
    url: `${urls.api}/authorizations/${row.id}`,
    app: {
      name: 'GitHub Site Administrator',
      url: `${urls.api}/admin`,
      client_id: '00000000000000000000',
    },
    token: text,
    hashed_token: row.hash,
    token_last_eight: row.last_eight,
    note: null,
    note_url: null,
    created_at: toSecond(row.created_at),
    updated_at: toSecond(row.created_at),
    scopes: row.scopes === '' ? [] : row.scopes.split(', '),
    fingerprint: null,
    expires_at: null,
  } satisfies components['schemas']['authorization']
}
