import { setTimeout as sleep } from 'node:timers/promises'
import type { App } from '../../app.ts'
import type { Tx } from '../../store/engine.ts'
import type { Query } from '../../store/query.ts'
import {
  clearBodies,
  deleteDone,
  deleteEvents,
  expireWaiting,
  findOldAttempts,
  findOldDeliveries,
  findOldEvents,
} from './queries.ts'

type RetentionApp = Pick<App, 'store' | 'now' | 'log' | 'signals'>

type Settings = {
  /** For how long deliveries, their attempts and their events are kept. */
  readonly days: number
  readonly everyMs?: number
}

/** Bodies of answers are what takes room, and are of use only to who mends a receiver. */
const bodyDays = 3
const dayMs = 86_400_000
const usualEveryMs = 3_600_000
/** A step of so many rows takes a few milliseconds, and others write between two of them. */
const rowsPerStep = 500
const betweenStepsMs = 50

/** Deletes what is too old, from time to time and in small steps (delivery 4.8). Nothing ends without a row that says so. */
export function startRetention(
  app: RetentionApp,
  { days, everyMs = usualEveryMs }: Settings,
): AsyncDisposable {
  const stopping = new AbortController()
  const sweeping = keepSweeping(app, { days, everyMs, signal: stopping.signal })
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await sweeping
    },
  }
}

type Sweeping = { readonly days: number; readonly everyMs: number; readonly signal: AbortSignal }

async function keepSweeping(app: RetentionApp, settings: Sweeping): Promise<void> {
  const { days, everyMs, signal } = settings
  while (!signal.aborted) {
    try {
      await sweep(app, days, signal)
    } catch (error) {
      // A full disk or a database that is away; the next time will do.
      app.log.error({ err: error }, 'retention.failed')
    }
    await sleep(everyMs, undefined, { signal, ref: false }).catch(() => undefined)
  }
}

async function sweep(app: RetentionApp, days: number, signal: AbortSignal): Promise<void> {
  const before = (ageDays: number) => new Date(app.now().getTime() - ageDays * dayMs).toISOString()
  const walk = { app, signal }
  await eachStep({ ...walk, find: findOldDeliveries, before: before(days) }, (tx, span) =>
    endDeliveries(app, tx, span),
  )
  await eachStep({ ...walk, find: findOldEvents, before: before(days) }, (tx, span) =>
    tx.all(deleteEvents, span),
  )
  await eachStep({ ...walk, find: findOldAttempts, before: before(bodyDays) }, (tx, span) =>
    tx.all(clearBodies, { ...span, nothing: Buffer.alloc(0) }),
  )
}

async function endDeliveries(app: RetentionApp, tx: Tx, span: Span): Promise<void> {
  const expired = await tx.all(expireWaiting, { ...span, now: app.now().toISOString() })
  await tx.all(deleteDone, span)
  for (const hookId of new Set(expired.map(({ hook_id }) => hook_id))) {
    tx.onCommit(() => app.signals.emit('hook', hookId))
  }
  if (expired.length === 0) return
  tx.onCommit(() => app.log.warn({ count: expired.length }, 'deliveries.expired'))
}

type Page = { after: number; before: string; limit: number }
type Span = { readonly from: number; readonly to: number; readonly before: string }
type Walk = {
  readonly app: RetentionApp
  readonly signal: AbortSignal
  readonly find: Query<Page, { id: number }>
  readonly before: string
}

/** Goes through the old rows of a table, a span of ids and a transaction at a time. */
async function eachStep(
  { app, signal, find, before }: Walk,
  step: (tx: Tx, span: Span) => Promise<unknown>,
): Promise<void> {
  for (let after = 0; !signal.aborted; ) {
    const rows = await app.store.read.all(find, { after, before, limit: rowsPerStep })
    const [first, last] = [rows.at(0), rows.at(-1)]
    if (!first || !last) return
    await app.store.transaction((tx) => step(tx, { from: first.id, to: last.id, before }))
    after = last.id
    await sleep(betweenStepsMs, undefined, { signal }).catch(() => undefined)
  }
}
