import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createNodeMiddleware, createProbot, type Probot } from 'probot'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { installApp } from '../../src/installations/installations.ts'
import { createApp, parseManifest } from '../../src/manifests/manifests.ts'
import { startServer, type TestServer } from '../support/server.ts'

const here = { owner: 'octo', repo: 'docs' }

/** An App as its author writes it. */
function deployer(app: Probot): void {
  app.on('deployment.created', async (context) => {
    const { octokit, payload } = context
    const { id: deployment_id, environment } = payload.deployment
    const description = `Deployed to ${environment}`
    await octokit.rest.repos.createDeploymentStatus(
      context.repo({ deployment_id, state: 'success', description }),
    )
  })
}

type Middleware = Awaited<ReturnType<typeof createNodeMiddleware>>

/** The unmodified `probot`, set up by the variables that `slipway app create` prints. */
async function startProbot(server: TestServer) {
  // Its hook is pinged as soon as there is an App, and only then can there be a Probot.
  const { promise: ready, resolve: start } = Promise.withResolvers<Middleware>()
  const http = createServer(async (request, response) => {
    const handle = await ready
    await handle(request, response)
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    http.close()
    http.closeAllConnections()
  })
  const { port } = http.address() as AddressInfo
  const made = await register(server, `http://127.0.0.1:${port}/api/github/webhooks`)
  const env = {
    APP_ID: String(made.registered.id),
    PRIVATE_KEY: made.privateKey.reveal(),
    WEBHOOK_SECRET: made.webhookSecret?.reveal() ?? '',
    GHE_HOST: new URL(server.url).host,
    GHE_PROTOCOL: 'http',
    LOG_LEVEL: 'fatal',
  } as const
  start(await createNodeMiddleware(deployer, { probot: createProbot({ env }) }))
}

async function register({ app, user }: TestServer, url: string) {
  const account = await user('octo')
  const manifest = parseManifest({
    name: 'deployer',
    url: '',
    hook_attributes: { url },
    default_events: ['deployment'],
    default_permissions: { deployments: 'write' },
  })
  const made = await createApp(app, { owner: account, manifest })
  await installApp(app, made.registered, { account, repositories: 'all' })
  return made
}

describe('probot', () => {
  it('hears of a deployment and answers with a status', async () => {
    const server = await startServer({ settings: { webhook_allow: '127.0.0.0/8' } })
    await startProbot(server)
    await server.commit(await server.repository('octo', 'docs', { private: true }), {
      files: { 'a.txt': '1' },
    })
    const octo = await server.octokit('octo')
    const { data } = await octo.repos.createDeployment({ ...here, ref: 'main', environment: 'qa' })
    const deployment_id = 'id' in data ? data.id : 0
    const statuses = await vi.waitFor(
      async () => {
        const { data } = await octo.repos.listDeploymentStatuses({ ...here, deployment_id })
        expect(data).toHaveLength(1)
        return data
      },
      { timeout: 15_000, interval: 50 },
    )
    expect(statuses).toMatchObject([
      {
        state: 'success',
        description: 'Deployed to qa',
        creator: { login: 'deployer[bot]' },
        performed_via_github_app: { slug: 'deployer' },
      },
    ])
  })
})
