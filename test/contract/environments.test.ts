import { describe, expect, it } from 'vitest'
import { refusalOf } from '../support/refusal.ts'
import { startServer } from '../support/server.ts'

/** https://docs.github.com/rest/deployments/environments */

const at = { owner: 'octo', repo: 'hello' }

async function open() {
  const server = await startServer()
  await server.user('octo')
  const repository = await server.repository('octo', 'hello')
  await server.commit(repository, { files: { 'a.txt': 'one' } })
  const octokit = await server.octokit('octo')
  const deploy = (environment: string) =>
    octokit.repos.createDeployment({ ...at, ref: 'main', environment })
  return { server, repository, octokit, deploy }
}

describe('environments', () => {
  it('come into being when a deployment names them, once for all spellings', async () => {
    const { octokit, deploy } = await open()
    for (const name of ['production', 'qa', 'QA', 'production']) await deploy(name)
    const { data } = await octokit.repos.getAllEnvironments(at)
    expect(data.total_count).toBe(2)
    expect(data.environments?.map(({ name }) => name)).toEqual(['production', 'qa'])
  })

  it('come into being when a status names them', async () => {
    const { octokit, deploy } = await open()
    const { data } = await deploy('blue')
    if (!('id' in data)) throw new Error(data.message)
    const status = { ...at, deployment_id: data.id, state: 'queued', environment: 'green' } as const
    await octokit.repos.createDeploymentStatus(status)
    const { data: list } = await octokit.repos.getAllEnvironments(at)
    expect(list.environments?.map(({ name }) => name)).toEqual(['blue', 'green'])
  })

  it('are shown with every member, in the order of the wire', async () => {
    const { server, octokit, deploy } = await open()
    await deploy('test/env')
    const { data } = await octokit.repos.getEnvironment({ ...at, environment_name: 'test/env' })
    expect(Object.entries(data)).toEqual(
      Object.entries({
        id: data.id,
        node_id: expect.stringMatching(/^EN_/),
        name: 'test/env',
        url: `${server.apiUrl}/repos/octo/hello/environments/test/env`,
        html_url: `${server.url}/octo/hello/deployments/activity_log?environments_filter=test%2Fenv`,
        created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
        updated_at: data.created_at,
        can_admins_bypass: true,
        protection_rules: [],
        deployment_branch_policy: null,
      }),
    )
  })

  it('are found with a slash raw or encoded, in any case, and by their own url', async () => {
    const { octokit, deploy } = await open()
    for (const name of ['test/env', 'PR #82 Review', '100%']) await deploy(name)
    const nameAt = async (path: string) =>
      (await octokit.request(`GET /repos/octo/hello/environments/${path}`)).data.name
    expect(await nameAt('test/env')).toBe('test/env')
    expect(await nameAt('test%2Fenv')).toBe('test/env')
    expect(await nameAt('TEST%2fENV')).toBe('test/env')
    expect(await nameAt('PR%20%2382%20Review')).toBe('PR #82 Review')
    const { data } = await octokit.repos.getAllEnvironments(at)
    for (const { url, name } of data.environments ?? []) {
      expect((await octokit.request(`GET ${url}`)).data.name).toBe(name)
    }
  })

  it('are listed a page at a time', async () => {
    const { octokit, deploy, repository } = await open()
    for (const name of ['a', 'b', 'c']) await deploy(name)
    const { data, headers } = await octokit.repos.getAllEnvironments({ ...at, per_page: 2 })
    expect(data.total_count).toBe(3)
    expect(data.environments).toHaveLength(2)
    expect(headers.link).toContain(`/repositories/${repository.id}/environments?per_page=2&page=2>`)
  })

  it('are made bare, and kept, by PUT with nothing to say', async () => {
    const { octokit } = await open()
    const put = (body: object) =>
      octokit.request('PUT /repos/octo/hello/environments/a%2Fb', body as Record<string, never>)
    const { status, data } = await put({})
    expect([status, data.name]).toEqual([200, 'a/b'])
    const nothing = {
      wait_timer: 0,
      prevent_self_review: false,
      reviewers: null,
      deployment_branch_policy: null,
      can_admins_bypass: true,
    }
    expect((await put(nothing)).data).toEqual(data)
    expect((await put({ reviewers: [] })).data).toEqual(data)
  })

  it('have names of up to 255 characters, slashes among them, wherever those stand', async () => {
    const { octokit } = await open()
    for (const name of ['é'.repeat(255), 'a/secrets', 'a/b/deployment-branch-policies/1', 'a//b']) {
      const { data } = await octokit.repos.createOrUpdateEnvironment({
        ...at,
        environment_name: name,
      })
      expect(data.name).toBe(name)
      expect((await octokit.request(`GET ${data.url}`)).data.name).toBe(name)
    }
  })

  it('go when deleted, and leave their deployments', async () => {
    const { octokit, deploy } = await open()
    await deploy('qa')
    const environment = { ...at, environment_name: 'QA' }
    expect((await octokit.repos.deleteAnEnvironment(environment)).status).toBe(204)
    expect((await refusalOf(octokit.repos.getEnvironment(environment))).status).toBe(404)
    expect((await refusalOf(octokit.repos.deleteAnEnvironment(environment))).status).toBe(404)
    expect((await octokit.repos.listDeployments(at)).data).toMatchObject([{ environment: 'qa' }])
  })

  it('answer 404 or 422 to hostile names', async () => {
    const { octokit } = await open()
    const hostile = ['%0A', '%1B[2J', 'x'.repeat(256), '%2e%2e%2fetc', '-rf', '%20']
    for (const name of hostile) {
      const path = `/repos/octo/hello/environments/${name}`
      expect((await refusalOf(octokit.request(`GET ${path}`))).status).toBe(404)
      expect((await refusalOf(octokit.request(`PUT ${path}`))).status).toBe(422)
      expect((await refusalOf(octokit.request(`DELETE ${path}`))).status).toBe(404)
    }
  })

  it('are for readers to see and for administrators to change', async () => {
    const { server, deploy } = await open()
    await deploy('qa')
    await server.user('hubot')
    const reader = await server.octokit('hubot')
    const environment = { ...at, environment_name: 'qa' }
    expect((await reader.repos.getEnvironment(environment)).status).toBe(200)
    for (const change of [
      reader.repos.createOrUpdateEnvironment,
      reader.repos.deleteAnEnvironment,
    ]) {
      expect((await refusalOf(change(environment))).status).toBe(403)
    }
  })
})
