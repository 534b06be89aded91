import { Octokit } from 'octokit'
import { describe, expect, it } from 'vitest'
import { newPublicKey } from '../support/public-key.ts'
import { sealedFor } from '../support/sealed-box.ts'
import { startServer } from '../support/server.ts'

const here = { owner: 'octo', repo: 'docs' }

/** The whole kit with its retries and its patience, as it comes. */
async function open() {
  const server = await startServer({ settings: { webhook_allow: '127.0.0.0/8' } })
  await server.user('octo')
  await server.commit(await server.repository('octo', 'docs'), { files: { 'a.txt': '1' } })
  const auth = await server.token('octo', ['repo', 'read:org', 'user'])
  const at = (baseUrl: string) => new Octokit({ auth, baseUrl })
  return { server, octokit: at(server.apiUrl), bare: at(server.url) }
}

const request = { ...here, ref: 'main', required_contexts: [] }

describe('octokit', () => {
  it('rest: deployments and statuses', async () => {
    const { octokit } = await open()
    const { data } = await octokit.rest.repos.createDeployment({ ...request, environment: 'qa' })
    if (!('id' in data)) throw new Error('No deployment was made')
    const one = { ...here, deployment_id: data.id }
    await octokit.rest.repos.createDeploymentStatus({ ...one, state: 'success' })
    const statuses = await octokit.rest.repos.listDeploymentStatuses(one)
    expect(statuses.data.map(({ state }) => state)).toEqual(['success'])
    expect(await octokit.request(`GET ${data.url}`)).toMatchObject({ data: { id: data.id } })
  })

  it('paginate, and paginate.iterator', async () => {
    const { octokit, server } = await open()
    // It waits a second between writes; these are not what is tried here.
    const quick = await server.octokit('octo')
    for (const environment of ['a', 'b', 'c'])
      await quick.repos.createDeployment({ ...request, environment })
    const all = await octokit.paginate(octokit.rest.repos.listDeployments, { ...here, per_page: 1 })
    expect(all.map(({ environment }) => environment)).toEqual(['c', 'b', 'a'])
    const list = { ...here, per_page: 2 }
    const names: string[][] = []
    for await (const { data } of octokit.paginate.iterator(
      octokit.rest.repos.listDeployments,
      list,
    ))
      names.push(data.map(({ environment }) => environment))
    expect(names).toEqual([['c', 'b'], ['a']])
  })

  it('rest: environments, secrets, variables', async () => {
    const { octokit } = await open()
    const environment = { ...here, environment_name: 'qa/eu' }
    await octokit.rest.repos.createOrUpdateEnvironment({ ...environment, wait_timer: 5 })
    const { data } = await octokit.rest.actions.getEnvironmentPublicKey(environment)
    const encrypted_value = await sealedFor(data.key, 'hidden')
    const secret = { ...environment, secret_name: 'A', encrypted_value, key_id: data.key_id }
    expect((await octokit.rest.actions.createOrUpdateEnvironmentSecret(secret)).status).toBe(201)
    const variable = { ...environment, name: 'REGION', value: 'eu' }
    await octokit.rest.actions.createEnvironmentVariable(variable)
    const variables = await octokit.rest.actions.listEnvironmentVariables(environment)
    expect(variables.data.variables).toMatchObject([{ name: 'REGION', value: 'eu' }])
  })

  it('rest: keys, hooks, commit statuses', async () => {
    const { octokit } = await open()
    const key = await octokit.rest.repos.createDeployKey({ ...here, key: newPublicKey() })
    expect(key.data).toMatchObject({ read_only: false, verified: true })
    const config = { url: 'https://example.com/hook', content_type: 'json' }
    const hook = await octokit.rest.repos.createWebhook({ ...here, config, events: ['deployment'] })
    expect((await octokit.rest.repos.listWebhooks(here)).data).toMatchObject([{ id: hook.data.id }])
    const { data } = await octokit.rest.repos.getCommit({ ...here, ref: 'main' })
    await octokit.rest.repos.createCommitStatus({ ...here, sha: data.sha, state: 'success' })
    const combined = await octokit.rest.repos.getCombinedStatusForRef({ ...here, ref: 'main' })
    expect(combined.data.state).toBe('success')
  })

  it('graphql, and all else at the bare root', async () => {
    const { octokit, bare, server } = await open()
    for (const one of [octokit, bare]) {
      const answer = await one.graphql('{ viewer { login } }')
      expect(answer).toEqual({ viewer: { login: 'octo' } })
    }
    const { data } = await bare.rest.meta.root()
    expect(data.current_user_url).toBe(`${server.url}/user`)
  })
})
