import { describe, expect, it } from 'vitest'
import { query } from '../../src/store/query.ts'
import { faultsOf } from '../support/openapi.ts'
import { refusalOf } from '../support/refusal.ts'
import { startServer } from '../support/server.ts'
import { payloadFaults } from '../support/webhook-schema.ts'

/** https://docs.github.com/rest/repos/webhooks */

const at = { owner: 'octo', repo: 'hello' }
const url = 'https://hooks.invalid/in'
const config = { url, content_type: 'json', secret: 'hunter2' }

async function open() {
  const server = await startServer()
  await server.user('octo')
  const repository = await server.repository('octo', 'hello')
  return { server, repository, octokit: await server.octokit('octo') }
}
const messagesOf = async (promise: Promise<unknown>) => {
  const { status, body } = await refusalOf(promise)
  const { errors = [] } = body as { errors?: { message?: string }[] }
  return [status, ...errors.map(({ message }) => message)]
}
const storedSecrets = query((db, _: object) =>
  db.selectFrom('hooks').select('secret').orderBy('id'),
)

describe('creating a hook', () => {
  it('answers with the hook, its secret masked and its address in Location', async () => {
    const { octokit, server } = await open()
    const { status, data, headers } = await octokit.repos.createWebhook({
      ...at,
      config,
      events: ['deployment', 'deployment_status'],
    })
    expect(status).toBe(201)
    expect(headers.location).toBe(data.url)
    const address = `${server.apiUrl}/repos/octo/hello/hooks/${data.id}`
    expect(data).toEqual({
      type: 'Repository',
      id: data.id,
      name: 'web',
      active: true,
      events: ['deployment', 'deployment_status'],
      config: { url, content_type: 'json', insecure_ssl: '0', secret: '********' },
      updated_at: expect.stringMatching(/Z$/),
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      url: address,
      test_url: `${address}/test`,
      ping_url: `${address}/pings`,
      deliveries_url: `${address}/deliveries`,
      last_response: { code: null, status: 'unused', message: null },
    })
    const path = '/repos/octo/hello/hooks'
    expect(faultsOf({ method: 'POST', path, status, body: data })).toEqual([])
  })

  it("has GitHub's defaults", async () => {
    const { octokit } = await open()
    const { data } = await octokit.repos.createWebhook({ ...at, config: { url } })
    expect(data.events).toEqual(['push'])
    expect(data.active).toBe(true)
    expect(data.config).toEqual({ url, insecure_ssl: '0', content_type: 'form' })
  })

  it('keeps the secret sealed', async () => {
    const { octokit, server } = await open()
    await octokit.repos.createWebhook({ ...at, config })
    const [row] = await server.app.store.read.all(storedSecrets, {})
    expect(row?.secret).toMatch(/^[A-Za-z0-9+/=]{40,}$/)
    expect(Buffer.from(row?.secret ?? '', 'base64').toString('latin1')).not.toContain('hunter2')
  })

  it('pings it, with a payload that receivers know', async () => {
    const { octokit, server, repository } = await open()
    const { data } = await octokit.repos.createWebhook({ ...at, config, events: ['*', 'push'] })
    expect(data.events).toEqual(['*'])
    await octokit.repos.pingWebhook({ ...at, hook_id: data.id })
    const pings = await server.app.store.read.all(events, { repository_id: repository.id })
    const payloads = pings.map(({ payload }) => JSON.parse(Buffer.from(payload).toString()))
    expect(payloads.length).toBe(2)
    expect(payloads[0]).toMatchObject({
      hook_id: data.id,
      hook: { id: data.id, type: 'Repository', config: { secret: '********' } },
      repository: { full_name: 'octo/hello' },
      sender: { login: 'octo' },
    })
    expect(payloadFaults('ping', payloads[0])).toEqual([])
  })

  it('refuses a URL that it may not connect to', async () => {
    const { octokit } = await open()
    const create = (bad: string) => octokit.repos.createWebhook({ ...at, config: { url: bad } })
    for (const host of ['localhost', '127.0.0.1', '169.254.169.254', '10.0.0.1']) {
      expect(await messagesOf(create(`http://${host}/`))).toEqual([
        422,
        `Sorry, the URL host ${host} is not supported because it isn't reachable over the public Internet`,
      ])
    }
    for (const bad of [
      'hooks.example.org',
      'ftp://example.org',
      'https://u:p@example.org/',
      'http://a b',
    ]) {
      expect((await messagesOf(create(bad)))[1]).toContain("The URL you've entered is not valid.")
    }
    expect(await messagesOf(octokit.repos.createWebhook({ ...at, config: {} }))).toEqual([
      422,
      'Config must contain URL for webhooks',
    ])
  })

  it('refuses another name than web, and a hook that is there already', async () => {
    const { octokit } = await open()
    const refusal = await refusalOf(octokit.repos.createWebhook({ ...at, name: 'email', config }))
    expect(refusal).toMatchObject({
      status: 422,
      body: {
        message: 'Validation Failed',
        errors: [{ resource: 'Hook', field: 'name', code: 'invalid' }],
        documentation_url:
          'https://docs.github.com/rest/repos/webhooks#create-a-repository-webhook',
      },
    })
    await octokit.repos.createWebhook({ ...at, config, events: ['push', 'create'] })
    const again = octokit.repos.createWebhook({ ...at, config, events: ['create', 'push'] })
    expect(await messagesOf(again)).toEqual([422, 'Hook already exists on this repository'])
  })

  it('refuses the twenty-first hook for an event', async () => {
    const { octokit } = await open()
    const create = (n: number) =>
      octokit.repos.createWebhook({
        ...at,
        config: { url: `${url}/${n}` },
        events: ['push', 'status'],
      })
    for (let n = 0; n < 20; n += 1) await create(n)
    expect(await messagesOf(create(20))).toEqual([
      422,
      'The "push" event cannot have more than 20 hooks',
      'The "status" event cannot have more than 20 hooks',
    ])
  })

  it.each([
    [{ config: { url, insecure_ssl: '2' } }, 'config.insecure_ssl must be "0" or "1"'],
    [{ config: { url, content_type: 'xml' } }, 'config.content_type is not included in the list'],
    [
      { config, events: ['Push!'] },
      'events.0 must be names of events, such as "deployment", or "*"',
    ],
  ])('refuses %j', async (body, message) => {
    const { octokit } = await open()
    const creating = octokit.request('POST /repos/{owner}/{repo}/hooks', { ...at, ...body })
    expect(await messagesOf(creating)).toEqual([422, message])
  })

  it('refuses wrong types and keys it does not know', async () => {
    const { octokit } = await open()
    const create = (body: object) =>
      octokit.request('POST /repos/{owner}/{repo}/hooks', { ...at, ...body })
    const message = async (body: object) => (await refusalOf(create(body))).body
    expect(await message({ config, active: 'yes' })).toMatchObject({
      message: 'Invalid request.\n\nFor \'properties/active\', "yes" is not a boolean.',
    })
    expect(await message({ config, digest: 1 })).toMatchObject({
      message: 'Invalid request.\n\n"digest" is not a permitted key.',
    })
  })
})

const events = query((db, p: { repository_id: number }) =>
  db
    .selectFrom('events')
    .select('payload')
    .where('repository_id', '=', p.repository_id)
    .where('audience', '<>', 'pages')
    .orderBy('id'),
)

describe('reading hooks', () => {
  it('lists them by page and gets one', async () => {
    const { octokit } = await open()
    for (const n of [1, 2, 3])
      await octokit.repos.createWebhook({ ...at, config: { url: `${url}/${n}` } })
    const { data, headers } = await octokit.repos.listWebhooks({ ...at, per_page: 2 })
    expect(data.map((hook) => hook.config.url)).toEqual([`${url}/1`, `${url}/2`])
    expect(headers.link).toMatch(/\/repositories\/\d+\/hooks\?per_page=2&page=2>; rel="next"/)
    const path = '/repos/octo/hello/hooks'
    expect(faultsOf({ method: 'GET', path, status: 200, body: data })).toEqual([])
    const { data: one } = await octokit.repos.getWebhook({ ...at, hook_id: data[0]?.id ?? 0 })
    expect(one).toEqual(data[0])
    expect(faultsOf({ method: 'GET', path: `${path}/1`, status: 200, body: one })).toEqual([])
  })

  it("does not show another repository's hook, nor a missing one", async () => {
    const { octokit, server } = await open()
    await server.repository('octo', 'other')
    const { data } = await octokit.repos.createWebhook({ ...at, config })
    const elsewhere = { owner: 'octo', repo: 'other', hook_id: data.id }
    expect((await refusalOf(octokit.repos.getWebhook(elsewhere))).status).toBe(404)
    expect((await refusalOf(octokit.repos.deleteWebhook(elsewhere))).status).toBe(404)
    expect((await refusalOf(octokit.repos.getWebhook({ ...at, hook_id: 999 }))).status).toBe(404)
  })
})

describe('changing a hook', () => {
  it('replaces the config whole: a secret that is not sent is gone', async () => {
    const { octokit } = await open()
    const { data } = await octokit.repos.createWebhook({
      ...at,
      config: { ...config, insecure_ssl: 1 },
    })
    expect(data.config.insecure_ssl).toBe('1')
    const change = { ...at, hook_id: data.id, config: { url: `${url}/2` } }
    const { data: changed } = await octokit.repos.updateWebhook(change)
    expect(changed.config).toEqual({ url: `${url}/2`, content_type: 'form', insecure_ssl: '0' })
    expect(changed.events).toEqual(['push'])
  })

  it('keeps the secret when the mask is sent back', async () => {
    const { octokit, server } = await open()
    const { data } = await octokit.repos.createWebhook({ ...at, config })
    const [before] = await server.app.store.read.all(storedSecrets, {})
    await octokit.repos.updateWebhook({
      ...at,
      hook_id: data.id,
      config: data.config as { url: string },
    })
    expect(await server.app.store.read.all(storedSecrets, {})).toEqual([before])
  })

  it('merges into the config at its own address', async () => {
    const { octokit } = await open()
    const { data } = await octokit.repos.createWebhook({ ...at, config })
    const hook = { ...at, hook_id: data.id }
    const { data: merged } = await octokit.repos.updateWebhookConfigForRepo({
      ...hook,
      content_type: 'form',
    })
    expect(merged).toEqual({ url, content_type: 'form', insecure_ssl: '0', secret: '********' })
    expect((await octokit.repos.getWebhookConfigForRepo(hook)).data).toEqual(merged)
    // Octokit takes a parameter named `url` for the address of the request.
    const address = `PATCH /repos/octo/hello/hooks/${data.id}/config`
    const bad = octokit.request(address, { data: { url: 'http://localhost/' } })
    expect((await messagesOf(bad))[0]).toBe(422)
  })

  it('replaces, adds and removes events, and switches it off', async () => {
    const { octokit } = await open()
    const { data } = await octokit.repos.createWebhook({ ...at, config })
    const hook = { ...at, hook_id: data.id }
    const edit = async (change: object) =>
      (await octokit.repos.updateWebhook({ ...hook, ...change })).data
    expect((await edit({ events: ['create', 'delete'] })).events).toEqual(['create', 'delete'])
    expect((await edit({ add_events: ['status'], remove_events: ['delete'] })).events).toEqual([
      'create',
      'status',
    ])
    expect((await edit({ active: false })).active).toBe(false)
    expect((await edit({ active: false })).config).toMatchObject({ url, secret: '********' })
  })

  it('takes an edit as POST, from older clients', async () => {
    const { octokit } = await open()
    const { data } = await octokit.repos.createWebhook({ ...at, config })
    const address = { ...at, hook_id: data.id, active: false }
    const { data: changed } = await octokit.request(
      'POST /repos/{owner}/{repo}/hooks/{hook_id}',
      address,
    )
    expect(changed).toMatchObject({ id: data.id, active: false })
  })

  it('deletes it', async () => {
    const { octokit } = await open()
    const { data } = await octokit.repos.createWebhook({ ...at, config })
    const hook = { ...at, hook_id: data.id }
    expect((await octokit.repos.deleteWebhook(hook)).status).toBe(204)
    expect((await refusalOf(octokit.repos.getWebhook(hook))).status).toBe(404)
    expect((await refusalOf(octokit.repos.pingWebhook(hook))).status).toBe(404)
  })
})

describe('who may have hooks', () => {
  it('is who may administer the repository, with a scope for hooks', async () => {
    const { octokit, server } = await open()
    await server.user('hubot')
    const { data } = await octokit.repos.createWebhook({ ...at, config })
    const hook = { ...at, hook_id: data.id }
    const stranger = await server.octokit('hubot')
    expect((await refusalOf(stranger.repos.listWebhooks(at))).status).toBe(404)
    const reader = await server.octokit('octo', ['read:repo_hook'])
    expect((await reader.repos.getWebhook(hook)).status).toBe(200)
    expect(
      (await refusalOf(reader.repos.updateWebhook({ ...hook, active: false }))).status,
    ).toBeGreaterThan(402)
    const writer = await server.octokit('octo', ['write:repo_hook'])
    expect((await writer.repos.updateWebhook({ ...hook, active: false })).status).toBe(200)
    expect((await refusalOf(writer.repos.deleteWebhook(hook))).status).toBeGreaterThan(402)
    const deployer = await server.octokit('octo', ['repo_deployment'])
    expect((await refusalOf(deployer.repos.listWebhooks(at))).status).toBeGreaterThan(402)
  })
})
