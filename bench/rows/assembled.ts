import { openCluster } from '../../test/support/postgres.ts'
import { startChild } from '../child.ts'
import { compared, type Place, type Row } from '../finding.ts'
import { addHooks, installSlipway } from '../installation.ts'
import { interleave } from '../measure.ts'
import type { Question } from '../programs/assembled.ts'
import { startReceivers } from '../receivers.ts'
import { sendBurst } from './deliveries.ts'

const fanOut = 20
const bursts = { quick: 50, whole: 250 }

/** Beside a queue and a client put together by hand: durable and signed, without order, records or isolation. */
const beside = (queue: Question['queue']): Row => ({
  name: queue,
  async measure({ folder, rounds, isQuick }: Place) {
    await using parts = new AsyncDisposableStack()
    const cluster = await openCluster([])
    parts.defer(cluster.close)
    const receivers = parts.use(await startReceivers({ answering: fanOut }))
    const ports = receivers.ports.answering
    const server = parts.use(await installSlipway(folder))
    await addHooks(server.load, ports)
    const program = parts.use(startChild('assembled.ts'))
    const events = isQuick ? bursts.quick : bursts.whole

    const ours = async () => (await sendBurst(server.load, receivers, { events, fanOut })).perSecond
    await ours()
    const body = (await receivers.sample()).body.toString()
    const question: Question = { queue, url: cluster.url, ports, body, events }
    const theirs = async () => (await program.ask<{ perSecond: number }>(question)).perSecond
    await theirs()
    const about = { what: `Deliveries, fan-out ${fanOut}`, unit: 'a second' }
    const against = `${queue} on PostgreSQL with undici`
    return [compared({ ...about, against }, await interleave(rounds, ours, theirs))]
  },
})

export const graphileWorker = beside('graphile-worker')
export const pgBoss = beside('pg-boss')
