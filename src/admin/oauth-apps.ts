import type { App } from '../app.ts'
import {
  createOauthApp,
  deleteOauthApp,
  findOauthApps,
  resetClientSecret,
} from '../oauth/oauth-apps/oauth-apps.ts'
import { type AdminAnswer, type AdminRequest, done } from './model.ts'
import { namedAccount } from './named.ts'

type Asked<Kind extends AdminRequest['kind']> = Extract<AdminRequest, { kind: Kind }>
type Parts = Pick<App, 'store' | 'now' | 'signals' | 'who'>

export async function registerOauthApp(
  app: Parts,
  request: Asked<'create_oauth_app'>,
): Promise<AdminAnswer> {
  const owner = await namedAccount(app, request.owner)
  const { name, callback_url, device_flow } = request
  // What cannot be an address is refused as the callback, in its own words.
  const url =
    request.url ?? (URL.canParse(callback_url) ? new URL(callback_url).origin : callback_url)
  const { row, secret } = await createOauthApp(app, owner, { name, url, callback_url, device_flow })
  const message = `Registered the OAuth app ${name}. The second line is its client secret, shown this once.`
  return done(message, [row.client_id, secret.reveal()])
}

export async function listOauthApps(app: Parts): Promise<AdminAnswer> {
  const rows = await findOauthApps(app.store.read)
  const lines = rows.map(({ client_id, name, owner, callback_url, device_flow, created_at }) =>
    [
      client_id,
      name,
      owner ?? '(built in)',
      callback_url,
      device_flow === 1 ? 'device flow' : '',
      created_at,
    ].join('\t'),
  )
  return done(`${rows.length} OAuth apps.`, lines)
}

export async function replaceSecret(
  app: Parts,
  { client_id }: Asked<'reset_oauth_app_secret'>,
): Promise<AdminAnswer> {
  const secret = await resetClientSecret(app, client_id)
  return done('The old secret is worth nothing now. The new one is shown this once.', [
    secret.reveal(),
  ])
}

export async function dropOauthApp(
  app: Parts,
  { client_id }: Asked<'delete_oauth_app'>,
): Promise<AdminAnswer> {
  await deleteOauthApp(app, client_id)
  return done(`Deleted the OAuth app ${client_id}, and every token it had.`)
}
