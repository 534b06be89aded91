import type { EngineName } from '../support/engines.ts'
import { startServer } from '../support/server.ts'

type Errors = readonly { readonly type?: string; readonly message: string }[]

/** `octo/hello`, with one commit, and its owner's clients. */
export async function openStage({ engine = 'sqlite' as EngineName, isPrivate = false } = {}) {
  const server = await startServer({ engine })
  await server.user('octo')
  const repository = await server.repository('octo', 'hello', { private: isPrivate })
  const sha = await server.commit(repository, { files: { a: 'a' }, message: 'One\n\nMore of it' })
  const octokit = await server.octokit('octo', ['repo'])
  const here = { owner: 'octo', repo: 'hello' }

  async function deploy(environment = 'production', ref = 'main') {
    const request = { ...here, ref, environment, auto_merge: false, required_contexts: [] }
    const { data } = await octokit.rest.repos.createDeployment(request)
    if (!('id' in data)) throw new Error(data.message)
    return data
  }
  type State = 'success' | 'failure' | 'in_progress' | 'pending' | 'inactive'
  async function report(deployment_id: number, state: State, log_url = '') {
    const request = { ...here, deployment_id, state, log_url }
    return (await octokit.rest.repos.createDeploymentStatus(request)).data
  }

  /** What the server answers to a token, errors and all. */
  async function ask(query: string, variables: object = {}, token?: string) {
    const authorization = `bearer ${token ?? (await server.token('octo', ['repo']))}`
    const answer = await fetch(`${server.url}/api/graphql`, {
      method: 'POST',
      headers: { authorization, 'user-agent': 'test' },
      body: JSON.stringify({ query, variables }),
    })
    if (answer.status !== 200) throw new Error(await answer.text())
    return (await answer.json()) as { readonly data?: unknown; readonly errors?: Errors }
  }
  return { server, repository, sha, octokit, here, deploy, report, ask }
}
