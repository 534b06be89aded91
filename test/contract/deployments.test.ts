import { describe, expect, it } from 'vitest'
import { payloadsOf } from '../support/events.ts'
import { refusalOf } from '../support/refusal.ts'
import { startServer } from '../support/server.ts'

/** https://docs.github.com/rest/deployments/deployments */

const at = { owner: 'octo', repo: 'hello' }
const docs = 'https://docs.github.com/rest/deployments/deployments'

async function open() {
  const server = await startServer()
  await server.user('octo')
  const repository = await server.repository('octo', 'hello')
  const sha = await server.commit(repository, { files: { 'a.txt': 'one' } })
  return { server, repository, sha, octokit: await server.octokit('octo', ['repo_deployment']) }
}

type Octokit = Awaited<ReturnType<typeof open>>['octokit']
type Body = { ref?: string; [member: string]: unknown }

const post = (octokit: Octokit, body: Body = {}) =>
  octokit.request('POST /repos/octo/hello/deployments', { ref: 'main', ...body })

async function idOf(octokit: Octokit, body: Body = {}): Promise<number> {
  return (await post(octokit, body)).data.id
}

const say = (octokit: Octokit, deployment_id: number, state: 'success' | 'failure' | 'inactive') =>
  octokit.repos.createDeploymentStatus({ ...at, deployment_id, state })

describe('creating a deployment', () => {
  it('answers with every member, defaults filled in, in the order of the wire', async () => {
    const { octokit, server, sha } = await open()
    const { status, data, headers } = await octokit.repos.createDeployment({ ...at, ref: 'main' })
    if (status !== 201) throw new Error(`it answered ${status}`)
    const repository_url = `${server.apiUrl}/repos/octo/hello`
    const url = `${repository_url}/deployments/${data.id}`
    expect(Object.entries(data)).toEqual(
      Object.entries({
        url,
        id: data.id,
        node_id: expect.stringMatching(/^DE_/),
        task: 'deploy',
        original_environment: 'production',
        environment: 'production',
        description: null,
        created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
        updated_at: data.created_at,
        statuses_url: `${url}/statuses`,
        repository_url,
        creator: expect.objectContaining({ login: 'octo', type: 'User' }),
        sha,
        ref: 'main',
        payload: {},
        transient_environment: false,
        production_environment: true,
        performed_via_github_app: null,
      }),
    )
    expect(headers.location).toBe(url)
    expect(headers.etag).toMatch(/^"/)
    expect(headers['last-modified']).toBe(new Date(data.created_at).toUTCString())
    expect(headers['x-accepted-oauth-scopes']).toBe('')
  })

  it('keeps what it was given, and ignores what it does not know', async () => {
    const { octokit } = await open()
    const given = {
      task: 'deploy:migrations',
      environment: 'qa/Käse #1',
      description: 'two\nlines',
      transient_environment: true,
      production_environment: true,
    }
    const { data } = await post(octokit, { ...given, sha: 'whatever', unknown: [1] })
    expect(data).toMatchObject({ ...given, original_environment: 'qa/Käse #1' })
  })

  it('takes every spelling of a ref and keeps it as it was sent', async () => {
    const { octokit, server, repository, sha } = await open()
    await server.app.git.mergeInto(repository.id, {
      branch: 'main',
      from: sha,
      message: 'nothing',
      author: { name: 'o', email: 'o@example.com' },
      date: new Date(),
    })
    for (const ref of ['main', 'heads/main', 'refs/heads/main', sha, sha.slice(0, 8)]) {
      expect((await post(octokit, { ref })).data).toMatchObject({ ref, sha })
    }
  })

  it('gives a payload back as it came', async () => {
    const { octokit } = await open()
    const payloads = [{ z: 1, a: { deep: [null, 'x'] }, __proto: true }, '{"json": "text"}', '', {}]
    for (const payload of payloads) {
      const { data } = await post(octokit, { payload })
      expect(JSON.stringify(data.payload)).toBe(JSON.stringify(payload))
      const { data: again } = await octokit.repos.getDeployment({ ...at, deployment_id: data.id })
      expect(JSON.stringify(again.payload)).toBe(JSON.stringify(payload))
    }
  })

  it('keeps numbers of a payload that a double cannot hold', async () => {
    const { server, octokit } = await open()
    const authorization = `token ${await server.token('octo', ['repo'])}`
    const url = `${server.apiUrl}/repos/octo/hello/deployments`
    const body = '{"ref":"main","required_contexts":[],"payload":{"build":12345678901234567890}}'
    const created = await fetch(url, { method: 'POST', headers: { authorization }, body })
    expect(await created.text()).toContain('"payload":{"build":12345678901234567890}')
    const { data } = await octokit.repos.listDeployments(at)
    const read = await fetch(data[0]?.url ?? '', { headers: { authorization } })
    expect(await read.text()).toContain('"payload":{"build":12345678901234567890}')
  })

  it('takes a payload of a megabyte', async () => {
    const { octokit } = await open()
    const payload = { text: 'x'.repeat(1024 * 1024) }
    expect((await post(octokit, { payload })).data.payload).toEqual(payload)
  })

  it('calls an environment production by its exact name, unless told otherwise', async () => {
    const { octokit } = await open()
    const isProduction = async (body: Body) =>
      (await post(octokit, body)).data.production_environment
    expect(await isProduction({ environment: 'production' })).toBe(true)
    expect(await isProduction({ environment: 'Production' })).toBe(false)
    expect(await isProduction({ environment: 'qa', production_environment: true })).toBe(true)
    expect(await isProduction({ production_environment: false })).toBe(false)
  })

  it('works under the address by id as well', async () => {
    const { octokit, repository } = await open()
    const route = `POST /repositories/${repository.id}/deployments`
    const { status, data } = await octokit.request(route, { ref: 'main' })
    expect([status, data.ref]).toEqual([201, 'main'])
  })

  it('tells hooks, in the same transaction, with workflow and workflow_run null', async () => {
    const { octokit, server, repository } = await open()
    const { data } = await post(octokit, { payload: { a: 1 } })
    expect(await payloadsOf(server.app, repository.id, 'deployment')).toEqual([
      {
        action: 'created',
        deployment: JSON.parse(JSON.stringify(data)),
        workflow: null,
        workflow_run: null,
        repository: expect.objectContaining({ full_name: 'octo/hello' }),
        sender: expect.objectContaining({ login: 'octo' }),
        ordering_key: `deployment:${data.id}`,
        sequence: 1,
      },
    ])
  })
})

describe('listing deployments', () => {
  it('puts the newest first and filters by each member, and by all', async () => {
    const { octokit, sha } = await open()
    const first = await idOf(octokit, { task: 'migrate', environment: 'qa' })
    const second = await idOf(octokit, { ref: 'refs/heads/main', environment: 'qa' })
    const third = await idOf(octokit)
    const idsFor = async (query: object) =>
      (await octokit.repos.listDeployments({ ...at, ...query })).data.map(({ id }) => id)
    expect(await idsFor({})).toEqual([third, second, first])
    expect(await idsFor({ environment: 'qa' })).toEqual([second, first])
    expect(await idsFor({ task: 'migrate' })).toEqual([first])
    expect(await idsFor({ ref: 'main' })).toEqual([third, first])
    expect(await idsFor({ sha })).toEqual([third, second, first])
    expect(await idsFor({ sha, ref: 'main', task: 'migrate', environment: 'qa' })).toEqual([first])
    expect(await idsFor({ sha: 'none', ref: '', task: 'none', environment: 'none' })).toHaveLength(
      3,
    )
    expect(await idsFor({ environment: 'QA' })).toEqual([])
    expect(await idsFor({ environment: '\n' })).toEqual([])
  })

  it('links its pages by id and keeps the filters', async () => {
    const { octokit, repository } = await open()
    for (let n = 0; n < 5; n++) await post(octokit, { environment: 'qa' })
    const list = (page: number) =>
      octokit.repos.listDeployments({ ...at, environment: 'qa', per_page: 2, page })
    const { headers } = await list(2)
    const url = `/api/v3/repositories/${repository.id}/deployments?environment=qa&per_page=2`
    const links = [...(headers.link ?? '').matchAll(/<http:\/\/[^/]+([^>]+)>; rel="(\w+)"/g)]
    expect(links.map(([, target, rel]) => [rel, target])).toEqual([
      ['prev', `${url}&page=1`],
      ['next', `${url}&page=3`],
      ['last', `${url}&page=3`],
      ['first', `${url}&page=1`],
    ])
    expect((await list(3)).data).toHaveLength(1)
    expect((await list(4)).data).toEqual([])
    const all = await octokit.paginate(octokit.repos.listDeployments, { ...at, per_page: 2 })
    expect(all).toHaveLength(5)
  })

  it('matches the latest environment, not the original one', async () => {
    const { octokit } = await open()
    const deployment_id = await idOf(octokit, { environment: 'blue' })
    const status = { ...at, deployment_id, state: 'queued', environment: 'green' } as const
    await octokit.repos.createDeploymentStatus(status)
    const list = async (environment: string) =>
      (await octokit.repos.listDeployments({ ...at, environment })).data.map(({ id }) => id)
    expect(await list('green')).toEqual([deployment_id])
    expect(await list('blue')).toEqual([])
  })
})

describe('getting and deleting', () => {
  it('gets one, and answers 304 to whoever has it already', async () => {
    const { octokit } = await open()
    const { data } = await post(octokit)
    const one = { ...at, deployment_id: data.id }
    const { data: found, headers } = await octokit.repos.getDeployment(one)
    expect(found).toEqual(data)
    expect(headers['x-accepted-oauth-scopes']).toBe('repo, repo_deployment')
    const conditional = { ...one, headers: { 'if-none-match': headers.etag ?? '' } }
    expect((await refusalOf(octokit.repos.getDeployment(conditional))).status).toBe(304)
  })

  it('answers 404 for what is no id, not there, or in another repository', async () => {
    const { octokit, server } = await open()
    await server.repository('octo', 'other')
    const id = await idOf(octokit)
    for (const path of [
      'hello/deployments/999',
      'hello/deployments/x',
      `other/deployments/${id}`,
    ]) {
      expect((await refusalOf(octokit.request(`GET /repos/octo/${path}`))).status).toBe(404)
      expect((await refusalOf(octokit.request(`DELETE /repos/octo/${path}`))).status).toBe(404)
    }
  })

  it('deletes one with its statuses', async () => {
    const { octokit } = await open()
    const deployment_id = await idOf(octokit)
    await say(octokit, deployment_id, 'failure')
    expect((await octokit.repos.deleteDeployment({ ...at, deployment_id })).status).toBe(204)
    const list = octokit.repos.listDeploymentStatuses({ ...at, deployment_id })
    expect((await refusalOf(list)).status).toBe(404)
  })

  it('refuses to delete an active one while its environment has others', async () => {
    const { octokit } = await open()
    const active = await idOf(octokit)
    const other = await idOf(octokit)
    await say(octokit, active, 'success')
    expect(
      await refusalOf(octokit.repos.deleteDeployment({ ...at, deployment_id: active })),
    ).toEqual({
      status: 422,
      body: {
        message: 'Validation Failed',
        errors: [
          'We cannot delete an active deployment unless it is the only deployment in a given environment.',
        ],
        documentation_url: `${docs}#delete-a-deployment`,
        status: '422',
      },
    })
    await octokit.repos.deleteDeployment({ ...at, deployment_id: other })
    await octokit.repos.deleteDeployment({ ...at, deployment_id: active })
  })
})

describe('who may', () => {
  it('asks for push to write and for pull to read', async () => {
    const { server, octokit } = await open()
    const deployment_id = await idOf(octokit)
    await server.user('hubot')
    const reader = await server.octokit('hubot')
    expect((await reader.repos.getDeployment({ ...at, deployment_id })).status).toBe(200)
    expect((await refusalOf(post(reader))).status).toBe(403)
    expect((await refusalOf(say(reader, deployment_id, 'success'))).status).toBe(403)
  })
})
