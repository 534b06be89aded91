import { describe, expect, it } from 'vitest'
import { holdDeliveries } from '../../src/delivery/deliveries/deliveries.ts'
import { openMetrics } from '../../src/metrics/metrics.ts'
import { query } from '../../src/store/query.ts'
import { openWorld, type World } from '../deliveries/world.ts'
import { engines } from '../support/engines.ts'

const openBreaker = query((db, p: { hook_id: number; until: string }) =>
  db.updateTable('hook_states').set({ breaker_until: p.until }).where('hook_id', '=', p.hook_id),
)
const disable = query((db, p: { id: number; at: string }) =>
  db.updateTable('hooks').set({ disabled_at: p.at }).where('id', '=', p.id),
)

/** What a first look shows of the deliveries: each look of one server is kept for a moment. */
async function look({ app }: World) {
  const load = () => ({ inFlight: 0, hooksHeld: null })
  const { registry } = openMetrics(app, { token: undefined, version: '0', load })
  const valuesOf = async (name: string) => (await registry.getSingleMetric(name)?.get())?.values
  const onlyIn = async (name: string) => (await valuesOf(name))?.[0]?.value
  return {
    live: (await valuesOf('webhook_pending'))?.find(({ labels }) => labels['lane'] === 'live')
      ?.value,
    oldestAge: await onlyIn('webhook_oldest_pending_age_seconds'),
    held: await onlyIn('webhook_held'),
    breakersOpen: await onlyIn('webhook_breaker_open'),
    disabled: await onlyIn('slipway_hooks_disabled'),
  }
}

describe.each(engines)('the backlog as metrics on %s', (engine) => {
  it('shows what waits, for how long, and what it waits for', async () => {
    const world = await openWorld(engine)
    const nothing = { live: 0, oldestAge: 0, held: 0, breakersOpen: 0, disabled: 0 }
    expect(await look(world)).toEqual(nothing)

    const hook_id = await world.addHook({ url: 'http://127.0.0.1:1/' })
    await world.happen('deployment', { n: 1 })
    world.advance(90_000)
    await world.happen('deployment', { n: 2 })
    const waiting = await look(world)
    expect(waiting).toMatchObject({ ...nothing, live: 2, oldestAge: expect.any(Number) })
    expect(waiting.oldestAge).toBeGreaterThanOrEqual(90)

    // A receiver that is known to be ill is no sign that nobody sends.
    const at = world.app.now().toISOString()
    await world.store.transaction((tx) => tx.all(openBreaker, { hook_id, until: at }))
    expect(await look(world)).toEqual({ ...nothing, live: 2, breakersOpen: 1 })

    await world.store.transaction(async (tx) => {
      await tx.all(disable, { id: hook_id, at })
      await holdDeliveries(world.app, tx, hook_id)
    })
    expect(await look(world)).toEqual({ ...nothing, held: 2, breakersOpen: 1, disabled: 1 })
  })

  it('does not show what cannot be read', async () => {
    const world = await openWorld(engine)
    await world.close()
    expect(await look(world)).toMatchObject({ oldestAge: undefined, held: undefined })
  })
})
