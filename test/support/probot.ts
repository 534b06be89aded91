import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createNodeMiddleware, createProbot, type Probot, ProbotOctokit } from 'probot'
import { onTestFinished } from 'vitest'
import { findAccount } from '../../src/accounts/accounts.ts'
import { installApp } from '../../src/installations/installations.ts'
import { createApp, parseManifest } from '../../src/manifests/manifests.ts'
import type { TestServer } from './server.ts'

type Wanted = {
  readonly name: string
  readonly owner: string
  readonly events: readonly string[]
}
/** As Probot's page on tests advises: its throttle keeps a second between writes, all Apps of a process together. */
const Octokit = ProbotOctokit.defaults({ throttle: { enabled: false } })

type Middleware = Awaited<ReturnType<typeof createNodeMiddleware>>

/**
 * The unmodified `probot`, set up by the variables that `slipway app create` prints, with an App
 * as its author writes it, on all of the owner's repositories.
 */
export async function startProbot(
  server: TestServer,
  wanted: Wanted,
  author: (app: Probot) => void,
) {
  // Its hook is pinged as soon as there is an App, and only then can there be a Probot.
  const first = Promise.withResolvers<Middleware>()
  let handling = first.promise
  const http = createServer(async (request, response) => {
    const handle = await handling
    await handle(request, response)
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    http.close()
    http.closeAllConnections()
  })
  const { port } = http.address() as AddressInfo
  const made = await register(server, wanted, `http://127.0.0.1:${port}/api/github/webhooks`)

  /** After a restart the server is somewhere else. */
  async function follow({ url }: Pick<TestServer, 'url'>) {
    const env = { ...made.env, GHE_HOST: new URL(url).host, GHE_PROTOCOL: 'http' } as const
    const probot = createProbot({ env, defaults: { Octokit } })
    handling = createNodeMiddleware(author, { probot })
    first.resolve(handling)
    await handling
    return await probot.auth(made.installation.id)
  }
  const octokit = await follow(server)
  return { id: made.id, octokit, follow }
}

async function register({ app }: TestServer, { name, owner, events }: Wanted, url: string) {
  const account = await findAccount(app.store.read, owner)
  const manifest = parseManifest({
    ...{ name, url: '', hook_attributes: { url }, default_events: events },
    default_permissions: { deployments: 'write' },
  })
  const made = await createApp(app, { owner: account, manifest })
  const installation = await installApp(app, made.registered, { account, repositories: 'all' })
  const env = {
    APP_ID: String(made.registered.id),
    PRIVATE_KEY: made.privateKey.reveal(),
    WEBHOOK_SECRET: made.webhookSecret?.reveal() ?? '',
    LOG_LEVEL: 'fatal',
  } as const
  return { id: made.registered.id, installation, env }
}
