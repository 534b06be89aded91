import { generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { verify } from '@octokit/webhooks-methods'
import { describe, expect, it } from 'vitest'
import { assets } from '../../src/pages/web/assets.ts'
import { eventually } from '../deliveries/world.ts'
import { startReceiver } from '../support/receiver.ts'
import { startServer } from '../support/server.ts'
import { openForms, openVisitor } from './visitor.ts'

const at = { owner: 'octo', repo: 'hello' }
const settings = '/octo/hello/settings'
const root = join(import.meta.dirname, '../..')

async function open() {
  const server = await startServer({ settings: { webhook_allow: '127.0.0.0/8' } })
  await server.user('octo')
  const repository = await server.repository('octo', 'hello')
  const octokit = await server.octokit('octo', ['repo', 'admin:repo_hook'])
  return { server, repository, octokit, octo: await openForms(server) }
}

describe('environment settings', () => {
  it('are made, protected, locked, filled and deleted without a script', async () => {
    const { server, repository, octokit, octo } = await open()
    await server.user('hubot')
    await server.commit(repository, { files: { a: 'a' } })
    await server.commit(repository, { branch: 'release/1', files: { a: 'b' } })
    const named = { ...at, environment_name: 'production' }

    const all = `${settings}/environments`
    const made = await octo.submit(await octo.get(`${all}/new`), all, { name: 'production' })
    const one = made.to?.replace(/\/edit$/, '') ?? ''
    const page = () => octo.get(`${one}/edit`)
    expect((await octo.get(`${all}/production`)).to).toBe(`${one}/edit`)
    const again = await octo.submit(await octo.get(`${all}/new`), all, { name: 'Production' })
    expect([again.status, again.text]).toEqual([422, expect.stringContaining('already')])

    const rules = `${one}/protection#protection`
    const wanted = { reviewers: 'hubot, nobody-here', wait_timer: '5', branch_policy: 'selected' }
    const refused = await octo.submit(await page(), rules, wanted)
    expect(refused.status).toBe(422)
    expect(refused.text).toContain('There is no user nobody-here')
    expect(refused.text).toContain('value="hubot, nobody-here"')
    await octo.submit(await page(), rules, {
      ...wanted,
      reviewers: '@hubot, octo',
      required_approvals: '2',
      can_admins_bypass: '1',
    })
    const { data } = await octokit.repos.getEnvironment(named)
    expect(data.protection_rules).toMatchObject([
      { type: 'wait_timer', wait_timer: 5 },
      {
        type: 'required_reviewers',
        reviewers: [{ reviewer: { login: 'hubot' } }, { reviewer: { login: 'octo' } }],
      },
      { type: 'branch_policy' },
    ])

    await octo.submit(await page(), `${one}/patterns#branches`, {
      type: 'branch',
      name: 'release/*',
    })
    expect((await page()).text).toContain('matches <code><bdi>release/1</bdi></code>')
    expect((await octo.get(`${one}/edit?ref=release/1`)).text).toContain('is let pass by')
    expect((await octo.get(`${one}/edit?ref=main`)).text).toContain('no pattern for a branch')

    await octo.submit(await page(), `${one}/queue#queue`, { mode: 'latest' })
    expect((await page()).text).toContain('value="latest" checked')
    const freeze = {
      name: 'Always / 1',
      starts_at: '2026-01-01T00:00',
      ends_at: '2026-01-02T00:00',
    }
    await octo.submit(await page(), `${one}/freezes#freezes`, { ...freeze, repeats: 'daily' })
    expect((await page()).text).toContain('Frozen')
    const wrong = { ...freeze, ends_at: '2025-01-01T00:00' }
    const backwards = await octo.submit(await page(), `${one}/freezes#freezes`, wrong)
    expect(backwards.text).toContain('must end after it starts')
    await octo.submit(await page(), `${one}/freezes/Always%20%2F%201/delete#freezes`)
    expect((await page()).text).not.toContain('Frozen')

    await octo.submit(await page(), `${one}/lock#lock`, { reason: 'Moving <house>', hours: '4' })
    expect((await octo.get(all)).text).toContain('Moving')
    await octo.submit(await page(), `${one}/unlock#lock`)
    expect((await octo.get(all)).text).not.toContain('Moving')

    await octo.submit(await page(), `${one}/variables#variables`, {
      name: 'region',
      value: 'a\r\nb',
    })
    await octo.submit(await page(), `${one}/variables/REGION#variables`, { value: 'c\r\nd' })
    const variable = await octokit.actions.getEnvironmentVariable({ ...named, name: 'REGION' })
    expect(variable.data.value).toBe('c\nd')

    const limits = { what: 'save', keep: '20', days: '30', transient_hours: '' }
    await octo.submit(await page(), `${one}/retention#retention`, limits)
    expect((await page()).text).toContain('name="days" type="number" min="1" value="30"')
    await octo.submit(await page(), `${one}/retention#retention`, { what: 'drop' })
    expect((await page()).text).toContain('name="days" type="number" min="1" value=""')
    await octo.submit(await page(), `${one}/name#name`, { name: 'live' })
    expect((await octo.get(`${all}/live`)).to).toBe(`${one}/edit`)

    await octo.submit(await page(), `${one}/delete`)
    expect((await octokit.repos.getAllEnvironments(at)).data.total_count).toBe(0)
  })

  it('seal a secret on receipt where no script did, and say so', async () => {
    const { octokit, octo } = await open()
    const named = { ...at, environment_name: 'qa' }
    const { data: environment } = await octokit.repos.createOrUpdateEnvironment(named)
    const one = `${settings}/environments/${environment.id}`
    const page = await octo.get(`${one}/edit`)
    expect(page.text).toContain('Without JavaScript it is sent as it is')
    const secrets = `${one}/secrets#secrets`
    const large = 'x'.repeat(48 * 1024)
    await octo.submit(page, secrets, { name: 'token', value: large })
    const { data } = await octokit.actions.getEnvironmentSecret({ ...named, secret_name: 'TOKEN' })
    expect(data.name).toBe('TOKEN')
    const refused = await octo.submit(page, secrets, { name: 'token', value: `${large}x` })
    expect([refused.status, refused.text]).toEqual([422, expect.stringContaining('too long')])
    expect(refused.text).not.toContain('xxxx')
  })
})

describe('webhook settings', () => {
  it('are made, changed, filtered, switched on again and deleted', async () => {
    const { octokit, octo } = await open()
    const receiver = await startReceiver()
    const all = `${settings}/hooks`
    const config = { url: receiver.url, content_type: 'json', insecure_ssl: '0', active: '1' }
    const chosen = { ...config, which: 'some', event: ['deployment', 'push'], secret: 'first' }
    const made = await octo.submit(await octo.get(`${all}/new`), all, chosen)
    const one = made.to?.replace(/\/deliveries$/, '') ?? ''
    const hook_id = Number(one.split('/').at(-1))
    const [ping] = await eventually(
      async () => receiver.received,
      (received) => received.length === 1,
    )
    const signature = String(ping?.headers['x-hub-signature-256'])
    expect(await verify('first', String(ping?.bytes), signature)).toBe(true)

    const twice = await octo.submit(await octo.get(`${all}/new`), all, chosen)
    expect([twice.status, twice.text]).toEqual([422, expect.stringContaining('already exists')])
    expect(twice.text).not.toContain('first')

    const page = () => octo.get(one)
    await octo.submit(await page(), one, { ...config, active: '0', which: 'everything' })
    const after = (await octokit.repos.getWebhook({ ...at, hook_id })).data
    expect(after).toMatchObject({ active: false, events: ['*'], config: { secret: '********' } })
    expect((await page()).text).toContain('Not active')
    await octo.submit(await page(), `${one}/resume`, { backlog: 'all' })
    expect((await octokit.repos.getWebhook({ ...at, hook_id })).data.active).toBe(true)

    await octo.submit(await page(), `${one}/filter`, {
      environments: 'prod*\r\nqa',
      state: 'success',
    })
    expect((await page()).text).toContain('prod*\nqa</textarea>')
    await octo.submit(await page(), `${one}/delete`)
    expect((await octokit.repos.listWebhooks(at)).data).toEqual([])
  })

  it('count what would be sent again before it is', async () => {
    const { server, repository, octokit, octo } = await open()
    await server.commit(repository, { files: { a: 'a' } })
    const receiver = await startReceiver()
    const config = { url: receiver.url, content_type: 'json' }
    const hook = (await octokit.repos.createWebhook({ ...at, config, events: ['deployment'] })).data
    const one = `${settings}/hooks/${hook.id}`
    await octo.submit(await octo.get(one), `${one}/tests`, {
      what: 'deployment',
      environment: 'try',
    })
    const arrived = (count: number) =>
      eventually(
        async () => receiver.received,
        (received) => received.length >= count,
      )
    await arrived(2)
    const list = `${one}/deliveries`
    const everything = { what: 'count', hours: '1', states: 'all', events: 'deployment' }
    const page = await eventually(
      async () => octo.submit(await octo.get(list), `${list}#many`, everything),
      ({ text }) => text.includes('would be sent again'),
    )
    expect(page.text).toContain('1 delivery would be sent again')
    await octo.submit(page, list, { ...everything, what: 'send' })
    const received = await arrived(3)
    expect(received[2]?.guid).toBe(received[1]?.guid)
    expect(received[2]?.payload.deployment).toMatchObject({ environment: 'try' })
  })
})

describe('deploy key settings', () => {
  it('add and delete a key, and refuse what is none without showing it again', async () => {
    const { server, octokit, octo } = await open()
    await server.repository('octo', 'other')
    const all = `${settings}/keys`
    const add = async (typed: Record<string, string>) =>
      octo.submit(await octo.get(`${all}/new`), all, typed)

    const pem = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' })
    const pasted = await add({ title: 'Mine', key: pem.toString() })
    expect(pasted.status).toBe(422)
    expect(pasted.text).toContain('That is a private key')
    expect(pasted.text).toContain('value="Mine"')
    expect(pasted.text).not.toContain(pem.toString().split('\n')[1])

    const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICPIWQFcWTvNqwcnJLG7PQqOVqzIr/f7oaSjfHU5ppSC'
    const there = { ...at, repo: 'other' }
    const { data: other } = await octokit.repos.createDeployKey({ ...there, key, title: 'x' })
    expect((await add({ title: '', key })).text).toContain('Key is already in use')
    await octokit.repos.deleteDeployKey({ ...there, key_id: other.id })

    expect((await add({ title: 'Web', key, can_push: '1' })).to).toBe(all)
    const [made] = (await octokit.repos.listDeployKeys(at)).data
    expect(made).toMatchObject({ title: 'Web', read_only: false })
    const page = await octo.get(all)
    expect(page.text).toContain('SHA256:wZn45MSJ6a5PsnkL8NvEcLZ+pu1y76nx+pruV0NE8gA')
    await octo.submit(page, `${all}/${made?.id}/delete`)
    expect((await octokit.repos.listDeployKeys(at)).data).toEqual([])
  })
})

describe('all settings', () => {
  const hostile = `<script>alert(1)</script>\u202e${'x'.repeat(100)}`

  it('show what others wrote as text, to administrators alone', async () => {
    const { server, octokit, octo } = await open()
    await server.user('hubot')
    const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICPIWQFcWTvNqwcnJLG7PQqOVqzIr/f7oaSjfHU5ppSC'
    await octokit.repos.createDeployKey({ ...at, key, title: hostile })
    const named = { ...at, environment_name: hostile }
    const { data: environment } = await octokit.repos.createOrUpdateEnvironment({
      ...named,
      deployment_branch_policy: { protected_branches: false, custom_branch_policies: true },
    })
    await octokit.repos.createDeploymentBranchPolicy({ ...named, name: hostile })
    await octokit.actions.createEnvironmentVariable({ ...named, name: 'A', value: hostile })
    const url = `http://127.0.0.1:1/?"><script>alert(1)</script>`
    const config = { url: url.replaceAll(' ', ''), content_type: 'json' }
    const hook = await octokit.repos.createWebhook({ ...at, config }).catch(() => undefined)
    const paths = [
      'keys',
      'environments',
      `environments/${environment.id}/edit?ref=${encodeURIComponent(hostile)}`,
      'hooks',
      ...(hook ? [`hooks/${hook.data.id}`, `hooks/${hook.data.id}/deliveries`] : []),
    ]
    const pages = await Promise.all(paths.map((path) => octo.get(`${settings}/${path}`)))
    expect(pages.map(({ status }) => status)).toEqual(paths.map(() => 200))
    for (const { text } of pages) {
      expect(text).not.toContain('<script>alert')
      // Whatever turns the text around stays within what isolates it.
      expect(text.replaceAll(/<bdi>[^<]*<\/bdi>|(?:value|aria-label)="[^"]*"/g, '')).not.toMatch(
        /^(?!<title>).*\u202e/m,
      )
    }

    const hubot = await openVisitor(server, 'hubot')
    const seen = await Promise.all(paths.map((path) => hubot.get(`${settings}/${path}`)))
    expect(new Set(seen.map(({ status }) => status))).toEqual(new Set([403, 404]))
  })
})

describe('the script that seals', () => {
  const fileOf = (path: string) => readFileSync(join(root, path))

  it('has its libraries as they are published, with their licences', () => {
    for (const [name, files] of [
      ['tweetnacl', ['nacl-fast.min.js', 'LICENSE']],
      ['blakejs', ['blake2b.js', 'util.js', 'LICENSE']],
    ] as const) {
      for (const file of files) {
        expect(fileOf(`assets/vendor/${name}/${file}`), `${name}/${file}`).toEqual(
          fileOf(`node_modules/${name}/${file}`),
        )
      }
    }
  })

  it('leaves room for others in 20 KB', () => {
    expect(gzipSync(assets.seal.text, { level: 9 }).length).toBeLessThan(16 * 1024)
  })
})
