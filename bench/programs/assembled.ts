import { createHmac } from 'node:crypto'
import { Logger, makeWorkerUtils, run } from 'graphile-worker'
import PgBoss from 'pg-boss'
import { Pool } from 'undici'

/** What a user would otherwise put together: a queue in PostgreSQL and undici. */
export type Question = {
  readonly queue: 'graphile-worker' | 'pg-boss'
  readonly url: string
  readonly ports: readonly number[]
  readonly body: string
  readonly events: number
}

type Job = { readonly port: number; readonly body: string }

const inFlight = 64
const eventsAtOnce = 32
const pools = new Map<number, Pool>()
const queueName = 'deliveries'

process.on('message', (question: Question) => void answer(question))

async function answer({ queue, ...question }: Question): Promise<void> {
  const perSecond = await { 'graphile-worker': byGraphileWorker, 'pg-boss': byPgBoss }[queue](
    question,
  )
  process.send?.({ perSecond })
}

type Work = Omit<Question, 'queue'>

async function byGraphileWorker({ url, ...work }: Work): Promise<number> {
  const logger = new Logger(() => () => undefined)
  const utils = await makeWorkerUtils({ connectionString: url, logger })
  await utils.migrate()
  const { deliverOne, ended } = countedTo(work)
  const runner = await run({
    connectionString: url,
    concurrency: inFlight,
    maxPoolSize: inFlight / 4,
    noHandleSignals: true,
    logger,
    preset: { worker: { localQueue: { size: inFlight * 4 }, completeJobBatchDelay: 0 } },
    taskList: { [queueName]: (job) => deliverOne(job as Job) },
  })
  const startedAt = performance.now()
  await eachEvent(work, async (jobs) => {
    await utils.addJobs(jobs.map((payload) => ({ identifier: queueName, payload })))
  })
  await ended
  const perSecond = rateSince(startedAt, work)
  await runner.stop()
  await utils.release()
  return perSecond
}

async function byPgBoss({ url, ...work }: Work): Promise<number> {
  const boss = new PgBoss({ connectionString: url, max: inFlight / 4 })
  await boss.start()
  await boss.createQueue(queueName)
  const { deliverOne, ended } = countedTo(work)
  for (let n = 0; n < 4; n += 1) {
    await boss.work<Job>(
      queueName,
      { batchSize: inFlight * 4, pollingIntervalSeconds: 0.5 },
      async (jobs) => {
        await Promise.all(jobs.map(({ data }) => deliverOne(data)))
      },
    )
  }
  const startedAt = performance.now()
  await eachEvent(work, (jobs) => boss.insert(jobs.map((data) => ({ name: queueName, data }))))
  await ended
  const perSecond = rateSince(startedAt, work)
  await boss.stop({ graceful: true, wait: true })
  return perSecond
}

const rateSince = (startedAt: number, { events, ports }: Pick<Work, 'events' | 'ports'>) =>
  (events * ports.length * 1000) / (performance.now() - startedAt)

/** Adds the jobs of each event, one for each port, in one statement; several events at a time. */
async function eachEvent(
  { events, ports, body }: Omit<Work, 'url'>,
  add: (jobs: readonly Job[]) => Promise<void>,
): Promise<void> {
  let begun = 0
  const workers = Array.from({ length: eventsAtOnce }, async () => {
    while (begun < events) {
      begun += 1
      await add(ports.map((port) => ({ port, body })))
    }
  })
  await Promise.all(workers)
}

function countedTo({ events, ports }: Pick<Work, 'events' | 'ports'>) {
  const { promise: ended, resolve } = Promise.withResolvers<void>()
  let left = events * ports.length
  const deliverOne = async (job: Job) => {
    await deliver(job)
    left -= 1
    if (left === 0) resolve()
  }
  return { deliverOne, ended }
}

async function deliver({ port, body }: Job): Promise<void> {
  const signature = createHmac('sha256', `secret-of-${port}`).update(body).digest('hex')
  const pool = pools.get(port) ?? new Pool(`http://127.0.0.1:${port}`)
  pools.set(port, pool)
  const { body: answer } = await pool.request({
    method: 'POST',
    path: '/hook',
    headers: { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${signature}` },
    body,
  })
  await answer.dump()
}
