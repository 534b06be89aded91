import { describe, expect, it } from 'vitest'
import { payloadsOf } from '../support/events.ts'
import { refusalOf } from '../support/refusal.ts'
import { startServer } from '../support/server.ts'

/** https://docs.github.com/rest/deployments/statuses */

const at = { owner: 'octo', repo: 'hello' }

async function open() {
  const server = await startServer()
  await server.user('octo')
  const repository = await server.repository('octo', 'hello')
  await server.commit(repository, { files: { 'a.txt': 'one' } })
  const octokit = await server.octokit('octo', ['repo_deployment'])

  async function deploy(body: object = {}): Promise<number> {
    const { data } = await octokit.repos.createDeployment({ ...at, ref: 'main', ...body })
    if (!('id' in data)) throw new Error(data.message)
    return data.id
  }
  const say = (deployment_id: number, body: object) =>
    octokit.repos.createDeploymentStatus({ ...at, deployment_id, state: 'success', ...body })
  const statesOf = async (deployment_id: number) =>
    (await octokit.repos.listDeploymentStatuses({ ...at, deployment_id })).data.map(
      ({ state }) => state,
    )
  const events = () => payloadsOf(server.app, repository.id, 'deployment_status')
  return { server, repository, octokit, deploy, say, statesOf, events }
}

describe('creating a status', () => {
  it('answers with every member, in the order of the wire', async () => {
    const { server, deploy, say } = await open()
    const id = await deploy({ environment: 'qa' })
    const { status, data, headers } = await say(id, { state: 'in_progress' })
    expect(status).toBe(201)
    const repository_url = `${server.apiUrl}/repos/octo/hello`
    const deployment_url = `${repository_url}/deployments/${id}`
    expect(Object.entries(data)).toEqual(
      Object.entries({
        url: `${deployment_url}/statuses/${data.id}`,
        id: data.id,
        node_id: expect.stringMatching(/^DES_/),
        state: 'in_progress',
        creator: expect.objectContaining({ login: 'octo' }),
        description: '',
        environment: 'qa',
        target_url: '',
        created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
        updated_at: data.created_at,
        deployment_url,
        repository_url,
        environment_url: '',
        log_url: '',
        performed_via_github_app: null,
      }),
    )
    expect(headers.location).toBe(data.url)
    expect(headers['x-accepted-oauth-scopes']).toBe('')
  })

  it('gives log_url and target_url as one, whichever was sent', async () => {
    const { deploy, say } = await open()
    const id = await deploy()
    const [log, target] = ['https://ci.example.com/log', 'http://ci.example.com/old']
    const urlsFor = async (body: object) => {
      const { data } = await say(id, body)
      return [data.log_url, data.target_url]
    }
    expect(await urlsFor({ log_url: log })).toEqual([log, log])
    expect(await urlsFor({ target_url: target })).toEqual([target, target])
    expect(await urlsFor({ log_url: log, target_url: target })).toEqual([log, log])
    expect(await urlsFor({ log_url: '', target_url: '' })).toEqual(['', ''])
  })

  it('takes any state after any other and keeps them all', async () => {
    const { deploy, say, statesOf } = await open()
    const id = await deploy()
    const states = ['success', 'pending', 'pending', 'error', 'queued', 'failure', 'inactive']
    for (const state of states) await say(id, { state })
    expect(await statesOf(id)).toEqual(states.toReversed())
  })

  it('bumps the deployment and moves it to another environment', async () => {
    const { octokit, deploy, say } = await open()
    const id = await deploy({ environment: 'blue' })
    const { data } = await say(id, { state: 'queued', environment: 'green' })
    expect(data.environment).toBe('green')
    const { data: next } = await say(id, { state: 'in_progress' })
    expect(next.environment).toBe('green')
    const { data: deployment } = await octokit.repos.getDeployment({ ...at, deployment_id: id })
    expect(deployment).toMatchObject({
      environment: 'green',
      original_environment: 'blue',
      updated_at: next.created_at,
    })
  })

  it('tells hooks of every state but inactive, with the deployment as the status left it', async () => {
    const { deploy, say, events } = await open()
    const id = await deploy({ environment: 'blue' })
    const { data } = await say(id, { state: 'queued', environment: 'green', description: 'soon' })
    await say(id, { state: 'inactive' })
    expect(await events()).toMatchObject([
      {
        action: 'created',
        deployment_status: JSON.parse(JSON.stringify(data)),
        deployment: { id, environment: 'green', updated_at: data.created_at },
        repository: { full_name: 'octo/hello' },
        sender: { login: 'octo' },
        ordering_key: `deployment:${id}`,
        sequence: 2,
      },
    ])
  })
})

describe('a status that cannot be', () => {
  it('counts 140 characters of description, and says so in exactly these words', async () => {
    const { deploy, say } = await open()
    const id = await deploy()
    expect((await say(id, { description: '🚀'.repeat(140) })).status).toBe(201)
    expect(await refusalOf(say(id, { description: 'x'.repeat(141) }))).toEqual({
      status: 422,
      body: {
        message: 'Validation Failed',
        errors: [
          {
            resource: 'DeploymentStatus',
            code: 'custom',
            field: 'description',
            message: 'description is too long (maximum is 140 characters)',
          },
        ],
        documentation_url:
          'https://docs.github.com/rest/deployments/statuses#create-a-deployment-status',
        status: '422',
      },
    })
  })

  it('knows its states; waiting is not for callers to set', async () => {
    const { deploy, say, statesOf } = await open()
    const id = await deploy()
    for (const state of ['waiting', 'done', '']) {
      expect((await refusalOf(say(id, { state }))).body).toMatchObject({
        message: 'Validation Failed',
        errors: [
          {
            resource: 'DeploymentStatus',
            code: 'custom',
            field: 'state',
            message: 'state is not included in the list',
          },
        ],
      })
    }
    expect((await refusalOf(say(id, { state: undefined, description: 'x' }))).body).toMatchObject({
      message: 'Invalid request.\n\n"state" wasn\'t supplied.',
    })
    expect(await statesOf(id)).toEqual([])
  })

  it('wants http(s) addresses, and names without control characters', async () => {
    const { deploy, say } = await open()
    const id = await deploy()
    const faultOf = async (body: object) => (await refusalOf(say(id, body))).body
    for (const field of ['log_url', 'target_url', 'environment_url']) {
      for (const value of ['javascript:alert(1)', 'example.com', 'ftp://x', 'http://']) {
        expect(await faultOf({ [field]: value })).toMatchObject({
          errors: [{ field, message: `${field} must use http(s) scheme` }],
        })
      }
    }
    for (const environment of ['a\nb', '..', 'x'.repeat(256)]) {
      expect(await faultOf({ environment })).toMatchObject({ errors: [{ field: 'environment' }] })
    }
    expect(await faultOf({ auto_inactive: 'no' })).toMatchObject({
      message: expect.stringContaining('"no" is not a boolean.'),
    })
  })

  it('answers 404 for a deployment that is not there', async () => {
    const { say } = await open()
    expect((await refusalOf(say(999, {}))).status).toBe(404)
  })

  it('ignores members it does not know', async () => {
    const { deploy, say } = await open()
    expect((await say(await deploy(), { ref: 'main', more: 1 })).status).toBe(201)
  })
})

describe('auto_inactive', () => {
  it('makes older successful deployments of the environment inactive, silently', async () => {
    const { octokit, deploy, say, statesOf, events } = await open()
    const older = await deploy({ environment: 'qa' })
    const failed = await deploy({ environment: 'qa' })
    const newer = await deploy({ environment: 'QA' })
    await say(older, { log_url: 'https://ci.example.com/log' })
    await say(failed, { state: 'failure' })
    await say(newer, {})
    expect(await statesOf(older)).toEqual(['inactive', 'success'])
    expect(await statesOf(failed)).toEqual(['failure'])
    expect(await statesOf(newer)).toEqual(['success'])
    const { data } = await octokit.repos.listDeploymentStatuses({ ...at, deployment_id: older })
    expect(data[0]).toMatchObject({
      state: 'inactive',
      creator: { login: 'octo' },
      description: '',
      environment: 'qa',
      environment_url: '',
      log_url: '',
      target_url: '',
    })
    const states = (await events()).map(({ deployment_status }) => deployment_status.state)
    expect(states).toEqual(['success', 'failure', 'success'])
  })

  it('spares transient and production deployments, other environments and newer ones', async () => {
    const { deploy, say, statesOf } = await open()
    const spared = [
      await deploy({ environment: 'qa', transient_environment: true }),
      await deploy({ environment: 'qa', production_environment: true }),
      await deploy({ environment: 'staging' }),
    ]
    const success = await deploy({ environment: 'qa' })
    spared.push(await deploy({ environment: 'qa' }))
    for (const id of spared) await say(id, { auto_inactive: false })
    await say(success, {})
    for (const id of spared) expect(await statesOf(id)).toEqual(['success'])
  })

  it('does nothing when the caller says so', async () => {
    const { deploy, say, statesOf } = await open()
    const older = await deploy({ environment: 'qa' })
    await say(older, {})
    await say(await deploy({ environment: 'qa' }), { auto_inactive: false })
    expect(await statesOf(older)).toEqual(['success'])
  })
})

describe('reading statuses', () => {
  it('lists a page at a time, newest first, and gets one', async () => {
    const { octokit, deploy, say, repository } = await open()
    const deployment_id = await deploy()
    for (const state of ['queued', 'in_progress', 'success']) await say(deployment_id, { state })
    const list = { ...at, deployment_id, per_page: 2 }
    const { data, headers } = await octokit.repos.listDeploymentStatuses(list)
    expect(data.map(({ state }) => state)).toEqual(['success', 'in_progress'])
    const url = `/repositories/${repository.id}/deployments/${deployment_id}/statuses`
    expect(headers.link).toContain(`${url}?per_page=2&page=2>; rel="next"`)
    const one = { ...at, deployment_id, status_id: data[0]?.id ?? 0 }
    expect((await octokit.repos.getDeploymentStatus(one)).data).toEqual(data[0])
  })

  it('answers 404 for a status of another deployment, and for one that is no id', async () => {
    const { octokit, deploy, say } = await open()
    const [first, second] = [await deploy(), await deploy()]
    const { data } = await say(first, {})
    for (const id of [data.id, 999, 'x']) {
      const get = octokit.request(`GET /repos/octo/hello/deployments/${second}/statuses/${id}`)
      expect((await refusalOf(get)).status).toBe(404)
    }
  })
})
