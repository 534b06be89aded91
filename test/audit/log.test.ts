import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createOrganization } from '../../src/accounts/accounts.ts'
import { openGatedPlace } from '../gates/gated-place.ts'
import { run } from '../support/program.ts'
import { startServer, type TestServer } from '../support/server.ts'

/** Starts the program several times, on a machine that is busy with others. */
const slowMs = 120_000

type Login = 'octo' | 'mona' | 'hubot'
const member = { org: 'acme', team_slug: 'web', username: 'hubot' }

/** Reviewed by mona, octo and the team of hubot, and by nobody who asked for the deployment. */
async function openReviewed() {
  const place = await openGatedPlace()
  const { server, as, tokens } = place
  const { data: team } = await as('octo').teams.create({ org: 'acme', name: 'web' })
  await as('octo').teams.addOrUpdateMembershipForUserInOrg(member)
  const shared = { org: 'acme', team_slug: 'web', owner: 'acme', repo: 'shop' }
  await as('octo').teams.addOrUpdateRepoPermissionsInOrg({ ...shared, permission: 'push' })
  const reviewers = [
    { type: 'User', id: place.mona.id },
    { type: 'User', id: place.octo.id },
    { type: 'Team', id: team.id },
  ]
  const id = await place.protect({ reviewers, prevent_self_review: true, wait_timer: 30 })
  const post = async (token: string, path: string, body: object): Promise<string> => {
    const headers = { authorization: `Bearer ${token}`, 'user-agent': 'test' }
    const url = `${server.apiUrl}/repos/acme/shop/actions/runs/${path}`
    const sent = { method: 'POST', headers, body: JSON.stringify(body) }
    const answer = await fetch(url, sent)
    return `${answer.status} ${JSON.stringify(await answer.json())}`
  }
  const approve = (who: Login, run_id: number, changes: object = {}) => {
    const review = { environment_ids: [id], comment: 'Fine', state: 'approved', ...changes }
    return post(tokens[who], `${run_id}/pending_deployments`, review)
  }
  const answer = (token: string, run_id: number) => {
    const body = { environment_name: 'production', state: 'approved' }
    return post(token, `${run_id}/deployment_protection_rule`, body)
  }
  return { ...place, environmentId: id, approve, answer }
}

it('has a line of every approval that does not count: who tried, and why not', async () => {
  const { server, as, at, deploy, approve, answer, ...place } = await openReviewed()
  await server.commit(place.repository, { files: { 'a.txt': 'b' } })
  const { id: mine } = await deploy('mona')
  const { id: other } = await deploy('octo')
  const git = await server.octokit('octo')
  const leave = () => as('octo').teams.removeMembershipForUserInOrg(member)
  const withdraw = () => as('octo').repos.removeCollaborator({ ...at, username: 'mona' })
  const { sha } = place
  const push = () => git.git.updateRef({ ...at, ref: 'heads/main', sha, force: true })
  const both = { environment_ids: [place.environmentId, place.environmentId + 1] }

  const table: [string, () => Promise<string>, string, string | null][] = [
    ['one’s own', () => approve('mona', mine), '403 nobody reviews their own', 'mona'],
    [
      'two environments',
      () => approve('hubot', mine, both),
      '422 environment_ids must be',
      'hubot',
    ],
    ['a forged token', () => answer('ghs_forged', mine), '401 Bad credentials', null],
    [
      'of an App not asked',
      () => answer(place.tokens.app, mine),
      '403 Resource not',
      'gatekeeper[bot]',
    ],
    ['the first', () => approve('octo', mine), '200', null],
    ['twice', () => approve('octo', mine), '422 has approved this deployment already', 'octo'],
    ['a rejection', () => approve('hubot', mine, { state: 'rejected' }), '200', null],
    ['after it', () => approve('octo', mine), '422 waits for no review', 'octo'],
    [
      'of who left the team',
      () => leave().then(() => approve('hubot', other)),
      '403 hubot is not',
      'hubot',
    ],
    [
      'after a force-push',
      () => push().then(() => approve('mona', other)),
      '422 no longer leads',
      'mona',
    ],
    [
      'of who may not read',
      () => withdraw().then(() => approve('mona', other)),
      '404 Not Found',
      'mona',
    ],
  ]
  const refused: object[] = []
  for (const [what, attempt, expected, login] of table) {
    const [status = '', ...words] = expected.split(' ')
    const refusal = words.join(' ')
    expect(await attempt(), what).toMatch(new RegExp(`^${status} .*${refusal}`, 's'))
    if (status !== '200') refused.push({ login, refusal: expect.stringContaining(refusal) })
  }

  const read = await readerOf(server, 'octo')
  const { body } = await read('/repos/acme/shop/audit?phrase=is:refused')
  const lines = body.toReversed()
  expect(lines.map(({ actor, refusal }) => ({ login: actor.login, refusal }))).toEqual(refused)
  for (const line of lines) {
    expect(line).toMatchObject({
      address: '127.0.0.1',
      user_agent: 'test',
      repository: 'acme/shop',
    })
    expect(line.request_id).toMatch(/^[0-9A-F:]{36}$/)
  }
})

type Entry = {
  actor: { login: string | null }
  action: string
  refusal: string
  request_id: string
}

/** Asks our own API, with every scope there is for reading the log. */
async function readerOf(server: TestServer, login: string) {
  const token = await server.token(login, ['repo', 'read:audit_log', 'site_admin'])
  return async (path: string) => {
    const headers = { authorization: `Bearer ${token}`, 'user-agent': 'test' }
    const url = path.startsWith('/') ? `${server.url}/api/slipway/v1${path}` : path
    const answer = await fetch(url, { headers })
    const next = /<(.*)>; rel="next"/.exec(answer.headers.get('link') ?? '')?.[1]
    return { status: answer.status, next, body: (await answer.json()) as Entry[] }
  }
}

it(
  'is for administrators to read, a page at a time, and for the operator to export and check',
  async () => {
    const server = await startServer()
    const root = await server.user('root', { admin: true })
    await server.user('guest')
    await createOrganization(server.app, 'acme', root)
    await server.repository('acme', 'shop')
    const shop = { owner: 'acme', repo: 'shop' }
    const at = { ...shop, environment_name: 'production' }
    const octokit = await server.octokit('root')
    await octokit.repos.createOrUpdateEnvironment({ ...at, wait_timer: 5 })
    await octokit.repos.createWebhook({
      ...shop,
      config: { url: 'https://example.com/T0/s3cret', secret: 'hush' },
    })
    await octokit.repos.deleteAnEnvironment(at)

    const [read, guest] = [await readerOf(server, 'root'), await readerOf(server, 'guest')]
    const actionsIn = ({ body }: { body: Entry[] }) => body.map(({ action }) => action)
    const first = await read('/repos/acme/shop/audit?per_page=2')
    expect(actionsIn(first)).toEqual(['environment.delete', 'hook.create'])
    const second = await read(first.next ?? 'none')
    expect(actionsIn(second)).toEqual(['environment.update', 'environment.create'])
    expect(second.next).toBeUndefined()
    expect(second.body[0]).toMatchObject({ actor: { login: 'root' }, token: { kind: 'personal' } })
    expect(JSON.stringify(first.body)).not.toMatch(/s3cret|hush/)
    const lines = await read('/orgs/acme/audit?phrase=action:environment+actor:root')
    expect(actionsIn(lines)).toEqual([
      'environment.delete',
      'environment.update',
      'environment.create',
    ])
    expect((await read('/audit?phrase=action:user.create')).body).toHaveLength(2)
    expect((await read('/audit?phrase=nonsense')).status).toBe(400)
    for (const path of ['/repos/acme/shop/audit', '/orgs/acme/audit', '/audit']) {
      expect([403, 404]).toContain((await guest(path)).status)
    }

    const operate = (...args: string[]) => run(['audit', ...args, '--data', server.data])
    const { stdout } = await operate('export')
    const exported = stdout.trim().split('\n')
    expect(exported.length).toBeGreaterThan(5)
    const file = join(server.data, 'audit.jsonl')
    writeFileSync(file, stdout.replace('environment.delete', 'environment.update'))
    const position = exported.findIndex((line) => line.includes('environment.delete')) + 1
    const broken = await operate('verify', file)
    expect(broken).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`Entry ${position} of`),
    })
    await server.stop()
    const whole = await operate('verify')
    expect(whole).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`${exported.length} entries`),
    })

    const links = exported.map((line): { created_at: string; hash: string } => JSON.parse(line))
    const middle = links[3]
    if (!middle) throw new Error('There are more than three')
    const since = await operate('export', '--since', middle.created_at)
    const later = links.filter(({ created_at }) => created_at >= middle.created_at)
    expect(since.stdout.trim().split('\n')).toEqual(exported.slice(-later.length))
    writeFileSync(file, exported.slice(0, 4).join('\n'))
    const [noted, cut, unreadable] = await Promise.all([
      operate('verify', file, '--noted', `4:${middle.hash}`),
      operate('verify', file, '--noted', `5:${links[4]?.hash}`),
      operate('export', '--since', 'yesterday'),
    ])
    expect(noted).toMatchObject({ code: 0, stdout: expect.stringContaining(`4:${middle.hash}`) })
    expect(cut).toMatchObject({ code: 1, stderr: expect.stringContaining('its end was cut off') })
    expect(unreadable.stderr).toMatch('--since cannot be "yesterday": use a date or a time')
  },
  slowMs,
)
