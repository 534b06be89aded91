import { expect, it, vi } from 'vitest'
import { engines } from '../support/engines.ts'
import { openShop } from './shop.ts'

const queue = '/repos/octo/shop/environments/staging/queue'

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
  const refusalOf = (ref: string) =>
    shop.deploy({ ref }).then(
      () => undefined,
      ({ status, message }) => `${status} ${message.replace(/ - https:.*/, '')}`,
    )
  return { ...shop, a, b, first, hears, refusalOf }
}

it.each(engines)(
  'one goes at a time, and what waits gives way to what has its commit, on %s',
  async (engine) => {
    const { ask, deploy, say, commit, b, hears, refusalOf, a } = await openQueue('latest', engine)
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
    const opened = 'queued: Every gate of the environment has opened'
    await hears(other, opened)
    await hears(third, `waiting: Deployment ${running} is in progress`)
    await say(other, 'failure')
    await hears(third, opened)
    await say(third, 'success')
    expect(await refusalOf(a)).toBe(`409 Conflict: Older than deployment ${third}, which is live`)
    const { status } = await ask(`POST /repos/octo/shop/deployments/${running}/rollback`)
    expect(status).toBe(201)
  },
)

it('what would have to wait is refused, but nobody waits for what waits', async () => {
  const { ask, deploy, say, a, b, hears, refusalOf } = await openQueue('reject')
  const lock = '/repos/octo/shop/environments/staging/lock'
  await ask(`PUT ${lock}`, { body: { reason: 'Audit' } })
  const waiting = await deploy({ ref: b })
  const also = await deploy({ ref: b })
  await hears(also, 'waiting: Locked by octo: Audit')
  await ask(`DELETE ${lock}`)
  await hears(waiting, 'queued: Every gate of the environment has opened')
  expect(await refusalOf(b)).toBe(`409 Conflict: Deployment ${waiting} is in progress`)
  const asked = '/repos/octo/shop/environments/staging/deployability'
  expect((await ask(`GET ${asked}?ref=${b}`)).body).toMatchObject({
    deployable: false,
    verdicts: [{ gate: 'queue', verdict: 'refuse' }],
  })
  expect((await ask(`GET ${asked}?ref=${b}&target=eu`)).body.deployable).toBe(true)
  await say(waiting, 'success')
  await hears(also, 'queued: Every gate of the environment has opened')
  await say(also, 'success')
  expect(await refusalOf(a)).toContain('which is live')
})

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
