import { Octokit } from '@octokit/rest'
import { createOrganization } from '../../src/accounts/accounts.ts'
import type { Repository } from '../../src/repositories/model.ts'
import { query } from '../../src/store/query.ts'
import { installedApp } from '../support/apps.ts'
import { type EngineName, emptyDatabase } from '../support/engines.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { payloadFaults } from '../support/webhook-schema.ts'

const at = { owner: 'acme', repo: 'shop' }
const production = { ...at, environment_name: 'production' }

/** acme/shop: octo owns it, mona and hubot may push; an App is installed that decides about deployments. */
export async function openGatedPlace(
  engine: EngineName = 'sqlite',
  more: Readonly<Record<string, string>> = {},
) {
  const database = engine === 'sqlite' ? {} : { database_url: await emptyDatabase(engine) }
  const settings = { webhook_allow: '127.0.0.0/8', ...database, ...more }
  const server = await startServer({ settings })
  const octo = await server.user('octo')
  await createOrganization(server.app, 'acme', octo)
  const mona = await server.user('mona')
  const hubot = await server.user('hubot')
  const repository = await server.repository('acme', 'shop', { private: true })
  const sha = await server.commit(repository, { files: { 'a.txt': 'a' } })
  const admin = await server.octokit('octo')
  for (const username of ['mona', 'hubot']) {
    await admin.repos.addCollaborator({ ...at, username, permission: 'push' })
  }
  const app = await installedApp(server, {
    ...{ slug: 'gatekeeper', owner: 'acme' },
    permissions: { deployments: 'write' },
    events: ['deployment_protection_rule', 'deployment_review'],
  })
  const tokens = {
    octo: await server.token('octo', ['repo', 'admin:org']),
    mona: await server.token('mona', ['repo']),
    hubot: await server.token('hubot', ['repo']),
    app: app.token,
  }
  const place = { octo, mona, hubot, repository, sha, tokens, appId: app.app.id, settings }
  const { installation } = app
  return { ...place, installation, ...actsAt(server, place) }
}

type Place = {
  readonly repository: Repository
  readonly tokens: Readonly<Record<'octo' | 'mona' | 'hubot' | 'app', string>>
}

/** What can be done there, over the wire of this server: after a restart it is another. */
export function actsAt(server: TestServer, { repository, tokens }: Place) {
  const as = (who: keyof Place['tokens']) =>
    new Octokit({ baseUrl: server.apiUrl, auth: tokens[who], log: quiet })

  const protect = async (rules: Record<string, unknown>) => {
    const answer = await as('octo').request('PUT /repos/acme/shop/environments/production', rules)
    return Number(answer.data.id)
  }

  async function deploy(who: keyof Place['tokens'] = 'mona', asked: object = {}) {
    const { data } = await as(who).repos.createDeployment({
      ...{ ...at, ref: 'main', auto_merge: false, required_contexts: [] },
      ...asked,
    })
    if (!('id' in data)) throw new Error('It was merged')
    return data
  }

  const review = (who: keyof Place['tokens'], run_id: number, said: object) =>
    as(who).request('POST /repos/{owner}/{repo}/actions/runs/{run_id}/pending_deployments', {
      ...{ ...at, run_id, environment_ids: [1], state: 'approved', comment: '' },
      ...said,
    } as never)

  const answer = (run_id: number, said: object, who: keyof Place['tokens'] = 'app') =>
    as(who).request('POST /repos/{owner}/{repo}/actions/runs/{run_id}/deployment_protection_rule', {
      ...{ ...at, run_id, environment_name: 'production' },
      ...said,
    } as never)

  /** Oldest first. */
  async function statuses(deployment_id: number) {
    const { data } = await as('octo').repos.listDeploymentStatuses({ ...at, deployment_id })
    return data.toReversed().map(({ state, description }) => `${state}: ${description}`)
  }

  /** The events of the repository so far, by name and state or action. Throws for one that GitHub's schema refuses. */
  async function events(): Promise<string[]> {
    const rows = await server.app.store.read.all(eventsOf, { repository_id: repository.id })
    return rows.map(({ name, payload }) => {
      const told = JSON.parse(Buffer.from(payload).toString('utf8'))
      const faults = payloadFaults(name, told).filter((fault) => !isKnown.test(fault))
      if (faults.length > 0) throw new Error(`${name}: ${faults.join('; ')}`)
      return `${name} ${told.deployment_status?.state ?? told.action}`
    })
  }

  /** Time passes for the server. */
  function pass(minutes: number): void {
    const now = () => new Date(Date.now() + minutes * 60_000)
    Object.assign(server.app, { now })
    server.app.signals.emit('holds')
  }
  const rule = { ...production }
  const addRule = (integration_id: number) =>
    as('octo').repos.createDeploymentProtectionRule({ ...rule, integration_id })
  return { server, at, as, protect, deploy, review, answer, statuses, events, pass, addRule }
}

/** There are no workflows here; the schema of `requested` has null for that, and its siblings forget it (contract 6.8). */
const isKnown = /^\/workflow_run must be object/

const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

const eventsOf = query((db, p: { repository_id: number }) =>
  db.selectFrom('events').selectAll().where('repository_id', '=', p.repository_id).orderBy('id'),
)
