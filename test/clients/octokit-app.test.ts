import { App, Octokit } from 'octokit'
import { describe, expect, it, vi } from 'vitest'
import { findAccount } from '../../src/accounts/accounts.ts'
import { installApp } from '../../src/installations/installations.ts'
import { Secret } from '../../src/lib/secret.ts'
import { createApp, parseManifest } from '../../src/manifests/manifests.ts'
import { startReceiver } from '../support/receiver.ts'
import { startServer } from '../support/server.ts'

/** The unmodified `octokit`, as a GitHub App that is installed on octo's repositories. */
async function open() {
  const server = await startServer({ settings: { webhook_allow: '127.0.0.0/8' } })
  const account = await server.user('octo')
  await server.commit(await server.repository('octo', 'docs', { private: true }), {
    files: { 'a.txt': '1' },
  })
  const { url, received } = await startReceiver()
  const manifest = parseManifest({
    name: 'ship',
    url: '',
    hook_attributes: { url },
    default_events: ['deployment'],
    default_permissions: { deployments: 'write' },
  })
  const webhookSecret = new Secret('hunter2')
  const { registered, privateKey } = await createApp(server.app, {
    owner: await findAccount(server.app.store.read, 'octo'),
    manifest,
    webhookSecret,
  })
  const installation = await installApp(server.app, registered, { account, repositories: 'all' })
  const app = new App({
    appId: registered.id,
    privateKey: privateKey.reveal(),
    webhooks: { secret: webhookSecret.reveal() },
    Octokit: Octokit.defaults({ baseUrl: server.apiUrl }),
  })
  return { server, app, installation, received }
}

const here = { owner: 'octo', repo: 'docs' }

describe('octokit', () => {
  it('App: getInstallationOctokit, eachRepository', async () => {
    const { app, installation } = await open()
    const octokit = await app.getInstallationOctokit(installation.id)
    const request = { ...here, ref: 'main', required_contexts: [] }
    const { data } = await octokit.rest.repos.createDeployment(request)
    expect(data).toMatchObject({ creator: { login: 'ship[bot]' } })
    const names: string[] = []
    await app.eachRepository(({ repository }) => void names.push(repository.full_name))
    expect(names).toEqual(['octo/docs'])
  })

  it('App: webhooks.verifyAndReceive', async () => {
    const { app, server, installation, received } = await open()
    const told: unknown[] = []
    app.webhooks.on('deployment', ({ payload }) => {
      told.push(payload.installation?.id, payload.deployment.environment)
    })
    const octo = await server.octokit('octo')
    await octo.repos.createDeployment({ ...here, ref: 'main', environment: 'qa' })
    const delivered = await vi.waitFor(
      () => {
        const one = received.find(({ event }) => event === 'deployment')
        if (!one) throw new Error('Not yet delivered')
        return one
      },
      { timeout: 15_000, interval: 20 },
    )
    const message = {
      id: delivered.guid,
      name: delivered.event,
      payload: delivered.bytes.toString('utf8'),
      signature: String(delivered.headers['x-hub-signature-256']),
    }
    await app.webhooks.verifyAndReceive(message)
    expect(told).toEqual([installation.id, 'qa'])
    const forged = app.webhooks.verifyAndReceive({ ...message, payload: `${message.payload} ` })
    await expect(forged).rejects.toThrow()
  })
})
