import { issueFor } from '../../src/oauth/grants/grants.ts'
import { clientOfOauthApp } from '../../src/oauth/oauth-apps/model.ts'
import { createOauthApp } from '../../src/oauth/oauth-apps/oauth-apps.ts'
import type { Scene } from './scenes.ts'

/** What a client asks about the tokens that people gave it. */
export async function lookAfterTokens({ nobody, server, owner }: Omit<Scene, 'base'>) {
  const { app } = server
  const callback_url = 'https://board.example.com/callback'
  const given = { name: 'Board', url: callback_url, callback_url, device_flow: true }
  const { row, secret } = await createOauthApp(app, owner, given)
  const grant = { account_id: owner.id, client: clientOfOauthApp(row), scopes: ['repo'] }
  const newToken = async () => {
    const { token } = await app.store.transaction((tx) => issueFor(app, tx, grant))
    return { access_token: token.reveal() }
  }
  const client = `/applications/${row.client_id}`
  const basic = Buffer.from(`${row.client_id}:${secret.reveal()}`).toString('base64')
  const headers = { authorization: `Basic ${basic}` }
  const body = await newToken()
  const wrong = { access_token: 'slo_wrong' }

  await nobody(`POST ${client}/token`, 200, { headers, body })
  await nobody(`POST ${client}/token`, 404, { headers, body: wrong })
  await nobody(`POST ${client}/token`, 422, { headers, body: {} })
  await nobody(`POST ${client}/token`, 401, { body })
  await nobody('POST /applications/gone/token', 404, { headers, body })
  await nobody(`PATCH ${client}/token`, 200, { headers, body })
  await nobody(`PATCH ${client}/token`, 422, { headers, body })
  await nobody(`DELETE ${client}/token`, 204, { headers, body: await newToken() })
  await nobody(`DELETE ${client}/token`, 422, { headers, body: wrong })
  await nobody(`DELETE ${client}/grant`, 204, { headers, body: await newToken() })
  await nobody(`DELETE ${client}/grant`, 422, { headers, body: wrong })
}
