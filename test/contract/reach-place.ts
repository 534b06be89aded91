import { randomUUID } from 'node:crypto'
import { request } from 'undici'
import { vi } from 'vitest'
import { createOrganization, findAccount } from '../../src/accounts/accounts.ts'
import { issueToken } from '../../src/auth/tokens.ts'
import { startReceiver } from '../support/receiver.ts'
import { sealedFor } from '../support/sealed-box.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { callers, permissions, scopes } from './reach-model.ts'

type Ask = (method: string, path: string, body?: object) => Promise<Record<string, unknown>>

/** An organisation with one of everything, and a token of every kind for each caller. */
export async function openPlace() {
  const receiver = await startReceiver()
  const server = await startServer({ settings: { webhook_allow: '127.0.0.0/8' } })
  const accounts = await Promise.all([...callers, 'victim'].map((login) => server.user(login)))
  const [owner] = accounts
  if (!owner) throw new Error('There is no owner')
  await createOrganization(server.app, 'acme', owner)
  const { id: repository_id } = await server.repository('acme', 'shop')
  const tokens = await makeTokens(server)
  const ask = asOwner(server, await server.token('owner', ['admin:org', 'admin:org_hook', 'repo']))
  await ask('PUT', '/orgs/acme/memberships/member')

  const known = { org: 'acme', username: 'victim', owner: 'acme', repo: 'shop', repository_id }
  const named = { team_slug: 'web', secret_name: 'PASSWORD', name: 'COLOUR', account_id: owner.id }
  await makeAll(ask, repository_id)
  const hook = await makeHook(ask, receiver.url)
  let params: Record<string, string | number> = { ...known, ...named, ...hook }

  /** Asks as the caller, by a token with this grant. What the request took away is there again. */
  async function answerTo(asked: string, caller: string, grant: string) {
    const [method = '', path = ''] = asked.split(' ')
    const token = tokens.get(`${caller} ${grant}`)
    const filled = path.replace(/:(\w+)/g, (_, name) => String(params[name]))
    const answer = await request(`${server.apiUrl}${filled}`, {
      method,
      headers: { 'user-agent': 'test', ...(token && { authorization: `Bearer ${token}` }) },
      ...(method === 'GET' ? {} : { body: JSON.stringify(bodyFor(asked)) }),
    })
    await answer.body.dump()
    if (method === 'DELETE' && answer.statusCode === 204) await restore(path)
    return { status: answer.statusCode, accepted: answer.headers['x-accepted-github-permissions'] }
  }

  async function restore(path: string): Promise<void> {
    const isHook = path.endsWith('/:hook_id')
    const made = isHook ? await makeHook(ask, receiver.url) : await makeAll(ask, repository_id)
    params = { ...params, ...made }
  }

  return { answerTo }
}

async function makeTokens(server: TestServer): Promise<ReadonlyMap<string, string>> {
  const { app } = server
  const tokens = new Map<string, string>()
  const acme = await findAccount(app.store.read, 'acme')
  for (const caller of callers) {
    const { id } = await findAccount(app.store.read, caller)
    for (const scope of scopes) {
      const granted = scope === 'no scope' ? [] : [scope]
      tokens.set(`${caller} ${scope}`, await server.token(caller, granted))
    }
    await app.store.transaction(async (tx) => {
      for (const list of permissions) {
        const { token } = await issueToken(app, tx, {
          kind: 'fine-grained',
          account_id: id,
          resource_owner_id: acme.id,
          repository_selection: 'all',
          permissions: JSON.stringify(Object.fromEntries(entriesOf(list))),
        })
        tokens.set(`${caller} ${list}`, token.reveal())
      }
    })
  }
  return tokens
}

const entriesOf = (list: string) => list.split(',').map((one) => one.split('='))

function asOwner({ apiUrl }: TestServer, token: string): Ask {
  return async (method, path, body) => {
    const headers = { 'user-agent': 'test', authorization: `Bearer ${token}` }
    const sent = body && { body: JSON.stringify(body) }
    const answer = await request(`${apiUrl}${path}`, { method, headers, ...sent })
    const text = await answer.body.text()
    return text === '' ? {} : JSON.parse(text)
  }
}

/** What is there already stays, or is refused as a duplicate. */
async function makeAll(ask: Ask, repositoryId: number): Promise<void> {
  const chosen = { visibility: 'selected', selected_repository_ids: [repositoryId] }
  await ask('PUT', '/orgs/acme/memberships/victim')
  await ask('POST', '/orgs/acme/teams', { name: 'Web', privacy: 'closed' })
  await ask('PUT', '/orgs/acme/teams/web/memberships/victim')
  await ask('PUT', '/orgs/acme/teams/web/repos/acme/shop', { permission: 'push' })
  const { key, key_id } = await ask('GET', '/orgs/acme/actions/secrets/public-key')
  const encrypted_value = await sealedFor(String(key), 'hunter2')
  await ask('PUT', '/orgs/acme/actions/secrets/PASSWORD', { ...chosen, encrypted_value, key_id })
  const variable = { ...chosen, name: 'COLOUR', value: 'blue' }
  await ask('POST', '/orgs/acme/actions/variables', variable)
}

async function makeHook(ask: Ask, url: string): Promise<Record<string, string | number>> {
  const hook = { name: 'web', config: { url: `${url}?${randomUUID()}` }, events: ['release'] }
  const hook_id = Number((await ask('POST', '/orgs/acme/hooks', hook))['id'])
  const delivery_id = await vi.waitFor(async () => {
    const found = await ask('GET', `/orgs/acme/hooks/${hook_id}/deliveries`)
    const [ping] = Array.isArray(found) ? found : []
    if (!ping) throw new Error('The ping has not been delivered')
    return Number(ping.id)
  })
  return { hook_id, delivery_id }
}

/** Nothing takes it, except where something is to come of it. */
function bodyFor(asked: string): object {
  if (asked === 'POST /graphql') return { query: '{viewer{login}}' }
  if (/^POST .*\/repos$/.test(asked)) return { name: `new-${randomUUID()}`, private: true }
  const wrong = ['name', 'role', 'permission', 'config', 'url', 'value', 'encrypted_value']
  return Object.fromEntries([...wrong, 'selected_repository_ids'].map((name) => [name, 1]))
}
