import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Octokit } from '@octokit/rest'
import { App, Octokit as WholeOctokit } from 'octokit'
import { expect, it } from 'vitest'
import { answerAdmin } from '../../src/admin/admin.ts'
import type { AdminRequest } from '../../src/admin/model.ts'
import { createManifestCode, parseManifest } from '../../src/manifests/manifests.ts'
import { temporaryFolder } from '../support/engines.ts'
import { github } from '../support/openapi.ts'
import { run, serve } from '../support/program.ts'
import { openPlace, outcomeOf } from './place.ts'

/** How Apps come to be: by the operator's commands, and by manifest. */

const printed = (name: string, output: string) =>
  new RegExp(`^${name}=(.*)$`, 'm').exec(output)?.[1] ?? ''

/** What becomes of an App's request for a token, signed with this key. */
async function takeToken(apiUrl: string, installation_id: number, key: Key): Promise<string> {
  const client = new App({ ...key, Octokit: WholeOctokit.defaults({ baseUrl: apiUrl }) })
  const { apps } = client.octokit.rest
  return await outcomeOf(apps.createInstallationAccessToken({ installation_id }))
}

type Key = { readonly appId: string | number; readonly privateKey: string }

it("an App may ask for all that GitHub's Apps may, here or not", async () => {
  const { register, install } = await openPlace()
  const described = github.components.schemas['app-permissions']?.properties ?? {}
  expect(Object.keys(described).length).toBeGreaterThan(50)
  const permissions = Object.fromEntries(
    Object.entries(described).map(([name, { enum: levels = [] }]) => [name, levels[0] ?? '']),
  )
  const { client } = await register('Wants everything', { permissions })
  const { id } = await install('wants-everything', 'octo')
  const { data } = await client.octokit.rest.apps.getInstallation({ installation_id: id })
  expect(data.permissions).toEqual(permissions)
})

it('whoever runs the server registers an App and installs it', { timeout: 60_000 }, async () => {
  const data = temporaryFolder()
  const server = await serve(data)
  const slipway = (...args: string[]) => run([...args, '--data', data])
  await slipway('user', 'create', 'octo')
  const keyFile = join(data, 'ship.pem')
  const wanted = ['--owner', 'octo', '--permissions', 'deployments=write', '--key-file', keyFile]
  const made = await slipway('app', 'create', 'Ship It', ...wanted)
  expect(made).toMatchObject({ code: 0, stderr: expect.stringContaining('the App ship-it') })
  expect(statSync(keyFile).mode & 0o777).toBe(0o600)
  expect(made.stdout).not.toContain('PRIVATE KEY-')
  expect(made.stdout).not.toContain('WEBHOOK_SECRET')
  expect(printed('PRIVATE_KEY_PATH', made.stdout)).toBe(keyFile)

  const installed = await slipway('app', 'install', 'ship-it', '--account', 'octo')
  const id = Number(printed('INSTALLATION_ID', installed.stdout))
  const key = {
    appId: printed('APP_ID', made.stdout),
    privateKey: readFileSync(keyFile, 'utf8'),
  }
  expect(await takeToken(server.apiUrl, id, key)).toBe('granted')

  const again = await slipway('app', 'create', 'other', ...wanted)
  expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining('cannot be kept in') })
  const { stdout } = await slipway('app', 'list')
  expect(stdout).toMatch(/^1\tship-it\tocto\tIv23li\w{14}\tmetadata=read,deployments=write\t\n$/)
})

it('an App has several keys while it changes from one to another, and never none', async () => {
  const { server, register, install } = await openPlace()
  await register('ship', {})
  const { id, app_id: appId } = await install('ship', 'octo')
  const ask = async (request: AdminRequest) => {
    const answer = await answerAdmin(server.app, request)
    return answer.kind === 'done' ? answer : { ...answer, output: [], private_key: '' }
  }
  const made = await ask({ kind: 'create_app_key', app: 'ship' })
  const { output } = await ask({ kind: 'list_app_keys', app: 'ship' })
  const [first = 0, second = 0] = output.map((line) => Number(line.split('\t')[0]))
  const key = { appId, privateKey: made.private_key ?? '' }
  expect(await takeToken(server.apiUrl, id, key)).toBe('granted')
  await ask({ kind: 'delete_app_key', app: 'ship', id: second })
  expect(await takeToken(server.apiUrl, id, key)).toBe('401 A JSON web token could not be decoded')
  const last = await ask({ kind: 'delete_app_key', app: 'ship', id: first })
  expect(last).toMatchObject({
    message: `Key ${first} is the only one of ship: make another first`,
  })
})

it('tells whoever runs the server what an App cannot be, or where', async () => {
  const { server, register } = await openPlace()
  await register('ship', { isPublic: false })
  await server.repository('octo', 'hello')
  const create = { kind: 'create_app', owner: 'octo', webhook_secret: null } as const
  const install = { kind: 'install_app', app: 'ship', account: 'octo' } as const
  const said = async (request: AdminRequest) => (await answerAdmin(server.app, request)).message
  const manifest = { name: 'Ship', url: '' }
  expect(await said({ ...create, manifest })).toBe('The name Ship has already been taken')
  expect(await said({ ...create, manifest, owner: 'gone' })).toBe('There is no account gone')
  const odd = { name: 'odd', url: '', default_permissions: { rockets: 'write' } }
  expect(await said({ ...create, manifest: odd })).toContain('"rockets=write" is not a permission')
  expect(await said({ ...install, repositories: [], app: 'gone' })).toContain(
    'There is no App gone',
  )
  expect(await said({ ...install, repositories: [], account: 'mona' })).toContain(
    'only octo may install it',
  )
  expect(await said({ ...install, account: 'acme', repositories: ['octo/hello'] })).toBe(
    'octo/hello does not belong to acme',
  )
  expect(await said({ ...install, repositories: ['octo/gone'] })).toContain(
    'no repository octo/gone',
  )
  expect(await said({ ...install, repositories: [] })).toBe(
    'Installed ship on octo, for all repositories.',
  )
  expect(await said({ ...install, repositories: [] })).toBe('ship is installed on octo already')
})

it('an App registers itself with the code of its manifest, once', async () => {
  const { server, octo } = await openPlace()
  const manifest = {
    name: 'My Deployer',
    url: 'https://deployer.example.com',
    hook_attributes: { url: 'https://deployer.example.com/hook' },
    redirect_url: 'https://deployer.example.com/registered',
    default_events: ['deployment'],
    default_permissions: { deployments: 'write' },
  }
  const code = await createManifestCode(server.app, octo, parseManifest(manifest))
  const { apps } = new Octokit({ baseUrl: server.apiUrl })
  const { status, data } = await apps.createFromManifest({ code: code.reveal() })
  expect(status).toBe(201)
  expect(data).toMatchObject({
    slug: 'my-deployer',
    owner: { login: 'octo' },
    external_url: 'https://deployer.example.com',
    permissions: { deployments: 'write', metadata: 'read' },
    events: ['deployment'],
    client_id: expect.stringMatching(/^Iv23li\w{14}$/),
    client_secret: expect.stringMatching(/^[\da-f]{40}$/),
    webhook_secret: expect.stringMatching(/^[\da-f]{40}$/),
    pem: expect.stringMatching(/^-----BEGIN RSA PRIVATE KEY-----\n/),
  })
  expect(await outcomeOf(apps.createFromManifest({ code: code.reveal() }))).toBe('404 Not Found')
  const client = new App({
    appId: data.id,
    privateKey: data.pem,
    Octokit: WholeOctokit.defaults({ baseUrl: server.apiUrl }),
  })
  expect((await client.octokit.rest.apps.getAuthenticated()).data?.slug).toBe('my-deployer')
})

it('a manifest says what is wrong with it', async () => {
  const { server, octo } = await openPlace()
  const refuse = (more: object) =>
    expect(
      (async () => {
        const manifest = parseManifest({ name: 'ship', url: 'https://example.com', ...more })
        await createManifestCode(server.app, octo, manifest)
      })(),
    ).rejects
  await refuse({ name: undefined }).toThrow('Name must have a letter or a digit')
  await refuse({ name: '***' }).toThrow('Name must have a letter or a digit')
  await refuse({ name: 'x'.repeat(35) }).toThrow('Name is too long (maximum is 34 characters)')
  await refuse({ url: 'ftp://x' }).toThrow('url: ')
  await refuse({ default_permissions: { contents: 'all' } }).toThrow('"contents=all"')
  const hook_attributes = { url: 'http://169.254.169.254/' }
  await refuse({ hook_attributes }).toThrow('Hooks may not be sent to http://169.254.169.254/')
})
