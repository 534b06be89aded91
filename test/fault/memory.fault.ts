import { expect, it, onTestFinished } from 'vitest'
import { openWorld, type World } from '../deliveries/world.ts'
import { type Measured, startProducer } from '../endurance/endurance.ts'
import { type FaultOptions, reply, startFaultServer } from '../sender/fault-server.ts'

const hooks = { well: 60, hanging: 40 }
const deliveries = 200_000
const stages = 20
const megabyte = 1024 * 1024
const flatMegabytes = 20

async function addHooks(world: World, count: number, answer: FaultOptions['answer']) {
  const server = await startFaultServer({ answer })
  onTestFinished(() => server[Symbol.asyncDispose]())
  // What is received is of no use here, and would be what grows.
  server.received.push = () => 0
  for (let n = 0; n < count; n += 1) await world.addHook({ url: server.url })
}

it('memory stays flat over two hundred thousand deliveries, with forty of a hundred hooks hanging', {
  timeout: 900_000,
}, async () => {
  const world = await openWorld()
  await addHooks(world, hooks.hanging, () => undefined)
  await addHooks(world, hooks.well, (socket) => socket.write(reply('200 OK')))
  using producer = await startProducer(world.url, world.repositoryId)
  const measured: Measured[] = []
  const perStage = deliveries / stages
  for (let stage = 1; stage <= stages; stage += 1) {
    const events = Math.ceil(perStage / hooks.well)
    measured.push(await producer.produce(events, stage * perStage))
  }
  const megabytes = measured.map(({ rss }) => Math.round(rss / megabyte))
  // What is read and compiled once, and the first rows of each hook, are there after the first stages.
  const [settled = 0, ...later] = megabytes.slice(stages / 5)
  const grown = later.map((one) => one - settled)
  expect(Math.max(...grown), `MB after each stage: ${megabytes.join(' ')}`).toBeLessThanOrEqual(
    flatMegabytes,
  )
})
