import type { Probot } from 'probot'
import { describe, expect, it, vi } from 'vitest'
import { startProbot } from '../support/probot.ts'
import { startServer } from '../support/server.ts'

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

describe('probot', () => {
  it('hears of a deployment and answers with a status', async () => {
    const server = await startServer({ settings: { webhook_allow: '127.0.0.0/8' } })
    await server.user('octo')
    const wanted = { name: 'deployer', owner: 'octo', events: ['deployment'] }
    await startProbot(server, wanted, deployer)
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
