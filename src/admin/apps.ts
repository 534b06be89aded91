import type { App } from '../app.ts'
import { createKey, findApps, findKeys, removeKey } from '../apps/apps.ts'
import type { GitHubApp } from '../apps/model.ts'
import { installApp } from '../installations/installations.ts'
import { Problem } from '../lib/problem.ts'
import { Secret } from '../lib/secret.ts'
import { createApp, createManifestCode, parseManifest } from '../manifests/manifests.ts'
import { fullNameOf } from '../repositories/model.ts'
import { type AdminAnswer, type Asked, done } from './model.ts'
import { namedAccount, namedApp, namedRepository } from './named.ts'

type Parts = Pick<App, 'store' | 'now' | 'signals' | 'seal' | 'urls' | 'webhookAllow' | 'who'>

/** In the names under which frameworks for Apps read them from their environment. */
export async function makeApp(app: Parts, request: Asked<'create_app'>): Promise<AdminAnswer> {
  const made = await createApp(app, {
    owner: await namedAccount(app, request.owner),
    manifest: parseManifest(request.manifest),
    webhookSecret: request.webhook_secret === null ? undefined : new Secret(request.webhook_secret),
  })
  const { id, slug, client_id } = made.registered
  const output = [
    `APP_ID=${id}`,
    `CLIENT_ID=${client_id}`,
    `CLIENT_SECRET=${made.clientSecret.reveal()}`,
    ...(made.webhookSecret ? [`WEBHOOK_SECRET=${made.webhookSecret.reveal()}`] : []),
  ]
  const message = `Registered the App ${slug}. Its secrets are shown this once. Next: slipway app install ${slug} --account LOGIN`
  return { ...done(message, output), private_key: made.privateKey.reveal() }
}

export async function makeManifestCode(
  app: Parts,
  { owner, manifest }: Asked<'create_manifest_code'>,
): Promise<AdminAnswer> {
  const code = await createManifestCode(
    app,
    await namedAccount(app, owner),
    parseManifest(manifest),
  )
  const message = 'Good for one POST /app-manifests/CODE/conversions, within an hour.'
  return done(message, [code.reveal()])
}

export async function listApps(app: Parts): Promise<AdminAnswer> {
  const apps = await findApps(app.store.read)
  return done(`${apps.length} Apps.`, apps.map(appLine))
}

/** Tab-separated: id, slug, owner, client id, permissions, events. */
function appLine({ id, slug, owner, client_id, permissions, events }: GitHubApp): string {
  const granted = Object.entries<string>(JSON.parse(permissions)).map((pair) => pair.join('='))
  const heard = JSON.parse(events) as string[]
  return [id, slug, owner.login, client_id, granted.join(','), heard.join(',')].join('\t')
}

export async function putInstallation(
  app: Parts,
  request: Asked<'install_app'>,
): Promise<AdminAnswer> {
  const account = await namedAccount(app, request.account)
  const named = request.repositories.map((name) => namedRepository(app, name))
  const repositories = await Promise.all(named)
  const stray = repositories.find(({ owner_id }) => owner_id !== account.id)
  if (stray)
    throw new Problem('invalid', `${fullNameOf(stray)} does not belong to ${account.login}`)
  const { id, app_slug } = await installApp(app, await namedApp(app, request.app), {
    account,
    repositories: repositories.length === 0 ? 'all' : repositories,
  })
  const where =
    repositories.length === 0 ? 'all repositories' : `${repositories.length} repositories`
  const message = `Installed ${app_slug} on ${account.login}, for ${where}.`
  return done(message, [`INSTALLATION_ID=${id}`])
}

export async function makeKey(app: Parts, request: Asked<'create_app_key'>): Promise<AdminAnswer> {
  const of = await namedApp(app, request.app)
  const { row, privateKey } = await createKey(app, of)
  const message = `Key ${row.id} of ${of.slug}, ${row.fingerprint}. It is shown this once.`
  return { ...done(message), private_key: privateKey.reveal() }
}

/** Tab-separated: id, fingerprint, created. */
export async function listKeys(app: Parts, request: Asked<'list_app_keys'>): Promise<AdminAnswer> {
  const of = await namedApp(app, request.app)
  const keys = await findKeys(app.store.read, of)
  const lines = keys.map(({ id, fingerprint, created_at }) => [id, fingerprint, created_at])
  return done(
    `${keys.length} keys of ${of.slug}.`,
    lines.map((line) => line.join('\t')),
  )
}

export async function dropKey(app: Parts, request: Asked<'delete_app_key'>): Promise<AdminAnswer> {
  const of = await namedApp(app, request.app)
  await removeKey(app, of, request.id)
  return done(
    `Deleted key ${request.id} of ${of.slug}: what is signed with it is refused from now on.`,
  )
}
