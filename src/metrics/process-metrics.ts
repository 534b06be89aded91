import { Counter, collectDefaultMetrics, Gauge, Histogram, type Registry } from 'prom-client'
import type { App } from '../app.ts'

const commitBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5]
const requestBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10]
const gitBuckets = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300]
const batchBuckets = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024]

type Watched = Pick<App, 'signals' | 'store'>

/** What the process is asked, how it keeps it, and how it is itself. */
export function processMetrics(registry: Registry, app: Watched, version: string): void {
  watchRequests(registry, app)
  watchGit(registry, app)
  watchStore(registry, app)
  const build = new Gauge({
    name: 'slipway_build_info',
    help: 'Always 1; the labels tell what runs.',
    labelNames: ['version', 'node', 'db'],
    registers: [registry],
  })
  const dropped = new Counter({
    name: 'slipway_spans_dropped_total',
    help: 'Spans that the collector of traces did not get, because it is away or slow. Requests do not wait for it.',
    registers: [registry],
  })
  app.signals.on('spansDropped', (count) => dropped.inc(count))
  const db = app.store.sharedUrl === null ? 'sqlite' : 'postgres'
  build.set({ version, node: process.version, db }, 1)
  collectDefaultMetrics({ register: registry })
}

function watchRequests(registry: Registry, { signals }: Watched): void {
  const registers = [registry]
  const requests = new Counter({
    name: 'slipway_http_requests_total',
    help: 'Requests by the pattern of their route. Many 5xx: see the log; many 401: somebody has an old token or guesses; 429: over a rate limit; 503: the store has more to write than it keeps up with.',
    labelNames: ['method', 'route', 'status'],
    registers,
  })
  const durations = new Histogram({
    name: 'slipway_http_request_duration_seconds',
    help: 'From the first byte of a request to the last of its answer. Where all routes are slow, look at the event loop and at commits; where one is, at git.',
    labelNames: ['route'],
    buckets: requestBuckets,
    registers,
  })
  signals.on('request', ({ method, route, status, ms }) => {
    requests.inc({ method, route, status })
    durations.observe({ route }, ms / 1000)
  })
}

function watchGit(registry: Registry, { signals }: Watched): void {
  const registers = [registry]
  const operations = new Counter({
    name: 'slipway_git_operations_total',
    help: 'Fetches (git-upload-pack) and pushes (git-receive-pack) by transport. What git refused or what broke off has failed.',
    labelNames: ['transport', 'service', 'outcome'],
    registers,
  })
  const durations = new Histogram({
    name: 'slipway_git_operation_duration_seconds',
    help: 'How long fetches and pushes took. Grows with repositories, and with slow clients.',
    labelNames: ['transport', 'service'],
    buckets: gitBuckets,
    registers,
  })
  signals.on('git', ({ transport, service, outcome, ms }) => {
    operations.inc({ transport, service, outcome })
    durations.observe({ transport, service }, ms / 1000)
  })
}

function watchStore(registry: Registry, { store }: Watched): void {
  const registers = [registry]
  const sizes = new Histogram({
    name: 'webhook_writer_batch_size',
    help: 'Transactions that became durable by one flush; 1 on PostgreSQL. Larger under load, which is as it should be.',
    buckets: batchBuckets,
    registers,
  })
  const commits = new Histogram({
    name: 'webhook_commit_seconds',
    help: 'How long the oldest transaction of a flush took, waiting for its turn included. Slow: the disk is, or the database.',
    buckets: commitBuckets,
    registers,
  })
  store.signals.on('commit', ({ transactions, ms }) => {
    sizes.observe(transactions)
    commits.observe(ms / 1000)
  })
  new Gauge({
    name: 'slipway_store_waiting',
    help: 'Transactions that wait for their turn. In the thousands requests are answered 503: the disk or the database is too slow for what is written.',
    registers,
    collect() {
      this.set(store.waiting())
    },
  })
}
