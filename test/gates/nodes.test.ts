import { EventEmitter } from 'node:events'
import { expect, it, onTestFinished, vi } from 'vitest'
import type { Signals } from '../../src/app.ts'
import { startGateKeeper } from '../../src/reviews/reviews.ts'
import { openStore } from '../../src/store/store.ts'
import { openGatedPlace } from './gated-place.ts'

const deployments = 12
/** On a machine that is busy with others. */
const slowMs = 60_000

it(
  'of two nodes that see a timer fire at once, one lets each deployment go',
  async () => {
    const { server, settings, protect, deploy, statuses, events, pass } =
      await openGatedPlace('postgres')
    const store = await openStore(settings.database_url ?? '')
    onTestFinished(() => store.close())
    const other = { ...server.app, store, signals: new EventEmitter<Signals>() }
    const keeper = startGateKeeper(other)
    onTestFinished(() => keeper[Symbol.asyncDispose]())
    await protect({ wait_timer: 30 })
    const held: number[] = []
    for (let n = 0; n < deployments; n += 1) held.push((await deploy('mona')).id)

    pass(31)
    Object.assign(other, { now: server.app.now })
    other.signals.emit('holds')
    const released = ['waiting: Waits until', 'queued: Every gate of the environment has opened']
    await vi.waitFor(async () => {
      expect((await events()).filter((event) => event === 'deployment created')).toHaveLength(
        deployments,
      )
    }, 30_000)
    await keeper[Symbol.asyncDispose]()
    const told = await events()
    expect(told.filter((event) => event === 'deployment created')).toHaveLength(deployments)
    expect(told.filter((event) => event === 'deployment_status queued')).toHaveLength(deployments)
    for (const id of held) {
      const said = (await statuses(id)).map((status) => status.replace(/until .*/, 'until'))
      expect(said).toEqual(released)
    }
  },
  slowMs,
)
