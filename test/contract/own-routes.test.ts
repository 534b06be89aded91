import { request } from 'undici'
import { expect, it } from 'vitest'
import { routedUrl } from '../../src/api/address.ts'
import { ownRoutes } from '../../src/routes.ts'
import { startServer } from '../support/server.ts'

/**
 * Whom our own routes below a repository let in, asked over the wire: those of
 * its hooks and its feed have tests of their own.
 */

const environment = '/environments/:environment_name'
const read = ['ok', 'ok', 'ok', '404', '404']
const write = ['ok', 'ok', '403', '404', '401']
const administrate = ['ok', '403', '403', '404', '401']

/** What becomes of the owner, who may push, who may read, a stranger and who says no name; then of the owner's token for deployments. */
const table: Readonly<Record<string, readonly string[]>> = {
  [`GET ${environment}/lock`]: [...read, 'ok'],
  [`PUT ${environment}/lock`]: [...write, 'ok'],
  [`DELETE ${environment}/lock`]: [...write, 'ok'],
  [`GET ${environment}/deployability`]: [...read, 'ok'],
  [`GET ${environment}/freezes`]: [...read, '404'],
  [`PUT ${environment}/freezes/:freeze_name`]: [...administrate, '404'],
  [`DELETE ${environment}/freezes/:freeze_name`]: [...administrate, '404'],
  [`GET ${environment}/settings`]: [...read, '404'],
  [`PATCH ${environment}/settings`]: [...administrate, '404'],
  'GET /insights': [...read, 'ok'],
  'GET /insights/:metric/deployments': [...read, 'ok'],
  'GET /settings': [...read, '404'],
  'PATCH /settings': [...administrate, '404'],
  [`GET ${environment}/current`]: [...read, 'ok'],
  [`GET ${environment}/queue`]: [...read, '404'],
  [`PUT ${environment}/queue`]: [...administrate, '404'],
  'GET /commits/:sha/deployments': [...read, 'ok'],
  'GET /deployments/:deployment_id': [...read, 'ok'],
  'GET /deployments/:deployment_id/log': [...read, 'ok'],
  'PATCH /deployments/:deployment_id/log': [...write, 'ok'],
  'POST /deployments/:deployment_id/rollback': [...write, 'ok'],
  'POST /deployments/:deployment_id/claim': [...write, 'ok'],
  'POST /deployments/:deployment_id/secrets': [...write, 'ok'],
  [`GET ${environment}/retention`]: [...read, '404'],
  [`PUT ${environment}/retention`]: [...administrate, '404'],
  [`DELETE ${environment}/retention`]: [...administrate, '404'],
  'GET /retention': [...read, '404'],
  'PUT /retention': [...administrate, '404'],
  'DELETE /retention': [...administrate, '404'],
  'GET /audit': ['ok', '404', '404', '404', '401', '404'],
  'POST /deployments/delete': [...write, 'ok'],
  [`POST ${environment}/rename`]: [...administrate, '404'],
  'POST /deployments/:deployment_id/break-glass': [...administrate, '404'],
  'POST /deployments/:deployment_id/overtake': [...administrate, '404'],
}

const base = '/repos/:owner/:repo'

it('the table has a row for each of them', () => {
  const inServer = ownRoutes
    .filter(
      ({ path }) => path.startsWith(base) && !/^\/(?:hooks|events)\b/.test(path.slice(base.length)),
    )
    .map(({ method, path }) => `${method} ${path.slice(base.length)}`)
  expect(inServer.toSorted()).toEqual(Object.keys(table).toSorted())
})

it('they take names of environments with slashes, raw and encoded', () => {
  for (const { path } of ownRoutes.filter((route) => route.path.includes(':environment_name'))) {
    const raw = `/api/slipway/v1${path.replace(':environment_name', 'qa/eu')}`.replaceAll(':', '')
    for (const url of [raw, raw.replace('qa/eu', 'qa%2Feu')]) {
      expect(routedUrl(url, 'localhost')).toBe(raw.replace('qa/eu', 'qa%2Feu'))
    }
  }
})

it('they let in whom the table says', { timeout: 60_000 }, async () => {
  const { ask, renew } = await openPlace()
  for (const [asked, expected] of Object.entries(table)) {
    const found: string[] = []
    for (const who of ['owner', 'pusher', 'reader', 'stranger', 'nobody', 'deployer']) {
      if (asked.startsWith('DELETE')) await renew()
      const status = await ask(who, asked)
      // A body that is wrong was read, and another's lock was found.
      found.push([200, 204, 409, 422].includes(status) ? 'ok' : String(status))
    }
    expect.soft([asked, ...found]).toEqual([asked, ...expected])
  }
})

/** owner/shop, which is private, with one deployment. */
async function openPlace() {
  const server = await startServer()
  for (const login of ['owner', 'pusher', 'reader', 'stranger']) await server.user(login)
  const repository = await server.repository('owner', 'shop', { private: true })
  await server.commit(repository, { files: { 'a.txt': 'a' } })
  const octokit = await server.octokit('owner', ['repo'])
  const at = { owner: 'owner', repo: 'shop' }
  await octokit.repos.addCollaborator({ ...at, username: 'pusher', permission: 'push' })
  await octokit.repos.addCollaborator({ ...at, username: 'reader', permission: 'pull' })
  await octokit.repos.createDeployment({ ...at, ref: 'main' })
  const logins = ['owner', 'pusher', 'reader', 'stranger']
  const tokens = new Map(
    await Promise.all(
      logins.map(async (login) => [login, await server.token(login, ['repo'])] as const),
    ),
  )
  tokens.set('deployer', await server.token('owner', ['repo_deployment']))
  const params: Record<string, string> = {
    ...{
      ':environment_name': 'production',
      ':freeze_name': 'holidays',
      ':deployment_id': '1',
      ':sha': 'main',
      ':metric': 'change_lead_time',
    },
  }

  async function send(who: string, asked: string, body?: object): Promise<number> {
    const [method = '', path = ''] = asked.split(' ')
    const filled = path.replace(/:\w+/g, (name) => params[name] ?? '')
    const token = tokens.get(who)
    const answer = await request(`${server.url}/api/slipway/v1/repos/owner/shop${filled}`, {
      method,
      headers: { 'user-agent': 'test', ...(token && { authorization: `Bearer ${token}` }) },
      ...(body && { body: JSON.stringify(body) }),
    })
    await answer.body.dump()
    return answer.statusCode
  }

  const renew = async () => {
    const windows = [{ starts_at: '2026-01-01T00:00', ends_at: '2026-01-02T00:00' }]
    await send('owner', `PUT ${environment}/lock`, { reason: 'Christmas' })
    await send('owner', `PUT ${environment}/freezes/:freeze_name`, { windows })
  }
  await renew()
  const wrong = { reason: 1, calendar: 1, required_approvals: 'x', neutral_checks_pass: 'x' }
  const ask = (who: string, asked: string) =>
    send(who, asked, /^(?:GET|DELETE)/.test(asked) ? undefined : wrong)
  return { ask, renew }
}
