import { describe, expect, it } from 'vitest'
import { refusalOf } from '../support/refusal.ts'
import { startServer } from '../support/server.ts'

/** https://docs.github.com/rest/deployments/branch-policies */

const at = { owner: 'octo', repo: 'hello' }
const qa = { ...at, environment_name: 'qa/eu' }
const custom = { protected_branches: false, custom_branch_policies: true }
const protectedOnly = { protected_branches: true, custom_branch_policies: false }

/** octo/hello with an environment `qa/eu` that goes by patterns. */
async function open() {
  const server = await startServer()
  await server.user('octo')
  const repository = await server.repository('octo', 'hello')
  const octokit = await server.octokit('octo')
  const setPolicy = (deployment_branch_policy: typeof custom | null) =>
    octokit.repos.createOrUpdateEnvironment({ ...qa, deployment_branch_policy })
  await setPolicy(custom)
  const create = async (name: string, type?: 'branch' | 'tag') => {
    const request = { ...qa, name, ...(type && { type }) }
    const { status, data } = await octokit.repos.createDeploymentBranchPolicy(request)
    return { ...data, status, id: data.id ?? 0 }
  }
  const list = async () => (await octokit.repos.listDeploymentBranchPolicies(qa)).data
  return { server, repository, octokit, setPolicy, create, list }
}

describe('deployment branch policies', () => {
  it('are made with status 200, for branches unless it says tags', async () => {
    const { create, list } = await open()
    const branch = await create('release/*')
    const { id, node_id } = branch
    expect(branch).toEqual({ status: 200, id, node_id, name: 'release/*', type: 'branch' })
    expect(node_id).toMatch(/^GBP_/)
    expect(await create('v*', 'tag')).toMatchObject({ name: 'v*', type: 'tag' })
    expect(await list()).toMatchObject({
      total_count: 2,
      branch_policies: [{ name: 'release/*' }, { name: 'v*' }],
    })
  })

  it('are read, changed and deleted by id; the type stays', async () => {
    const { octokit, create, list } = await open()
    const { id, node_id } = await create('v*', 'tag')
    const one = { ...qa, branch_policy_id: id }
    const read = await octokit.repos.getDeploymentBranchPolicy(one)
    expect(read.data).toEqual({ id, node_id, name: 'v*', type: 'tag' })
    const changed = await octokit.repos.updateDeploymentBranchPolicy({ ...one, name: 'v?' })
    expect(changed.data).toEqual({ id, node_id, name: 'v?', type: 'tag' })
    expect((await octokit.repos.deleteDeploymentBranchPolicy(one)).status).toBe(204)
    expect((await refusalOf(octokit.repos.getDeploymentBranchPolicy(one))).status).toBe(404)
    expect(await list()).toEqual({ total_count: 0, branch_policies: [] })
  })

  it('lead to the one that is there when made twice, by 303', async () => {
    const { server, create, list } = await open()
    const { id } = await create('main')
    await create('main', 'tag')
    const path = 'repos/octo/hello/environments/qa/eu/deployment-branch-policies'
    const answer = await fetch(`${server.apiUrl}/${path}`, {
      method: 'POST',
      redirect: 'manual',
      headers: { authorization: `Bearer ${await server.token('octo', ['repo'])}` },
      body: JSON.stringify({ name: 'main' }),
    })
    expect(answer.status).toBe(303)
    expect(answer.headers.get('location')).toBe(`${server.apiUrl}/${path}/${id}`)
    // Octokit follows.
    expect(await create('main')).toMatchObject({ status: 200, id, type: 'branch' })
    expect((await list()).total_count).toBe(2)
  })

  it('cannot be changed into one that is there', async () => {
    const { octokit, create } = await open()
    await create('main')
    const { id } = await create('next')
    const change = { ...qa, branch_policy_id: id, name: 'main' }
    expect(await refusalOf(octokit.repos.updateDeploymentBranchPolicy(change))).toMatchObject({
      status: 422,
      body: {
        errors: [{ resource: 'DeploymentBranchPolicy', field: 'name', code: 'already_exists' }],
      },
    })
    const same = await octokit.repos.updateDeploymentBranchPolicy({ ...change, name: 'next' })
    expect(same.data.id).toBe(id)
  })

  it('are listed a page at a time', async () => {
    const { octokit, create, repository } = await open()
    for (const name of ['a', 'b', 'c']) await create(name)
    const page = { ...qa, per_page: 2, page: 2 }
    const { data, headers } = await octokit.repos.listDeploymentBranchPolicies(page)
    expect(data).toMatchObject({ total_count: 3, branch_policies: [{ name: 'c' }] })
    const list = `/repositories/${repository.id}/environments/qa%2Feu/deployment-branch-policies`
    expect(headers.link).toContain(`${list}?per_page=2&page=1>; rel="prev"`)
    const first = /<([^>]+)>; rel="first"/.exec(headers.link ?? '')?.[1]
    expect((await octokit.request(`GET ${first}`)).data.branch_policies).toHaveLength(2)
  })

  it('are nowhere to be found unless the environment goes by them', async () => {
    const { octokit, create, setPolicy } = await open()
    const { id } = await create('main')
    for (const policy of [protectedOnly, null]) {
      await setPolicy(policy)
      const one = { ...qa, branch_policy_id: id }
      const refusals = [
        octokit.repos.listDeploymentBranchPolicies(qa),
        octokit.repos.createDeploymentBranchPolicy({ ...qa, name: 'main' }),
        octokit.repos.getDeploymentBranchPolicy(one),
        octokit.repos.updateDeploymentBranchPolicy({ ...one, name: 'next' }),
        octokit.repos.deleteDeploymentBranchPolicy(one),
      ].map(refusalOf)
      for (const { status } of await Promise.all(refusals)) expect(status).toBe(404)
    }
    const gone = { ...at, environment_name: 'gone' }
    expect((await refusalOf(octokit.repos.listDeploymentBranchPolicies(gone))).status).toBe(404)
  })

  it('go when the environment goes by them no more, and stay while it does', async () => {
    const { create, setPolicy, list } = await open()
    await create('main')
    await setPolicy(custom)
    expect((await list()).total_count).toBe(1)
    await setPolicy(null)
    await setPolicy(custom)
    expect((await list()).total_count).toBe(0)
  })

  it('belong to one environment', async () => {
    const { octokit, create } = await open()
    const { id } = await create('main')
    const other = { ...at, environment_name: 'other', deployment_branch_policy: custom }
    await octokit.repos.createOrUpdateEnvironment(other)
    const elsewhere = { ...at, environment_name: 'other', branch_policy_id: id }
    expect((await refusalOf(octokit.repos.getDeploymentBranchPolicy(elsewhere))).status).toBe(404)
    expect((await refusalOf(octokit.repos.deleteDeploymentBranchPolicy(elsewhere))).status).toBe(
      404,
    )
  })

  it('are refused without a pattern, with a blank one, and with one that is too long', async () => {
    const { octokit } = await open()
    const path = 'POST /repos/octo/hello/environments/qa/eu/deployment-branch-policies'
    for (const body of [
      {},
      { name: ' ' },
      { name: 'a\nb' },
      { name: 'a'.repeat(256) },
      { name: 'main', type: 'commit' },
    ]) {
      expect((await refusalOf(octokit.request(path, { ...body }))).status).toBe(422)
    }
  })
})
