import { describe, expect, it } from 'vitest'
import { createOrganization } from '../../src/accounts/accounts.ts'
import { issueToken, type NewToken } from '../../src/auth/tokens.ts'
import { hookedApp } from '../support/apps.ts'
import { refusalOf } from '../support/refusal.ts'
import { startServer } from '../support/server.ts'

/** https://docs.github.com/rest/orgs/webhooks */

const org = 'acme'
const url = 'https://hooks.invalid/in'
const config = { url, content_type: 'json', secret: 'hunter2' }
const scope = ['admin:org_hook']

async function open() {
  const server = await startServer()
  const octo = await server.user('octo')
  const acme = await createOrganization(server.app, org, octo)
  return { server, octo, acme, octokit: await server.octokit('octo', scope) }
}

describe("an organization's hook", () => {
  it('is shown at the address of the organization', async () => {
    const { server, octokit } = await open()
    const { status, data, headers } = await octokit.orgs.createWebhook({
      org,
      name: 'web',
      config,
      events: ['deployment'],
    })
    const address = `${server.apiUrl}/orgs/acme/hooks/${data.id}`
    expect([status, headers.location]).toEqual([201, address])
    expect(data).toEqual({
      type: 'Organization',
      id: data.id,
      name: 'web',
      active: true,
      events: ['deployment'],
      config: { url, content_type: 'json', insecure_ssl: '0', secret: '********' },
      updated_at: expect.stringMatching(/Z$/),
      created_at: expect.stringMatching(/Z$/),
      url: address,
      ping_url: `${address}/pings`,
      deliveries_url: `${address}/deliveries`,
    })
  })

  it('is listed, changed and deleted, apart from those of repositories', async () => {
    const { server, octokit } = await open()
    await server.repository(org, 'hello')
    const { data: made } = await octokit.orgs.createWebhook({ org, name: 'web', config })
    const hook = { org, hook_id: made.id }
    expect((await octokit.orgs.listWebhooks({ org })).data).toEqual([made])
    const owner = await server.octokit('octo')
    const at = { owner: org, repo: 'hello' }
    expect((await owner.repos.listWebhooks(at)).data).toEqual([])
    expect((await refusalOf(owner.repos.getWebhook({ ...at, ...hook }))).status).toBe(404)

    const { data: edited } = await octokit.orgs.updateWebhook({ ...hook, events: ['status'] })
    expect([edited.events, edited.config.secret]).toEqual([['status'], '********'])
    const change = { ...hook, content_type: 'form' as const }
    expect((await octokit.orgs.updateWebhookConfigForOrg(change)).data).toMatchObject({
      content_type: 'form',
      secret: '********',
    })
    expect((await octokit.orgs.getWebhookConfigForOrg(hook)).data.content_type).toBe('form')
    expect((await octokit.orgs.deleteWebhook(hook)).status).toBe(204)
    expect((await refusalOf(octokit.orgs.getWebhook(hook))).status).toBe(404)
  })

  it("is refused in GitHub's words", async () => {
    const { octokit } = await open()
    const unreachable =
      "Sorry, the URL host localhost is not supported because it isn't reachable over the public Internet"
    const malformed =
      "The URL you've entered is not valid. Please make sure that you encode all special characters first"
    for (const [body, fault] of [
      [
        { name: 'mail', config },
        { field: 'name', code: 'invalid' },
      ],
      [{ name: 'web', config: {} }, { message: 'Config must contain URL for webhooks' }],
      [{ name: 'web', config: { url: 'x y' } }, { message: malformed }],
      [{ name: 'web', config: { url: 'http://localhost/' } }, { message: unreachable }],
    ] as const) {
      const refusal = await refusalOf(octokit.request('POST /orgs/acme/hooks', body))
      expect(refusal).toMatchObject({
        status: 422,
        body: { message: 'Validation Failed', errors: [{ resource: 'Hook', ...fault }] },
      })
    }
  })

  it('may be there once, and with nineteen others for an event', async () => {
    const { octokit } = await open()
    const create = (n: number) =>
      octokit.orgs.createWebhook({
        org,
        name: 'web',
        config: { url: `${url}/${n}` },
        events: ['push', 'status'],
      })
    for (let n = 0; n < 20; n += 1) await create(n)
    const messagesOf = async (promise: Promise<unknown>) => {
      const { body } = await refusalOf(promise)
      return (body as { errors: { message: string }[] }).errors.map(({ message }) => message)
    }
    expect(await messagesOf(create(0))).toEqual(['Hook already exists on this organization'])
    expect(await messagesOf(create(20))).toEqual([
      'The "push" event cannot have more than 20 hooks',
      'The "status" event cannot have more than 20 hooks',
    ])
  })
})

describe("who may see an organization's hooks", () => {
  it('is its administrators, by a token with the scope; to others there are none', async () => {
    const { server, octokit } = await open()
    const ask = async (login: string, scopes: readonly string[]) => {
      const other = await server.octokit(login, scopes)
      return (await refusalOf(other.orgs.listWebhooks({ org }))).status
    }
    await server.user('mona')
    expect((await octokit.orgs.listWebhooks({ org })).status).toBe(200)
    expect(await ask('mona', scope)).toBe(404)
    for (const scopes of [['repo'], ['admin:repo_hook'], ['admin:org'], []]) {
      expect(await ask('octo', scopes)).toBe(404)
    }
    expect((await refusalOf(octokit.orgs.listWebhooks({ org: 'octo' }))).status).toBe(404)
    expect((await fetch(`${server.apiUrl}/orgs/acme/hooks`)).status).toBe(401)
  })

  it.each([
    ['read', 200, 404],
    ['write', 200, 422],
    ['none', 404, 404],
  ])('with organization_hooks: %s, reading is %i and writing %i', async (level, read, write) => {
    const { server, octo, acme } = await open()
    const permissions = level === 'none' ? {} : { organization_hooks: level }
    const app = await hookedApp(server, { owner: 'octo', url, events: [] })
    const installation = await app.install(org)
    const may = { account_id: octo.id, permissions: JSON.stringify(permissions) }
    const issue = (kind: NewToken['kind'], more: Partial<NewToken>) =>
      server.app.store.transaction((tx) => issueToken(server.app, tx, { kind, ...may, ...more }))
    const all = { repository_selection: 'all' } as const
    const installed = { app_id: app.row.id, installation_id: installation.id, ...all }
    const tokens = [
      await issue('fine-grained', { resource_owner_id: acme.id, ...all }),
      await issue('installation', { ...installed, account_id: app.row.bot_id }),
    ]
    const elsewhere = await issue('fine-grained', { resource_owner_id: octo.id, ...all })
    const ask = async (method: string, { token }: (typeof tokens)[number]) => {
      const authorization = `Bearer ${token.reveal()}`
      const body = method === 'GET' ? {} : { body: '{"name":"mail"}' }
      const headers = { authorization, 'user-agent': 'test' }
      return (await fetch(`${server.apiUrl}/orgs/acme/hooks`, { method, headers, ...body })).status
    }
    for (const token of tokens) {
      expect([await ask('GET', token), await ask('POST', token)]).toEqual([read, write])
    }
    expect(await ask('GET', elsewhere)).toBe(404)
  })
})
