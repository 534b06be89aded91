import { startChild } from '../child.ts'
import { atLeast, atMost, compared, type Finding, type Row } from '../finding.ts'
import {
  addHooks,
  addRepository,
  docs,
  idIn,
  installSlipway,
  postDeployment,
} from '../installation.ts'
import { interleave, type Load, openLoad, percentileOf, wallClock } from '../measure.ts'
import { type Exchange, sendAt, sendTimes } from '../pacing.ts'
import type { Slipway } from '../peers.ts'
import type { Question } from '../programs/bare-loop.ts'
import type { Arrival } from '../programs/receiver.ts'
import { startReceivers } from '../receivers.ts'

type Receivers = Awaited<ReturnType<typeof startReceivers>>

const fanOut = 20
const burst = { quick: 100, whole: 500 }

/** How fast events reach twenty hooks, from the first request to the last delivery. */
export const deliveries: Row = {
  name: 'deliveries',
  async measure({ folder, rounds, isQuick }) {
    await using receivers = await startReceivers({ answering: fanOut })
    await using server = await installSlipway(folder)
    await using loop = startChild('bare-loop.ts')
    const ports = receivers.ports.answering
    await addHooks(server.load, ports)
    const events = isQuick ? burst.quick : burst.whole
    const ours = async () => (await sendBurst(server.load, receivers, { events, fanOut })).perSecond
    await ours()
    const question = { ports, sample: await receivers.sample(), count: events * fanOut }
    const theirs = async () => {
      await receivers.begin()
      return (await loop.ask<{ perSecond: number }>(question satisfies Question)).perSecond
    }
    await theirs()
    const about = { what: `Deliveries, fan-out ${fanOut}, signed, durable`, unit: 'a second' }
    const against = 'a bare loop of undici dispatches of the same bytes'
    const rates = await interleave(rounds, ours, theirs)
    return [compared({ ...about, against, bar: atLeast(0.6) }, rates)]
  },
}

type Burst = { readonly events: number; readonly fanOut: number }

/** So many deployments as fast as they are taken; the rate at which all of their deliveries arrived. */
export async function sendBurst(load: Load, receivers: Receivers, { events, fanOut }: Burst) {
  await receivers.begin()
  const startedAt = wallClock()
  await sendTimes(load, postDeployment(), events)
  const arrivals = await receivers.arrived(events * fanOut)
  const lastAt = Math.max(...arrivals.map(({ at }) => at))
  return { perSecond: (arrivals.length * 1000) / (lastAt - startedAt) }
}

const lagHooks = 3

/** From the 201 to the first byte at a receiver, while half as much is asked as can be done. */
export const lag: Row = {
  name: 'lag',
  async measure({ folder, isQuick }) {
    await using receivers = await startReceivers({ answering: lagHooks })
    await using server = await installSlipway(folder)
    await addHooks(server.load, receivers.ports.answering)
    const sustained = { events: isQuick ? 500 : 3000, fanOut: lagHooks }
    await sendBurst(server.load, receivers, { ...sustained, events: 200 })
    const { perSecond } = await sendBurst(server.load, receivers, sustained)
    const half = perSecond / lagHooks / 2
    await receivers.begin()
    const exchanges = await sendAt(server.load, postDeployment(), {
      perSecond: half,
      ms: isQuick ? 4000 : 20_000,
    })
    const arrivals = await receivers.arrived(exchanges.length * lagHooks)
    const what = `201 to first byte, p99, at ${half.toFixed(0)} deployments/s (half of peak)`
    return lagsAt(what, { exchanges, arrivals, barMs: 25 })
  },
}

const hanging = 40
/** GitHub's limit. */
const hooksInRepository = 20
const others = ['other-1', 'other-2']
const perSecond = 20
const warmMs = 2000

/** One endpoint that answers among forty that accept what they are sent and say nothing. */
export const neighbours: Row = {
  name: 'neighbours',
  async measure({ folder, isQuick }) {
    await using receivers = await startReceivers({ answering: 1, hanging })
    await using server = await installSlipway(folder)
    const [healthy = 0] = receivers.ports.answering
    const ports = [healthy, ...receivers.ports.hanging]
    await addHooks(server.load, ports.splice(0, hooksInRepository))
    for (const name of others) {
      await addRepository(server.load, name)
      await addHooks(server.load, ports.splice(0, hooksInRepository), `/repos/octo/${name}`)
    }
    await deployEverywhere(server.slipway, warmMs)
    await receivers.begin()
    const exchanges = await deployEverywhere(server.slipway, isQuick ? 8000 : 25_000)
    const arrivals = await receivers.arrived(exchanges.length)
    const what = `201 to first byte, p99, while ${hanging} other endpoints hang`
    return lagsAt(what, { exchanges, arrivals, barMs: 200 })
  },
}

/** In the repository of the healthy endpoint, and in those where all hang; gives what was asked of the first. */
async function deployEverywhere(slipway: Slipway, ms: number): Promise<Exchange[]> {
  const repositories = [docs, ...others.map((name) => `/repos/octo/${name}`)]
  const asked = repositories.map(async (repository) => {
    using load = await openLoad(slipway)
    return await sendAt(load, postDeployment(repository), { perSecond, ms })
  })
  const [first = []] = await Promise.all(asked)
  return first
}

type Seen = { exchanges: readonly Exchange[]; arrivals: readonly Arrival[]; barMs: number }

/** A delivery that overtakes its 201 on the way was not late. */
function lagsAt(what: string, { exchanges, arrivals, barMs }: Seen): Finding[] {
  const answeredAt = new Map(exchanges.map(({ body, answeredAt }) => [idIn(body), answeredAt]))
  const lags = arrivals.flatMap(({ deployment, at }) => {
    const since = answeredAt.get(deployment)
    return since === undefined ? [] : [Math.max(0, at - since)]
  })
  return [{ what, unit: 'ms', ours: percentileOf(lags, 0.99), bar: atMost(barMs) }]
}
