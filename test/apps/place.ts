import { Octokit as RestOctokit } from '@octokit/rest'
import { App, Octokit } from 'octokit'
import { createOrganization, findAccount } from '../../src/accounts/accounts.ts'
import { findAppBySlug } from '../../src/apps/apps.ts'
import { issueToken } from '../../src/auth/tokens.ts'
import { installApp } from '../../src/installations/installations.ts'
import type { Installation } from '../../src/installations/model.ts'
import { createApp, parseManifest } from '../../src/manifests/manifests.ts'
import type { Repository } from '../../src/repositories/model.ts'
import type { EngineName } from '../support/engines.ts'
import { startServer, type TestServer } from '../support/server.ts'

type Asked = {
  readonly permissions?: Readonly<Record<string, string>>
  readonly events?: readonly string[]
  readonly isPublic?: boolean
}

/** A server on which octo administrates the organization acme. */
export async function openPlace(engine: EngineName = 'sqlite') {
  const server = await startServer({ engine, settings: { webhook_allow: '127.0.0.0/8' } })
  const octo = await server.user('octo')
  await server.user('mona')
  await createOrganization(server.app, 'acme', octo)
  return { server, octo, ...tools(server) }
}

function tools(server: TestServer) {
  const { app, apiUrl } = server
  const octokitClass = Octokit.defaults({ baseUrl: apiUrl, log: quiet })

  /** Registers an App of octo's; gives it as Octokit sees it. */
  async function register(name: string, { permissions, events = [], isPublic = true }: Asked) {
    const owner = await findAccount(app.store.read, 'octo')
    const manifest = parseManifest({
      name,
      url: '',
      public: isPublic,
      default_permissions: permissions,
      default_events: events,
    })
    const { registered, clientSecret, privateKey } = await createApp(app, { owner, manifest })
    const client = new App({
      appId: registered.id,
      privateKey: privateKey.reveal(),
      oauth: { clientId: registered.client_id, clientSecret: clientSecret.reveal() },
      webhooks: { secret: 'x' },
      Octokit: octokitClass,
    })
    const secrets = { clientSecret: clientSecret.reveal(), privateKey: privateKey.reveal() }
    return { registered, client, ...secrets }
  }

  async function install(
    slug: string,
    login: string,
    repositories: readonly Repository[] | 'all' = 'all',
  ): Promise<Installation> {
    const account = await findAccount(app.store.read, login)
    const of = await findAppBySlug(app.store.read, slug)
    return await installApp(app, of, { account, repositories })
  }

  /** A person's token for an App, as the web flow would make it. */
  async function userToken(slug: string, login: string): Promise<string> {
    const { id: account_id } = await findAccount(app.store.read, login)
    const { id: app_id } = await findAppBySlug(app.store.read, slug)
    const expires_at = new Date(app.now().getTime() + 3_600_000).toISOString()
    const wanted = { kind: 'app-user', account_id, app_id, expires_at } as const
    const { token } = await app.store.transaction((tx) => issueToken(app, tx, wanted))
    return token.reveal()
  }

  /** A client that repeats nothing and minds its own token alone. */
  const octokit = (auth: string) => new RestOctokit({ baseUrl: apiUrl, auth, log: quiet })

  async function installationToken(client: App, installation_id: number): Promise<string> {
    const { apps } = client.octokit.rest
    return (await apps.createInstallationAccessToken({ installation_id })).data.token
  }
  return { register, install, userToken, installationToken, octokit }
}

const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

/** What becomes of an Octokit call: `granted`, or `403 Resource not accessible by integration`. */
export async function outcomeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call
  } catch (error) {
    if (error instanceof Error && 'status' in error) {
      return `${error.status} ${error.message.replace(/ - https:.*$/s, '')}`
    }
    throw error
  }
  return 'granted'
}
