import fc from 'fast-check'
import { expect, it } from 'vitest'
import { redeliver } from '../../src/delivery/deliveries/deliveries.ts'
import { eventually, openWorld } from '../deliveries/world.ts'
import { type Arrival, disorderIn } from '../leases/nodes.ts'
import { reply, startFaultServer } from '../sender/fault-server.ts'
import { until } from '../support/program.ts'

const outcomes = fc.constantFrom('200 OK', '200 OK', '500 Oops', '429 Slow', 'hang up')
const steps = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom('a', 'b', 'c') },
    { weight: 2, arbitrary: fc.constant('restart') },
    { weight: 2, arbitrary: fc.constant('later') },
  ),
  { minLength: 10, maxLength: 40 },
)

it('O1: first arrivals of a key are in order, whatever receivers do and however often we restart', async () => {
  const script = fc.record({ steps, outcomes: fc.array(outcomes, { minLength: 5 }) })
  await fc.assert(
    fc.asyncProperty(script, async (run) => {
      expect(await playedOut(run.steps, run.outcomes)).toEqual([])
    }),
    { numRuns: 15 },
  )
})

/** Plays the steps, lets everything end well, and gives what was out of order. */
async function playedOut(steps: readonly string[], outcomes: readonly string[]) {
  const world = await openWorld()
  const arrived: Arrival[] = []
  let isOver = false
  await using server = await startFaultServer({
    answer: (socket, { head, body }) => {
      const hook = head.match(/X-GitHub-Hook-ID: (\d+)/i)?.[1] ?? ''
      arrived.push({ ...(JSON.parse(body) as { key: string; n: number }), hook })
      const outcome = isOver ? '200 OK' : outcomes[arrived.length % outcomes.length]
      if (outcome === 'hang up') socket.destroy()
      else socket.write(reply(outcome ?? ''))
    },
  })
  for (let n = 0; n < 3; n += 1) await world.addHook({ url: server.url })
  let dispatcher = world.startDispatcher()
  for (const [n, step] of steps.entries()) {
    if (step === 'later') world.advance(70_000)
    else if (step === 'restart') {
      await dispatcher[Symbol.asyncDispose]()
      dispatcher = world.startDispatcher()
    } else await world.happen('deployment_status', { n, key: step }, `deployment:${step}`)
  }
  isOver = true
  await until(async () => {
    world.advance(3_600_000)
    return (await world.deliveries()).every(({ state }) => state === 'delivered')
  })
  await dispatcher[Symbol.asyncDispose]()
  await world.close()
  return disorderIn(arrived)
}

it('O4, P8: a redelivery while a retry waits is one attempt, and the schedule goes on from it', async () => {
  const world = await openWorld()
  let status = '500 Oops'
  await using server = await startFaultServer({
    answer: (socket) => socket.write(reply(status)),
  })
  const hookId = await world.addHook({ url: server.url })
  await using _ = world.startDispatcher()
  await world.happen('push', {})
  await eventually(world.attempts, (rows) => rows.length === 1)
  await redeliver(world.app, { id: 1, hook_id: hookId })
  await eventually(world.attempts, (rows) => rows.length === 2)
  const [row] = await world.deliveries()
  expect(row).toMatchObject({ state: 'pending', attempts: 2 })
  // The third wait of the schedule, jittered.
  expect(Date.parse(row?.next_at ?? '') - world.app.now().getTime()).toBeGreaterThan(10_000)
  status = '200 OK'
  world.advance(31_000)
  await eventually(world.deliveries, ([one]) => one?.state === 'delivered')
  expect((await world.attempts()).map(({ n, trigger }) => [n, trigger])).toEqual([
    [1, 'auto'],
    [2, 'manual'],
    [3, 'manual'],
  ])
})
