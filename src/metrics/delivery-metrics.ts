import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { App, AttemptSeen } from '../app.ts'
import type { Load } from '../delivery/dispatch/model.ts'
import { readGauge } from './gauges.ts'
import {
  countDisabledHooks,
  countedMax,
  countHeld,
  countOpenBreakers,
  countPending,
  findOldestUntried,
} from './queries.ts'

const attemptBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
const lagBuckets = [0.001, 0.0025, ...attemptBuckets, 60, 300, 1800]
const lanes = ['live', 'retry', 'bulk'] as const

type Watched = Pick<App, 'signals' | 'store' | 'now' | 'log'>

/** What becomes of events on their way to hooks, under the names of delivery 4.9. */
export function deliveryMetrics(registry: Registry, app: Watched, load: () => Load): void {
  countEvents(registry, app)
  countAttempts(registry, app)
  readBacklog(registry, app)
  readHooks(registry, app)
  readLoad(registry, load)
}

function countEvents(registry: Registry, { signals }: Watched): void {
  const events = new Counter({
    name: 'slipway_events_total',
    help: 'Events that became durable, by the name hooks know them by. Tells how much there is to send.',
    labelNames: ['event'],
    registers: [registry],
  })
  signals.on('event', ({ name }) => events.inc({ event: name }))
  const late = new Counter({
    name: 'webhook_late_total',
    help: 'Deliveries that later ones of their deployment overtook, because they failed for longer than the hold. Look at the receivers that fail.',
    registers: [registry],
  })
  signals.on('late', (count) => late.inc(count))
}

function countAttempts(registry: Registry, { signals }: Watched): void {
  const registers = [registry]
  const lag = new Histogram({
    name: 'webhook_first_attempt_lag_seconds',
    help: 'From an event to the beginning of its first attempt, where it waited for nothing but us. The one to watch: where it grows with a small backlog a receiver is slow, with a large one this process has not enough CPU.',
    buckets: lagBuckets,
    registers,
  })
  const durations = new Histogram({
    name: 'webhook_attempt_duration_seconds',
    help: 'How long attempts took, connecting included. Grows with slow receivers; each costs its own hook, not others.',
    buckets: attemptBuckets,
    registers,
  })
  const attempts = new Counter({
    name: 'webhook_attempts_total',
    help: 'Attempts by how they ended: 2xx to 5xx for an answer, else why there was none. Many that are not 2xx: see the deliveries of the hooks whose breaker is open.',
    labelNames: ['class'],
    registers,
  })
  signals.on('attempt', (seen) => {
    attempts.inc({ class: classOf(seen) })
    durations.observe(seen.durationMs / 1000)
    if (seen.lagMs !== null) lag.observe(seen.lagMs / 1000)
  })
}

const classOf = ({ status, outcome }: AttemptSeen) =>
  status === 0 ? outcome : `${Math.floor(status / 100)}xx`

function readBacklog(registry: Registry, { store, now, log }: Watched): void {
  readGauge(registry, log, {
    name: 'webhook_pending',
    help: `Deliveries that wait to be sent, by lane: live is what is new, retry what has failed often, bulk what was asked for again. Counted up to ${countedMax}. Grows while receivers are away; with none away, add CPU or a node.`,
    labelNames: ['lane'],
    read: async () => {
      const rows = await store.read.all(countPending, {})
      const countIn = (lane: string) => rows.find((row) => row.lane === lane)?.count ?? 0
      return lanes.map((lane) => ({ labels: { lane }, value: countIn(lane) }))
    },
  })
  readGauge(registry, log, {
    name: 'webhook_oldest_pending_age_seconds',
    help: 'Age of the oldest event that was never tried, of hooks whose breaker is closed; 0 without one. More than a few seconds: nobody sends. Is a node alive, and can it reach the database?',
    read: async () => {
      const oldest = await store.read.first(findOldestUntried, {})
      const at = oldest?.created_at
      return [{ value: at ? Math.max(now().getTime() - Date.parse(at), 0) / 1000 : 0 }]
    },
  })
  readGauge(registry, log, {
    name: 'webhook_held',
    help: `Deliveries that wait for their hook to be switched on. Counted up to ${countedMax}. Resume the hook, or they expire with the retention.`,
    read: async () => [{ value: (await store.read.first(countHeld, {}))?.count ?? 0 }],
  })
}

function readHooks(registry: Registry, { store, log }: Watched): void {
  readGauge(registry, log, {
    name: 'webhook_breaker_open',
    help: 'Hooks that are left alone for a while because they failed. Their receivers are down: tell who runs them.',
    read: async () => [{ value: (await store.read.first(countOpenBreakers, {}))?.count ?? 0 }],
  })
  readGauge(registry, log, {
    name: 'slipway_hooks_disabled',
    help: 'Hooks that were switched off because they failed for days or answered 410. Their events are held until somebody resumes the hook.',
    read: async () => [{ value: (await store.read.first(countDisabledHooks, {}))?.count ?? 0 }],
  })
}

function readLoad(registry: Registry, load: () => Load): void {
  const registers = [registry]
  new Gauge({
    name: 'webhook_in_flight',
    help: 'Attempts of this process that are under way. At its limit for long: receivers hang.',
    registers,
    collect() {
      this.set(load().inFlight)
    },
  })
  new Gauge({
    name: 'slipway_leases_held',
    help: 'Hooks that this node sends for, of several on one database; absent where there is one. 0 on one node for long, with pending deliveries: it cannot renew its lease.',
    registers,
    collect() {
      const { hooksHeld } = load()
      if (hooksHeld === null) this.remove()
      else this.set(hooksHeld)
    },
  })
}
