import fc from 'fast-check'
import { Client } from 'undici'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createOrganization } from '../../src/accounts/accounts.ts'
import type { Route } from '../../src/auth/route.ts'
import { routes } from '../../src/routes.ts'
import { type EngineName, engines } from '../support/engines.ts'
import { newPublicKey } from '../support/public-key.ts'
import { startServer } from '../support/server.ts'

/** Whatever comes in, the server refuses it in GitHub's shape and never fails itself (contract 8.4). */

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 300)
const scopes = ['repo', 'admin:repo_hook']

/** A server with octo/hello, which has one of most things, and a client that sends paths and bytes as they are. */
async function open(engine: EngineName) {
  const server = await startServer({ engine })
  await createOrganization(server.app, 'acme', await server.user('octo'))
  const repository = await server.repository('octo', 'hello')
  const sha = await server.commit(repository, { files: { 'a.txt': 'a' } })
  const octokit = await server.octokit('octo', scopes)
  const at = { owner: 'octo', repo: 'hello' }
  await octokit.repos.createDeployment({ ...at, ref: 'main', required_contexts: [] })
  await octokit.repos.createDeploymentStatus({ ...at, deployment_id: 1, state: 'pending' })
  const environment = { ...at, environment_name: '1' }
  const custom = { protected_branches: false, custom_branch_policies: true }
  await octokit.repos.createOrUpdateEnvironment({
    ...environment,
    deployment_branch_policy: custom,
  })
  await octokit.repos.createDeploymentBranchPolicy({ ...environment, name: 'main' })
  await octokit.repos.createWebhook({ ...at, config: { url: 'https://example.com' } })
  await octokit.actions.createRepoVariable({ ...at, name: 'region', value: 'eu' })
  const token = await server.token('octo', scopes)
  const client = new Client(server.url)
  onTestFinished(() => client.close())

  async function ask(method: string, path: string, body: Buffer | null) {
    const headers = { 'user-agent': 'test', authorization: `Bearer ${token}` }
    const answer = await client.request({ method, path: `/api/v3${path}`, headers, body })
    return { status: answer.statusCode, text: await answer.body.text() }
  }
  return { ask, sha, id: repository.id }
}

function expectAnswer({ status, text }: { status: number; text: string }): void {
  expect(status, text).toBeLessThan(500)
  if (status < 400) return
  expect({ status, ...JSON.parse(text) }).toMatchObject({
    message: expect.stringMatching(/./),
    documentation_url: expect.stringMatching(/^https:\/\/docs\.github\.com\//),
    status: String(status),
  })
}

const nastySegments = fc.oneof(
  fc.constantFrom(
    ...['%00', 'a%00b', '%2e%2e', '..', '.', '%', '%zz', '%2', '%C0%80', '%FF%FE', '%ED%A0%80'],
    ...['%2F', '%2F..%2F', '%0a', '%0d%0a', '%7f', '%20', '%C2%A0', '%E2%80%A8', '%E2%80%AE'],
    ...["'", '%22', '%5C', '%25', '~'],
    ...['0', '-1', '1.5', '1e9', '99999999999999999999', '9007199254740993', '0x1', '%F0%9F%9A%80'],
    ...['HEAD', '@', '@%7B0%7D', '%5E', 'main%5E%7Bcommit%7D', 'main~99999', 'main%3Aa.txt', ':/x'],
    ...['--all', '-x', '--upload-pack=x', 'refs%2Fheads%2F', 'main..main', 'main...main', '...'],
    ...['a'.repeat(300), 'a'.repeat(5000), '%F0%9F%9A%80'.repeat(400)],
  ),
  fc.string({ unit: 'grapheme' }).map(encodeURIComponent),
  fc
    .uint8Array({ maxLength: 8 })
    .map((bytes) => [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')),
)

const queries = fc.dictionary(
  fc.constantFrom(
    ...['page', 'per_page', 'sha', 'ref', 'task', 'environment', 'cursor', 'status', 'path'],
    ...['author', 'since', 'until', 'visibility', 'type', 'sort', 'direction', 'protected', '[]'],
  ),
  fc.oneof(nastySegments, fc.constantFrom('', 'none', 'all', 'main', '2020-01-01T00:00:00Z')),
  { maxKeys: 3 },
)

const nastyTexts = fc.oneof(
  fc.constantFrom(
    ...[
      '',
      ' ',
      '\u0000',
      'a\u0000b',
      '\ud800',
      '\u202e',
      '..',
      '-x',
      'a\nb',
      "'; drop table x",
      '💥',
    ],
    ...['refs/heads/main', 'main', 'main^{commit}', 'main:a.txt', 'success', 'production', 'web'],
    ...[
      'https://example.com',
      'http://[::1',
      'javascript:alert(1)',
      'http://169.254.169.254/',
      '*',
    ],
    ...['ssh-ed25519 AAAA', '-----BEGIN OPENSSH PRIVATE KEY-----', 'x'.repeat(100_000)],
  ),
  fc.string({ unit: 'binary' }),
)

const values = fc.oneof(
  nastyTexts,
  fc.jsonValue(),
  fc.constantFrom(null, true, 0, -1, 1.5, 2 ** 53, 1e300, [], {}, [[]], ['*'], { url: 'x' }),
  fc.record({
    url: nastyTexts,
    content_type: nastyTexts,
    secret: nastyTexts,
    insecure_ssl: fc.oneof(nastyTexts, fc.constantFrom('0', '1', 0, 1, true, null)),
  }),
)

/** A body that would do, and what may be spoiled in it; by the end of the route's path. */
const takes: Readonly<Record<string, { readonly body: object; readonly fields: string }>> = {
  '/repos': {
    body: { name: 'fresh' },
    fields: 'name private visibility description homepage auto_init',
  },
  ':repository_id': {
    body: {},
    fields: 'name private visibility description homepage default_branch',
  },
  '/deployments': {
    body: { ref: 'main', required_contexts: [] },
    fields:
      'ref task auto_merge required_contexts payload environment description transient_environment production_environment',
  },
  '/statuses': {
    body: { state: 'success' },
    fields: 'state log_url target_url description environment environment_url auto_inactive',
  },
  '/statuses/:sha': { body: { state: 'success' }, fields: 'state target_url description context' },
  '/keys': { body: { key: newPublicKey() }, fields: 'key title read_only' },
  '/hooks': {
    body: { config: { url: 'https://example.com' } },
    fields: 'name config events active',
  },
  '/hooks/:hook_id': { body: {}, fields: 'config events add_events remove_events active' },
  '/config': { body: {}, fields: 'url content_type secret insecure_ssl' },
  '/environments/:environment_name': {
    body: {},
    fields: 'wait_timer prevent_self_review reviewers deployment_branch_policy can_admins_bypass',
  },
  '/deployment-branch-policies': { body: { name: 'v*' }, fields: 'name type' },
  '/deployment-branch-policies/:branch_policy_id': { body: { name: 'v*' }, fields: 'name' },
  '/deployment_protection_rules': { body: { integration_id: 1 }, fields: 'integration_id' },
  '/protection': {
    body: {
      required_status_checks: { strict: true, contexts: ['ci'] },
      enforce_admins: true,
      required_pull_request_reviews: null,
      restrictions: null,
    },
    fields: 'required_status_checks enforce_admins restrictions lock_branch',
  },
  '/secrets/:secret_name': {
    body: { encrypted_value: Buffer.alloc(64).toString('base64'), key_id: '1' },
    fields: 'encrypted_value key_id',
  },
  '/variables': { body: { name: 'region', value: 'eu' }, fields: 'name value' },
  '/variables/:name': { body: {}, fields: 'name value' },
  '/access_tokens': { body: {}, fields: 'repositories repository_ids permissions' },
  '/token/scoped': {
    body: { access_token: 'x', target: 'octo' },
    fields: 'access_token target target_id repositories repository_ids permissions',
  },
  '/collaborators/:username': { body: {}, fields: 'permission' },
}

const garbage = fc.oneof(
  fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
  fc
    .constantFrom('', '{', '[]', 'null', '1', '"x"', '{"ref":', '\ufeff{}', '['.repeat(100_000))
    .map((text) => Buffer.from(text)),
)

/** Mostly a body that would do but for a member or two, sometimes with one that nobody knows. */
function bodiesFor({ path }: Route) {
  const [, taken] = Object.entries(takes).find(([end]) => path.endsWith(end)) ?? []
  const names = [...(taken?.fields.split(' ') ?? []), '__proto__']
  const spoiled = fc.dictionary(fc.constantFrom(...names), values, { maxKeys: 3 })
  return fc.oneof(
    { weight: 9, arbitrary: spoiled.map((members) => bytesOf({ ...taken?.body, ...members })) },
    { weight: 1, arbitrary: garbage },
  )
}

function bytesOf(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value))
}

describe.each(engines)('on %s', (engine) => {
  it('no path and no query makes any route fail', { timeout: 120_000 }, async () => {
    const { ask } = await open(engine)
    const segments = fc.array(fc.oneof(fc.constant(undefined), nastySegments), {
      minLength: 4,
      maxLength: 4,
    })
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...routes),
        segments,
        queries,
        async (route, given, query) => {
          const path = fill(route, { given })
          const search = Object.entries(query).map(([name, value]) => `${name}=${value}`)
          expectAnswer(await ask(route.method, `${path}?${search.join('&')}`, null))
        },
      ),
      { numRuns },
    )
  })

  it('no body makes any route fail', { timeout: 120_000 }, async () => {
    const { ask, sha, id } = await open(engine)
    // By id, because a body may well rename the repository.
    const writing = routes.filter(
      ({ method, path }) => !['GET', 'DELETE'].includes(method) && !path.startsWith('/repos/'),
    )
    const asked = fc
      .constantFrom(...writing)
      .chain((route) => fc.record({ route: fc.constant(route), body: bodiesFor(route) }))
    await fc.assert(
      fc.asyncProperty(asked, async ({ route, body }) => {
        const path = fill(route, { known: { ':sha': sha, ':repository_id': String(id) } })
        expectAnswer(await ask(route.method, path, body))
      }),
      { numRuns },
    )
  })
})

type Filling = {
  readonly given?: readonly (string | undefined)[]
  readonly known?: Readonly<Record<string, string>>
}

/** A route's path with what was given in place of its parameters, and elsewhere with what is there. */
function fill({ path }: Route, { given = [], known = {} }: Filling): string {
  const usual: Record<string, string> = {
    ':owner': 'octo',
    ':repo': 'hello',
    ':username': 'octo',
    ':ref': 'main',
    ':branch': 'main',
    ':org': 'acme',
    ':environment_name': 'production',
    ':secret_name': 'password',
    ':name': 'region',
    '*': 'main',
    ...known,
  }
  let index = 0
  return path.replace(/:\w+|\*/g, (name) => given[index++] ?? usual[name] ?? '1')
}
