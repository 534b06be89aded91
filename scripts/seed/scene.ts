import { generateKeyPairSync } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { logins, organization, projects } from './catalogue.ts'
import { urlOf } from './history.ts'

/** Asks the API as one of them; throws what it refuses. */
export type Ask = (
  login: string,
  line: `${'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'} ${string}`,
  body?: object,
) => Promise<{ readonly id: number }>

const at = (name: string) => `/repos/${organization}/${name}`
const [mona] = logins.people
const { owner, robot } = logins

/** What happens today: who listens, what waits, what runs, what failed and what is locked. */
export async function playToday(ask: Ask, receivers: Receivers): Promise<void> {
  await giveHooks(ask, receivers)
  await protect(ask)
  await run(ask, 'storefront', 'staging', ['in_progress'])
  await run(ask, 'notifications', 'production', ['queued', 'in_progress'])
  await run(ask, 'design-system', 'preview', ['queued'])
  await run(ask, 'image-resizer', 'staging', [])
  await run(ask, 'data-pipeline', 'production', ['in_progress', 'failure'])
  await run(ask, 'search', 'staging', ['in_progress', 'error'])
  await run(ask, 'docs-site', 'production', ['in_progress', 'success'])
  await run(ask, 'checkout', 'staging', ['in_progress', 'success'])
  // They wait for a review.
  await run(ask, 'storefront', 'production', [])
  await run(ask, 'payments-api', 'production', [])
  await run(ask, 'checkout', 'production', [])
  await lock(ask, 'search', 'production', { reason: 'The index is being rebuilt' })
  await lock(ask, 'mobile-gateway', 'production', { reason: 'Release freeze of the app stores' })
  await giveKeys(ask)
}

async function giveHooks(ask: Ask, { well, broken }: Receivers): Promise<void> {
  const events = ['deployment', 'deployment_status']
  for (const name of ['storefront', 'checkout', 'docs-site']) {
    const config = { url: well, content_type: 'json', secret: `secret of ${name}` }
    await ask(owner, `POST ${at(name)}/hooks`, { name: 'web', events, config })
  }
  const config = { url: broken, content_type: 'json' }
  await ask(owner, `POST ${at('storefront')}/hooks`, { name: 'web', events, config })
  const board = { url: `${well}/board`, content_type: 'json', secret: 'secret of the board' }
  for (const each of [board, config]) {
    await ask(owner, `POST /orgs/${organization}/hooks`, { name: 'web', events, config: each })
  }
}

async function protect(ask: Ask): Promise<void> {
  const { id } = await ask(owner, `GET /users/${mona}`)
  const other = await ask(owner, `GET /users/${owner}`)
  const reviewers = [id, other.id].map((one) => ({ type: 'User', id: one }))
  for (const name of ['storefront', 'payments-api', 'checkout']) {
    await ask(owner, `PUT ${at(name)}/environments/production`, { reviewers })
  }
  await ask(owner, `PUT ${at('infrastructure')}/environments/production`, {
    wait_timer: 30,
    deployment_branch_policy: { protected_branches: false, custom_branch_policies: true },
  })
  const base = `${at('infrastructure')}/environments/production`
  await ask(owner, `POST ${base}/deployment-branch-policies`, { name: 'release/*' })
  for (const [name, value] of [
    ['REGION', 'eu-central-1'],
    ['LOG_LEVEL', 'info'],
  ]) {
    await ask(owner, `POST ${at('storefront')}/environments/production/variables`, { name, value })
  }
}

async function run(ask: Ask, name: string, environment: string, states: readonly string[]) {
  const project = projects.find((one) => one.name === name)
  const { id } = await ask(robot, `POST ${at(name)}/deployments`, {
    ...{ ref: 'main', environment, auto_merge: false, required_contexts: [] },
    description: `Deploy ${name} to ${environment}`,
    payload: { build: 4711, migrate: true },
  })
  const log_url = `https://ci.example.com/${name}/runs/${id}`
  for (const state of states) {
    const environment_url = state === 'success' && project ? urlOf(project, environment) : ''
    const description = descriptions[state] ?? ''
    const status = { state, log_url, environment_url, description }
    await ask(robot, `POST ${at(name)}/deployments/${id}/statuses`, status)
  }
}

const descriptions: Readonly<Record<string, string>> = {
  queued: 'Waiting for a runner',
  in_progress: 'Copying to web-1, web-2 and web-3',
  failure: 'Migration 0142 timed out after 120 s',
  error: 'The runner went away',
  success: 'Serving',
}

const lock = (ask: Ask, name: string, environment: string, why: { reason: string }) =>
  ask(mona, `PUT ../slipway/v1${at(name)}/environments/${environment}/lock`, why)

async function giveKeys(ask: Ask): Promise<void> {
  for (const [name, title, read_only] of [
    ['storefront', 'web-1, web-2 and web-3', true],
    ['storefront', 'Release script', false],
    ['checkout', 'web-1', true],
  ] as const) {
    await ask(owner, `POST ${at(name)}/keys`, { title, read_only, key: newPublicKey() })
  }
}

function newPublicKey(): string {
  const { publicKey } = generateKeyPairSync('ed25519')
  const { x = '' } = publicKey.export({ format: 'jwk' })
  const type = Buffer.from('\0\0\0\x0bssh-ed25519\0\0\0\x20', 'latin1')
  return `ssh-ed25519 ${Buffer.concat([type, Buffer.from(x, 'base64url')]).toString('base64')}`
}

export type Receivers = {
  readonly well: string
  readonly broken: string
  [Symbol.asyncDispose](): Promise<void>
}

/** Two programs that hooks lead to: one takes what it gets, the other breaks on it. */
export async function startReceivers(): Promise<Receivers> {
  const server: Server = createServer((request, response) => {
    request.resume()
    const isBroken = request.url === '/broken'
    response.setHeader('content-type', 'text/plain')
    response.writeHead(isBroken ? 500 : 202)
    response.end(isBroken ? 'TypeError: Cannot read properties of undefined' : 'Taken')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    well: `http://127.0.0.1:${port}/deployments`,
    broken: `http://127.0.0.1:${port}/broken`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}
