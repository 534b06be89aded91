import { setTimeout as sleep } from 'node:timers/promises'
import { parentPort, workerData } from 'node:worker_threads'
import pg from 'pg'
import { nodeIdOf, shared } from './model.ts'
import type { FromKeeper, KeeperData, ToKeeper } from './node-leases.ts'

/** A statement that takes longer counts as lost, and so does its connection: it may be half open. */
const answerWithinMs = 3_000
const tellAfterMs = 10
const reconnectMs = 500
/** An event loop that has not run for so long is taken for dead. */
const silentNanosecondsMax = 60_000_000_000n
const nanosecondsPerMs = 1_000_000n
const channel = 'slipway_deliveries'
/** The database's clock alone says when a lease ends. */
const databaseTime = (offset: string) =>
  `to_char((clock_timestamp() ${offset}) at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
const leaseEnd = databaseTime("+ $2 * interval '1 millisecond'")
const longAgo = databaseTime("- interval '1 day'")

const { url, name, times, memory } = workerData as KeeperData
const state = new BigInt64Array(memory)
const stopping = new AbortController()
const untold = new Set<string>()
let client = null as pg.Client | null
let telling: NodeJS.Timeout | undefined
let asking: Promise<unknown> = Promise.resolve()

const say = (message: FromKeeper) => parentPort?.postMessage(message)

parentPort?.on('message', (message: ToKeeper) => {
  if (message.kind === 'stop') return stopping.abort()
  untold.add(message.text)
  // However many commits there are, others are woken a hundred times a second.
  telling ??= setTimeout(tell, tellAfterMs)
})

await keep()
clearTimeout(telling)
await tell()
// A connection that is half open would not be ended for minutes; ours ends with the thread.
process.exit()

async function keep(): Promise<void> {
  while (!stopping.signal.aborted) {
    let waitMs = times.renewMs
    try {
      client ??= await connect()
      if (isAlive()) await renew(client)
    } catch (error) {
      say({ kind: 'failed', message: error instanceof Error ? error.message : String(error) })
      // The renewal may yet arrive, so a connection that was slow is not asked again.
      void client?.end().catch(() => undefined)
      client = null
      waitMs = reconnectMs
    }
    await sleep(waitMs, undefined, { signal: stopping.signal }).catch(() => undefined)
  }
}

function isAlive(): boolean {
  return process.hrtime.bigint() - Atomics.load(state, shared.beatAt) < silentNanosecondsMax
}

async function connect(): Promise<pg.Client> {
  const fresh = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: answerWithinMs,
    query_timeout: answerWithinMs,
    keepAlive: true,
  })
  fresh.on('error', () => {
    if (client === fresh) client = null
  })
  fresh.on('notification', ({ processId, payload = '' }) => {
    const own = (fresh as { processID?: number | null }).processID
    if (processId !== own) say({ kind: 'told', text: payload })
  })
  await fresh.connect()
  await fresh.query(`listen ${channel}`)
  return fresh
}

/**
 * The fence is counted from before the statement was sent, so that it falls before the end of the
 * lease however long the answer took. What was held when a fence was passed is not held any more:
 * the node goes on under another name. That goes for an answer as well that came behind the fence,
 * or the node would never claim again what it has let go of.
 */
async function renew(by: pg.Client): Promise<void> {
  const fenceAt = Atomics.load(state, shared.fenceAt)
  const isFirst = fenceAt === 0n
  const sentAt = process.hrtime.bigint()
  const isNew = isFirst || sentAt >= fenceAt
  if (isNew && !isFirst) Atomics.add(state, shared.incarnation, 1n)
  const id = nodeIdOf(name, Atomics.load(state, shared.incarnation))
  await writeLease(by, id, times.leaseMs)
  if (!isNew && process.hrtime.bigint() >= fenceAt) {
    // No longer than if it had not arrived: nobody sends for these hooks.
    await writeLease(by, id, times.leaseMs - times.fenceMs)
    return await renew(by)
  }
  Atomics.store(state, shared.fenceAt, sentAt + BigInt(times.fenceMs) * nanosecondsPerMs)
  if (!isNew) return
  say({ kind: 'renewed' })
  await ask(by, `delete from nodes where lease_until < ${longAgo}`)
}

function writeLease(by: pg.Client, id: string, forMs: number): Promise<unknown> {
  return ask(
    by,
    `insert into nodes (id, lease_until) values ($1, ${leaseEnd})
    on conflict (id) do update set lease_until = excluded.lease_until`,
    [id, forMs],
  )
}

/** One statement at a time: a renewal may come while others are told something. */
function ask(by: pg.Client, text: string, values: readonly unknown[] = []): Promise<unknown> {
  const answer = asking.then(() => by.query(text, [...values]))
  asking = answer.catch(() => undefined)
  return answer
}

async function tell(): Promise<void> {
  telling = undefined
  const texts = [...untold]
  untold.clear()
  if (texts.length === 0) return
  // Never in a transaction that writes: to notify takes a lock that all such commits share.
  if (!client) return
  const statement = 'select pg_notify($1, text) from unnest($2::text[]) as text'
  // Others look by themselves before long.
  await ask(client, statement, [channel, texts]).catch(() => undefined)
}
