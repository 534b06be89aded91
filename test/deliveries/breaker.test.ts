import { describe, expect, it } from 'vitest'
import {
  type Backlog,
  type Resumed,
  resumeDeliveries,
} from '../../src/delivery/deliveries/deliveries.ts'
import { type FaultOptions, reply, startFaultServer } from '../sender/fault-server.ts'
import { type EngineName, engines } from '../support/engines.ts'
import { eventually, openWorld, type World } from './world.ts'

const ok: FaultOptions['answer'] = (socket) => socket.write(reply('200 OK'))
const fail: FaultOptions['answer'] = (socket) => socket.write(reply('500 Oops'))
const hourMs = 3_600_000

/** A hook whose receiver can be switched between well and unwell. */
async function open(engine?: 'sqlite' | 'postgres') {
  const world = await openWorld(engine)
  const receiver = { isWell: false }
  const server = await startFaultServer({
    answer: (...given) => (receiver.isWell ? ok : fail)(...given),
  })
  const hookId = await world.addHook({ url: server.url })
  return { world, receiver, server, hookId }
}
const states = async (world: World) => (await world.deliveries()).map(({ state }) => state)
const attempted = (world: World, count: number) =>
  eventually(world.attempts, (rows) => rows.length >= count)

describe.each(engines)('P4: the breaker of a hook, on %s', (engine) => {
  it('opens, lets one probe through, and closes, across a restart', async () => {
    const { world, receiver, server, hookId } = await open(engine)
    const first = world.startDispatcher()
    for (let n = 0; n < 5; n += 1) {
      await world.happen('push', { n }, `k${n}`)
      await attempted(world, n + 1)
    }
    const opened = await eventually(
      () => world.hookState(hookId),
      (state) => state?.breaker_until !== null,
    )
    expect(opened).toMatchObject({ consecutive_failures: 5, breaker_openings: 1 })
    await world.happen('push', { n: 6 }, 'k6')
    world.advance(5_000)
    await first[Symbol.asyncDispose]()
    await using _ = world.startDispatcher()
    // The pause is no attempt.
    world.advance(1_000)
    expect((await world.attempts()).length).toBe(5)
    world.advance(5_000)
    await attempted(world, 6)
    const again = await eventually(
      () => world.hookState(hookId),
      (state) => state?.breaker_openings === 2,
    )
    expect(Date.parse(again?.breaker_until ?? '')).toBeGreaterThan(
      Date.parse(opened?.breaker_until ?? '') + 15_000,
    )
    expect(server.received.length).toBe(6)
    receiver.isWell = true
    world.advance(3 * hourMs)
    await eventually(
      () => states(world),
      (all) => all.every((state) => state === 'delivered'),
    )
    expect(await world.hookState(hookId)).toMatchObject({
      breaker_until: null,
      breaker_openings: 0,
      consecutive_failures: 0,
    })
  })
})

type Choice = readonly [Backlog, sent: readonly number[], told: Resumed]
/** The one with a statement of its own is asked of every engine. */
const latest: Choice = ['latest', [0, 3, 4, 5], { resumed: 4, cancelled: 2 }]
const choices: readonly Choice[] = [
  ['all', [0, 1, 2, 3, 4, 5], { resumed: 6, cancelled: 0 }],
  latest,
  ['none', [], { resumed: 0, cancelled: 6 }],
]
const choicesOn = (engine: EngineName) => (engine === 'sqlite' ? choices : [latest])

describe.each(engines)('a hook that fails for five days, on %s', (engine) => {
  /** Three events of one deployment and two without a key, the hook switched off at the first. */
  async function switchedOff() {
    const { world, receiver, server, hookId } = await open(engine)
    const dispatcher = world.startDispatcher()
    await world.happen('push', { n: 0 }, 'first')
    for (let n = 1; n <= 10; n += 1) {
      await attempted(world, n)
      if (n < 10) world.advance(14 * hourMs)
    }
    await eventually(
      () => world.hook(hookId),
      (hook) => hook?.active === 0,
    )
    for (const n of [1, 2, 3]) await world.happen('deployment_status', { n }, 'deployment:1')
    for (const n of [4, 5]) await world.happen('push', { n })
    return { world, receiver, server, hookId, dispatcher }
  }

  it('P5, P6: is switched off, and what happens meanwhile is held', async () => {
    const { world, hookId, dispatcher } = await switchedOff()
    await using _ = dispatcher
    expect(await world.hook(hookId)).toMatchObject({
      disabled_reason: 'No attempt has succeeded for 120 hours',
    })
    expect(await states(world)).toEqual(Array(6).fill('held'))
    expect((await world.attempts()).length).toBe(10)
    // P10: an hour and a day were each told of once.
    expect((await world.hookState(hookId))?.warnings).toBe(2)
  })

  it.each(choicesOn(engine))(
    'P6: is sent %s of its backlog once it is on again',
    async (backlog, sent, told) => {
      const { world, receiver, server, hookId, dispatcher } = await switchedOff()
      await using _ = dispatcher
      receiver.isWell = true
      server.received.length = 0
      await world.update(hookId, { active: 1, url: server.url })
      const resumed = await world.store.transaction((tx) =>
        resumeDeliveries(world.app, tx, hookId, backlog),
      )
      expect(resumed).toEqual(told)
      world.advance(20 * hourMs)
      const wanted = (n: number) => (sent.includes(n) ? 'delivered' : 'cancelled')
      await eventually(
        () => states(world),
        (all) => all.every((state, n) => state === wanted(n)),
      )
      const arrived = server.received.map(({ body }) => (JSON.parse(body) as { n: number }).n)
      expect(arrived.toSorted()).toEqual(sent)
      expect(await world.hookState(hookId)).toMatchObject({ consecutive_failures: 0, warnings: 0 })
    },
  )
})
