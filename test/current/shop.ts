import { request } from 'undici'
import type { EngineName } from '../support/engines.ts'
import { startServer } from '../support/server.ts'

const at = { owner: 'octo', repo: 'shop' }

/** octo/shop, which octo deploys, and what is ours, below `/api/slipway/v1`. */
export async function openShop(engine: EngineName = 'sqlite') {
  const server = await startServer({ engine })
  await server.user('octo')
  await server.user('mona')
  const repository = await server.repository('octo', 'shop', { private: true })
  const octokit = await server.octokit('octo')
  const tokens = {
    octo: await server.token('octo', ['repo_deployment']),
    admin: await server.token('octo', ['repo']),
    mona: await server.token('mona', ['repo']),
  }

  async function ask(asked: string, { who = 'octo' as 'octo' | 'mona' | 'admin', body = {} } = {}) {
    const [method = 'GET', path] = asked.split(' ')
    const headers = { authorization: `Bearer ${tokens[who]}`, 'user-agent': 'test' }
    const sent = method === 'GET' ? {} : { body: JSON.stringify(body) }
    const url = `${server.url}/api/slipway/v1${path}`
    const answer = await request(url, { method, headers, ...sent })
    const text = await answer.body.text()
    return { status: answer.statusCode, body: text === '' ? {} : JSON.parse(text) }
  }

  async function deploy(asked: { ref: string; environment?: string; [member: string]: unknown }) {
    const usual = { auto_merge: false, required_contexts: [], environment: 'staging' }
    const { data } = await octokit.repos.createDeployment({ ...at, ...usual, ...asked })
    if (!('id' in data)) throw new Error('It was merged')
    return data.id
  }
  const say = (deployment_id: number, state: 'success' | 'in_progress' | 'failure' | 'inactive') =>
    octokit.repos.createDeploymentStatus({ ...at, deployment_id, state })

  async function live(asked: Parameters<typeof deploy>[0]) {
    const id = await deploy(asked)
    await say(id, 'success')
    return id
  }
  const commit = (name: string, branch = 'main') =>
    server.commit(repository, { files: { [name]: name }, branch })
  const statuses = async (deployment_id: number) => {
    const { data } = await octokit.repos.listDeploymentStatuses({ ...at, deployment_id })
    return data.toReversed().map(({ state, description }) => `${state}: ${description}`)
  }
  return { at, server, repository, octokit, ask, deploy, say, live, commit, statuses }
}
