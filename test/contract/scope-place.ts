import { randomUUID } from 'node:crypto'
import { Octokit } from '@octokit/rest'
import { request } from 'undici'
import { vi } from 'vitest'
import { findAccount } from '../../src/accounts/accounts.ts'
import { issueToken, type NewToken } from '../../src/auth/tokens.ts'
import { installedApp } from '../support/apps.ts'
import { newPublicKey } from '../support/public-key.ts'
import { startReceiver } from '../support/receiver.ts'
import { sealedFor } from '../support/sealed-box.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { grants, people, singlePermissions } from './scope-model.ts'

export const visibilities = ['public', 'private'] as const
export type Visibility = (typeof visibilities)[number]

export type Who = { readonly person: string; readonly grant: string }

export type Place = Awaited<ReturnType<typeof openPlace>>

/** One server with a public and a private repository that have one of everything, and a token of every kind for each person. */
export async function openPlace() {
  const receiver = await startReceiver()
  const server = await startServer({ settings: { webhook_allow: '127.0.0.0/8' } })
  const tokens = await makeTokens(server)
  const octokit = await server.octokit('owner', ['repo', 'admin:repo_hook'])
  const owner = { server, octokit, hookUrl: receiver.url }
  const params = { public: await fill(owner, 'public'), private: await fill(owner, 'private') }
  const tokenOf = ({ person, grant }: Who) => tokens.get(bearer(person, grant))

  /** What a request took away is there again. */
  async function restore(taken: string, visibility: Visibility): Promise<void> {
    const isGone = taken === 'DELETE '
    const made = isGone ? await fill(owner, visibility) : await renew(owner, taken, visibility)
    params[visibility] = { ...params[visibility], ...made }
  }

  return { server, octokit, params, restore, tokenOf, ...asker(server, tokenOf) }
}

/** A route of a repository with what stands for its parameters. */
export function pathOf(place: Place, request: string, visibility: Visibility): string {
  const [method = '', path = ''] = request.split(' ')
  const params: Record<string, unknown> = { ...place.params[visibility], '*': restOf(path) }
  const filled = path.replace(/:(\w+)|\*/g, (name) => String(params[name.replace(':', '')]))
  return `${method} /repos/owner/${visibility}${filled}`
}

/** What a final `*` stands for. */
function restOf(path: string): string {
  if (path.startsWith('/git/')) return 'heads/main'
  if (path.startsWith('/contents/')) return 'a.txt'
  return path.startsWith('/compare/') ? 'main...main' : 'main'
}

const bearer = (person: string, grant: string) => `${person} ${grant}`

async function makeTokens(server: TestServer): Promise<ReadonlyMap<string, string>> {
  const tokens = new Map<string, string>()
  for (const person of people) {
    await server.user(person)
    for (const grant of grants) {
      const scopes = grant === 'no scope' ? [] : [grant]
      tokens.set(bearer(person, grant), await server.token(person, scopes))
    }
  }
  await addFineGrained(server, tokens)
  await addInstallations(server, tokens)
  return tokens
}

/** An App's, on all that the owner has, with one permission. */
export const installation = { grant: 'an installation', permission: 'deployments=write' } as const

/** The owner's and an App's, with all permissions, that are for something else. */
export const elsewhere = [
  "another owner's",
  'another repository',
  "another owner's installation",
] as const

/** Each person's for what the owner has, with one permission alone; and the owner's, with all of them, for something else. */
async function addFineGrained({ app }: TestServer, tokens: Map<string, string>): Promise<void> {
  const accounts = await Promise.all(people.map((login) => findAccount(app.store.read, login)))
  const [owner, other] = accounts.map(({ id }) => id)
  const all = Object.fromEntries(singlePermissions.flatMap((list) => entriesOf(list)))
  const [forOwner, forNone] = elsewhere
  await app.store.transaction(async (tx) => {
    const add = async (name: string, wanted: Omit<NewToken, 'kind'>) => {
      const usual = { kind: 'fine-grained', resource_owner_id: owner ?? 0 } as const
      const { token } = await issueToken(app, tx, { ...usual, ...wanted })
      tokens.set(name, token.reveal())
    }
    for (const { id: account_id, login } of accounts) {
      for (const list of singlePermissions) {
        const permissions = JSON.stringify(Object.fromEntries(entriesOf(list)))
        await add(bearer(login, list), { account_id, permissions, repository_selection: 'all' })
      }
    }
    const every = { account_id: owner ?? 0, permissions: JSON.stringify(all) }
    const others = { resource_owner_id: other ?? 0, repository_selection: 'all' } as const
    await add(bearer('owner', forOwner), { ...every, ...others })
    await add(bearer('owner', forNone), { ...every, repository_selection: 'selected' })
  })
}

async function addInstallations(server: TestServer, tokens: Map<string, string>): Promise<void> {
  const permissions = { deployments: 'write' } as const
  const here = await installedApp(server, { slug: 'here', owner: 'owner', permissions })
  const there = await installedApp(server, { slug: 'there', owner: 'pusher', permissions })
  tokens.set(bearer('owner', installation.grant), here.token)
  tokens.set(bearer('owner', elsewhere[2]), there.token)
}

const entriesOf = (list: string) => list.split(',').map((one) => one.split('='))

const colour = { name: 'COLOUR', value: 'blue' }

type Owner = {
  readonly server: TestServer
  readonly octokit: Octokit
  readonly hookUrl: string
}

type Params = Readonly<Record<string, string | number>>

/** A repository with one of everything; gives what stands for the parameters of its routes. */
async function fill(owner: Owner, visibility: Visibility): Promise<Params> {
  const { server, octokit } = owner
  const at = { owner: 'owner', repo: visibility }
  const row = await server.repository('owner', visibility, { private: visibility === 'private' })
  const sha = await server.commit(row, { files: { 'a.txt': 'a', 'README.md': 'a' } })
  const checks = await checkCommit(owner, visibility, sha)
  await octokit.repos.addCollaborator({ ...at, username: 'pusher', permission: 'push' })
  await octokit.repos.addCollaborator({ ...at, username: 'reader', permission: 'pull' })
  return {
    ...(await deployTwice(owner, visibility)),
    ...(await renew(owner, 'DELETE /keys/:key_id', visibility)),
    ...(await hookWithDelivery(owner, visibility)),
    ...(await environmentWithPolicy(owner, visibility)),
    ...(await renew(owner, `DELETE ${appRule}`, visibility)),
    ...(await renew(owner, 'DELETE /branches/:branch/protection', visibility)),
    ...(await keepSettings(owner, environmentBase, visibility)),
    ...(await keepSettings(owner, '/actions', visibility)),
    sha,
    ref: 'main',
    file_sha: '2e65efe2a145dda7ee51d1741299f848e5bf752e',
    pull_number: 1,
    issue_number: 1,
    username: 'pusher',
    ...checks,
  }
}

async function checkCommit({ server }: Owner, repo: Visibility, head_sha: string): Promise<Params> {
  const slug = `robot-${randomUUID().slice(0, 8)}`
  const permissions = { checks: 'write', contents: 'read' } as const
  const { token } = await installedApp(server, { slug, owner: 'owner', permissions })
  const octokit = new Octokit({ baseUrl: server.apiUrl, auth: token })
  const build = { name: 'build', head_sha, conclusion: 'success' } as const
  const { data } = await octokit.checks.create({ owner: 'owner', repo, ...build })
  return { check_run_id: data.id, check_suite_id: data.check_suite?.id ?? 0 }
}

/** Two are active in one environment, so that neither can be deleted. */
async function deployTwice({ octokit }: Owner, visibility: Visibility): Promise<Params> {
  const at = { owner: 'owner', repo: visibility }
  const ids: Params[] = []
  for (const _ of ['older', 'newer']) {
    const { data } = await octokit.repos.createDeployment({ ...at, ref: 'main' })
    const deployment_id = 'id' in data ? data.id : 0
    const success = { ...at, deployment_id, state: 'success', auto_inactive: false } as const
    const status = await octokit.repos.createDeploymentStatus(success)
    ids.push({ deployment_id, status_id: status.data.id, run_id: deployment_id })
  }
  return ids[0] ?? {}
}

async function hookWithDelivery(owner: Owner, visibility: Visibility): Promise<Params> {
  const { hook_id = 0 } = await renew(owner, 'DELETE /hooks/:hook_id', visibility)
  const hook = { owner: 'owner', repo: visibility, hook_id: Number(hook_id) }
  const delivery_id = await vi.waitFor(async () => {
    const { data } = await owner.octokit.repos.listWebhookDeliveries(hook)
    if (!data[0]) throw new Error('The ping has not been delivered')
    return data[0].id
  })
  return { hook_id, delivery_id }
}

async function environmentWithPolicy({ octokit }: Owner, visibility: Visibility): Promise<Params> {
  const at = { owner: 'owner', repo: visibility, environment_name: 'production' }
  const deployment_branch_policy = { protected_branches: false, custom_branch_policies: true }
  await octokit.repos.createOrUpdateEnvironment({ ...at, deployment_branch_policy })
  const { data } = await octokit.repos.createDeploymentBranchPolicy({ ...at, name: 'main' })
  return { environment_name: 'production', branch_policy_id: Number(data.id) }
}

const noProtection = {
  required_status_checks: null,
  enforce_admins: null,
  required_pull_request_reviews: null,
  restrictions: null,
}

const environmentBase = '/environments/:environment_name'
const appRule = `${environmentBase}/deployment_protection_rules/:protection_rule_id`

/** A secret and a variable below this path. */
async function keepSettings(owner: Owner, base: string, visibility: Visibility): Promise<Params> {
  await renew(owner, `DELETE ${base}/secrets/:secret_name`, visibility)
  await renew(owner, `DELETE ${base}/variables/:name`, visibility)
  return { environment_name: 'production', secret_name: 'PASSWORD', name: 'COLOUR' }
}

async function putSecret({ octokit }: Owner, all: string): Promise<void> {
  const { data } = await octokit.request(`GET ${all}/public-key`)
  const encrypted_value = await sealedFor(data.key, 'hunter2')
  await octokit.request(`PUT ${all}/PASSWORD`, { encrypted_value, key_id: data.key_id })
}

/** Makes once more what this request takes away. */
async function renew(owner: Owner, taken: string, visibility: Visibility): Promise<Params> {
  const { server, octokit, hookUrl } = owner
  const at = { owner: 'owner', repo: visibility }
  const base = `/repos/owner/${visibility}`
  switch (taken) {
    case 'DELETE /keys/:key_id': {
      const { data } = await octokit.repos.createDeployKey({ ...at, key: newPublicKey() })
      return { key_id: data.id }
    }
    case 'DELETE /hooks/:hook_id': {
      const config = { url: hookUrl, content_type: 'json' }
      const { data } = await octokit.repos.createWebhook({ ...at, config, events: ['release'] })
      return { hook_id: data.id }
    }
    case 'DELETE /environments/:environment_name': {
      const policy = await environmentWithPolicy(owner, visibility)
      const rule = await renew(owner, `DELETE ${appRule}`, visibility)
      return { ...policy, ...rule, ...(await keepSettings(owner, environmentBase, visibility)) }
    }
    case `DELETE ${appRule}`: {
      const { app } = await installedApp(server, {
        ...{ slug: `gate-${randomUUID().slice(0, 8)}`, owner: 'owner' },
        permissions: { deployments: 'write' },
        events: ['deployment_protection_rule'],
      })
      const production = { ...at, environment_name: 'production', integration_id: app.id }
      const { data } = await octokit.repos.createDeploymentProtectionRule(production)
      return { protection_rule_id: data.id }
    }
    case 'DELETE /environments/:environment_name/deployment-branch-policies/:branch_policy_id':
      return await environmentWithPolicy(owner, visibility)
    case 'DELETE /branches/:branch/protection':
      await octokit.repos.updateBranchProtection({ ...at, branch: 'main', ...noProtection })
      return { branch: 'main' }
    case `DELETE ${environmentBase}/secrets/:secret_name`:
      await putSecret(owner, `${base}/environments/production/secrets`)
      return {}
    case 'DELETE /actions/secrets/:secret_name':
      await putSecret(owner, `${base}/actions/secrets`)
      return {}
    case `DELETE ${environmentBase}/variables/:name`:
      await octokit.request(`POST ${base}/environments/production/variables`, colour)
      return {}
    case 'DELETE /actions/variables/:name':
      await octokit.request(`POST ${base}/actions/variables`, colour)
      return {}
    case 'DELETE /collaborators/:username':
      await octokit.repos.addCollaborator({ ...at, username: 'pusher', permission: 'push' })
      return {}
    default:
      return {}
  }
}

function asker(server: TestServer, tokenOf: (who: Who) => string | undefined) {
  const headersOf = (who: Who): Record<string, string> => {
    const token = tokenOf(who)
    return { 'user-agent': 'test', ...(token && { authorization: basic(token) }) }
  }

  /** The answer to `GET /user`; unless told otherwise, with a body that nothing takes. */
  async function answerTo(asked: string, who: Who, body: object = wrongForAll) {
    const [method = '', path] = asked.split(' ')
    const sent = method === 'GET' ? {} : { body: JSON.stringify(body) }
    const headers = headersOf(who)
    const answer = await request(`${server.apiUrl}${path}`, { method, headers, ...sent })
    await answer.body.dump()
    return { status: answer.statusCode, accepted: answer.headers['x-accepted-github-permissions'] }
  }

  const ask = async (...asked: Parameters<typeof answerTo>) => (await answerTo(...asked)).status

  async function askGit(path: string, who: Who): Promise<number> {
    const answer = await request(`${server.url}${path}`, { headers: headersOf(who) })
    await answer.body.dump()
    return answer.statusCode
  }

  return { answerTo, ask, askGit }
}

/** As git sends a token; the API takes it so, too. */
const basic = (token: string) => `Basic ${Buffer.from(`x:${token}`).toString('base64')}`

const wrongForAll = {
  name: 1,
  permission: 1,
  state: 1,
  ref: 1,
  key: 1,
  config: 1,
  wait_timer: 'x',
  url: 1,
  value: 1,
  encrypted_value: 1,
}
