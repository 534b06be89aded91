import { expect, it, vi } from 'vitest'
import { query } from '../../src/store/query.ts'
import { engines } from '../support/engines.ts'
import { openShop } from './shop.ts'

const opened = 'queued: Every gate of the environment has opened'
const queue = '/repos/octo/shop/environments/staging/queue'

/** A story of many steps, on a machine that is busy with others. */
const slowMs = 60_000

/** With two commits, the older of which is live. */
async function openQueue(mode: 'latest' | 'reject', engine: (typeof engines)[number] = 'sqlite') {
  const shop = await openShop(engine)
  const a = await shop.commit('a')
  const first = await shop.live({ ref: a })
  const b = await shop.commit('b')
  const admin = { who: 'admin', body: { mode } } as const
  expect((await shop.ask(`PUT ${queue}`, admin)).body).toEqual({ mode })

  const hears = (id: number, status: string) =>
    vi.waitFor(async () => expect((await shop.statuses(id)).at(-1)).toBe(status), 20_000)
  /** Of those that wait, the one that goes: it may be either, but one alone. */
  const released = (ids: readonly [number, number]) =>
    vi.waitFor(async () => {
      const told = await Promise.all(ids.map(shop.statuses))
      const [went, ...others] = ids.filter((_, n) => told[n]?.at(-1) === opened)
      if (went === undefined || others.length > 0) throw new Error(`went: ${went} ${others}`)
      return went
    }, 20_000)
  const refusalOf = (ref: string) =>
    shop.deploy({ ref }).then(
      () => undefined,
      ({ status, message }) => `${status} ${message.replace(/ - https:.*/, '')}`,
    )
  return { ...shop, a, b, first, hears, released, refusalOf }
}

it.each(engines)(
  'one goes at a time, and what waits gives way to what has its commit, on %s',
  async (engine) => {
    const { ask, deploy, say, commit, b, hears, released, refusalOf, a } = await openQueue(
      'latest',
      engine,
    )
    const running = await deploy({ ref: b })
    const aside = await commit('aside', 'topic')
    const c = await commit('c')
    const second = await deploy({ ref: c })
    await hears(second, `waiting: Deployment ${running} is in progress`)
    const other = await deploy({ ref: aside })
    const third = await deploy({ ref: await commit('d') })
    await hears(second, `inactive: Superseded by deployment ${third}`)
    const told = (await ask(`GET /repos/octo/shop/deployments/${second}`)).body
    expect(told).toMatchObject({ state: 'inactive', superseded_by: third })
    await say(running, 'success')
    const went = await released([other, third])
    await say(went, 'failure')
    await hears(went === third ? other : third, opened)
    await say(third, 'success')
    expect(await refusalOf(a)).toBe(`409 Conflict: Older than deployment ${third}, which is live`)
    const { status } = await ask(`POST /repos/octo/shop/deployments/${running}/rollback`)
    expect(status).toBe(201)
  },
  slowMs,
)

it(
  'what would have to wait is refused, but nobody waits for what waits',
  async () => {
    const { ask, deploy, say, a, b, hears, released, refusalOf } = await openQueue('reject')
    const lock = '/repos/octo/shop/environments/staging/lock'
    await ask(`PUT ${lock}`, { body: { reason: 'Audit' } })
    const waiting = await deploy({ ref: b })
    const also = await deploy({ ref: b })
    await hears(also, 'waiting: Locked by octo: Audit')
    await ask(`DELETE ${lock}`)
    const went = await released([waiting, also])
    expect(await refusalOf(b)).toBe(`409 Conflict: Deployment ${went} is in progress`)
    const asked = '/repos/octo/shop/environments/staging/deployability'
    expect((await ask(`GET ${asked}?ref=${b}`)).body).toMatchObject({
      deployable: false,
      verdicts: [{ gate: 'queue', verdict: 'refuse' }],
    })
    expect((await ask(`GET ${asked}?ref=${b}&target=eu`)).body.deployable).toBe(true)
    await say(went, 'success')
    const next = went === also ? waiting : also
    await hears(next, opened)
    await say(next, 'success')
    expect(await refusalOf(a)).toContain('which is live')
  },
  slowMs,
)

it(
  'a review lets it go at once where it is its turn, and an administrator before its turn',
  async () => {
    const { ask, deploy, server, octokit, at, statuses, b, commit } = await openQueue('latest')
    const mona = await server.octokit('mona')
    await octokit.repos.addCollaborator({ ...at, username: 'mona', permission: 'push' })
    const reviewers = [{ type: 'User' as const, id: (await mona.users.getAuthenticated()).data.id }]
    const staging = { ...at, environment_name: 'staging' }
    const { data } = await octokit.repos.createOrUpdateEnvironment({ ...staging, reviewers })
    const approve = (run_id: number) =>
      mona.actions.reviewPendingDeploymentsForRun({
        ...{ ...at, run_id, environment_ids: [data.id], state: 'approved', comment: '' },
      })
    const running = await deploy({ ref: b })
    await approve(running)
    expect((await statuses(running)).at(-1)).toBe(opened)

    const next = await deploy({ ref: await commit('c') })
    await approve(next)
    const overtake = (who: 'mona' | 'admin', reason: string) =>
      ask(`POST /repos/octo/shop/deployments/${next}/overtake`, { who, body: { reason } })
    expect((await overtake('mona', 'Hurry')).status).toBe(403)
    expect((await overtake('admin', ' ')).status).toBe(422)
    expect((await overtake('admin', 'The site is down')).status).toBe(200)
    expect((await statuses(next)).at(-1)).toBe('queued: Put first by octo: The site is down')
    expect((await overtake('admin', 'Again')).body.message).toMatch('waits for no review')
    const glass = `POST /repos/octo/shop/deployments/${await deploy({ ref: b })}/break-glass`
    const refused = await ask(glass, { who: 'admin', body: { reason: 'Hurry' } })
    expect(refused.body.message).toMatch('no lock and no freeze')
    const lines = await server.app.store.read.all(wordsSaid, {})
    expect(lines).toMatchObject([
      ...Array(2).fill({ action: 'review.approve', actor: 'mona' }),
      { action: 'review.refused', actor: 'mona', refusal: expect.stringContaining('Must have') },
      { action: 'review.refused', actor: 'octo', refusal: expect.stringContaining('blank') },
      { action: 'review.overtake', actor: 'octo', after: '{"reason":"The site is down"}' },
      ...Array(2).fill({ action: 'review.refused', actor: 'octo' }),
    ])
  },
  slowMs,
)

const wordsSaid = query((db, _: object) =>
  db.selectFrom('audit_entries').selectAll().where('action', 'like', 'review.%').orderBy('id'),
)

it('is set by administrators, and off unless it is', async () => {
  const { ask, deploy, refusalOf, a, b } = await openQueue('reject')
  const admin = { who: 'admin', body: { mode: 'all' } } as const
  expect((await ask(`GET ${queue}`, admin)).body).toEqual({ mode: 'reject' })
  expect((await ask(`PUT ${queue}`, { body: { mode: 'all' } })).status).toBe(404)
  expect((await ask(`PUT ${queue}`, { ...admin, body: { mode: 'some' } })).status).toBe(422)
  await ask(`PUT ${queue}`, admin)
  expect((await ask(`GET ${queue}`, admin)).body).toEqual({ mode: 'all' })
  await deploy({ ref: b })
  expect(await refusalOf(a)).toBeUndefined()
})
