import fc from 'fast-check'
import { Client } from 'undici'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createOrganization } from '../../src/accounts/accounts.ts'
import { apiPrefix, ownPrefix } from '../../src/api/address.ts'
import type { Route } from '../../src/auth/route.ts'
import { ownRoutes, routes } from '../../src/routes.ts'
import { type EngineName, engines } from '../support/engines.ts'
import { newPublicKey } from '../support/public-key.ts'
import { startServer } from '../support/server.ts'
import { nastySegments, nastyValues } from './nasty.ts'

/** Whatever comes in, the server refuses it in GitHub's shape and never fails itself (contract 8.4). */

/** GitHub's and ours, each below its own address. */
const mounted: readonly Route[] = [
  ...routes.map((route) => ({ ...route, path: `${apiPrefix}${route.path}` })),
  ...ownRoutes.map((route) => ({ ...route, path: `${ownPrefix}${route.path}` })),
]

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 300)
const scopes = ['repo', 'admin:repo_hook', 'admin:org', 'admin:org_hook', 'site_admin']

/** A server with octo/hello, which has one of most things, and a client that sends paths and bytes as they are. */
async function open(engine: EngineName) {
  const server = await startServer({ engine })
  await createOrganization(server.app, 'acme', await server.user('octo', { admin: true }))
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
  const hook = { name: 'web', config: { url: 'https://example.com' } }
  await octokit.orgs.createWebhook({ org: 'acme', ...hook })
  await octokit.actions.createRepoVariable({ ...at, name: 'region', value: 'eu' })
  await octokit.teams.create({ org: 'acme', name: 'web' })
  const token = await server.token('octo', scopes)
  const client = new Client(server.url)
  onTestFinished(() => client.close())

  async function ask(method: string, path: string, body: Buffer | null) {
    const headers = { 'user-agent': 'test', authorization: `Bearer ${token}` }
    const answer = await client.request({ method, path, headers, body })
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

const queries = fc.dictionary(
  fc.constantFrom(
    ...['page', 'per_page', 'sha', 'ref', 'task', 'environment', 'cursor', 'status', 'path'],
    ...['author', 'since', 'until', 'visibility', 'type', 'sort', 'direction', 'protected', '[]'],
  ),
  fc.oneof(nastySegments, fc.constantFrom('', 'none', 'all', 'main', '2020-01-01T00:00:00Z')),
  { maxKeys: 3 },
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
  '/graphql': {
    body: { query: 'query($login: String!) { user(login: $login) { id } }' },
    fields: 'query variables operationName',
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
  '/dispatches': { body: { event_type: 'deploy' }, fields: 'event_type client_payload' },
  '/statuses/:sha': { body: { state: 'success' }, fields: 'state target_url description context' },
  '/git/blobs': { body: { content: 'x' }, fields: 'content encoding' },
  '/git/trees': {
    body: { tree: [{ path: 'a', mode: '100644', content: 'x' }] },
    fields: 'base_tree tree',
  },
  '/git/commits': {
    body: { message: 'x', tree: '4b825dc642cb6eb9a060e54bf8d69288fbee4904' },
    fields: 'message tree parents author committer signature',
  },
  '/check-runs': {
    body: { name: 'build', head_sha: 'main' },
    fields: 'name head_sha status conclusion output details_url external_id started_at',
  },
  '/check-suites': { body: { head_sha: 'main' }, fields: 'head_sha' },
  '/preferences': { body: {}, fields: 'auto_trigger_checks' },
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
  '/pending_deployments': {
    body: { environment_ids: [1], state: 'approved', comment: '' },
    fields: 'environment_ids state comment',
  },
  '/deployment_protection_rule': {
    body: { environment_name: 'production', state: 'approved' },
    fields: 'environment_name state comment',
  },
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
    body: { encrypted_value: Buffer.alloc(64).toString('base64'), key_id: '1', visibility: 'all' },
    fields: 'encrypted_value key_id visibility selected_repository_ids',
  },
  '/variables': {
    body: { name: 'region', value: 'eu', visibility: 'all' },
    fields: 'name value visibility selected_repository_ids',
  },
  '/variables/:name': { body: {}, fields: 'name value visibility selected_repository_ids' },
  '/admin/users': { body: { login: 'fresh' }, fields: 'login email suspended' },
  '/admin/users/:username': { body: { login: 'octo' }, fields: 'login' },
  '/admin/organizations': {
    body: { login: 'fresh', admin: 'octo' },
    fields: 'login admin profile_name',
  },
  '/admin/organizations/:org': { body: { login: 'acme' }, fields: 'login' },
  '/authorizations': { body: { scopes: [] }, fields: 'scopes' },
  '/orgs/:org': { body: {}, fields: 'name' },
  '/orgs/:org/memberships/:username': { body: {}, fields: 'role' },
  '/orgs/:org/teams': {
    body: { name: 'fresh' },
    fields: 'name description privacy parent_team_id maintainers repo_names',
  },
  '/teams/:team_slug': { body: {}, fields: 'name description privacy parent_team_id' },
  ':team_slug/memberships/:username': { body: {}, fields: 'role' },
  '/repos/:owner/:repo': { body: {}, fields: 'permission' },
  '/repositories': { body: { selected_repository_ids: [] }, fields: 'selected_repository_ids' },
  '/applications/:client_id/token': {
    body: { access_token: 'slo_1' },
    fields: 'access_token',
  },
  '/access_tokens': { body: {}, fields: 'repositories repository_ids permissions' },
  '/token/scoped': {
    body: { access_token: 'x', target: 'octo' },
    fields: 'access_token target target_id repositories repository_ids permissions',
  },
  '/collaborators/:username': { body: {}, fields: 'permission' },
  '/lock': { body: { reason: 'Christmas' }, fields: 'reason expires_at' },
  '/freezes/:freeze_name': { body: {}, fields: 'calendar windows time_zone' },
  '/settings': { body: {}, fields: 'required_approvals neutral_checks_pass' },
  '/break-glass': { body: { reason: 'The site is down' }, fields: 'reason' },
  '/overtake': { body: { reason: 'The site is down' }, fields: 'reason' },
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
  const spoiled = fc.dictionary(fc.constantFrom(...names), nastyValues, { maxKeys: 3 })
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
        fc.constantFrom(...mounted),
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
    const writing = mounted.filter(
      ({ method, path }) => !['GET', 'DELETE'].includes(method) && !/v\d\/repos\//.test(path),
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
    ':team_slug': 'web',
    ':environment_name': 'production',
    ':secret_name': 'password',
    ':name': 'region',
    '*': 'main',
    ...known,
  }
  let index = 0
  return path.replace(/:\w+|\*/g, (name) => given[index++] ?? usual[name] ?? '1')
}
