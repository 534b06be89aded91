import { EventEmitter } from 'node:events'
import { mkdirSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { openAdminSocket } from '../admin/socket.ts'
import { apiPrefix } from '../api/address.ts'
import type { App, Signals } from '../app.ts'
import { startChaining } from '../audit/chain.ts'
import { system } from '../audit/model.ts'
import type { Config } from '../config.ts'
import { Crashes } from '../delivery/crashes/crashes.ts'
import { quarantine } from '../delivery/deliveries/deliveries.ts'
import { startDispatcher } from '../delivery/dispatch/dispatch.ts'
import type { Load } from '../delivery/dispatch/model.ts'
import { isAnyNodeAlive } from '../delivery/leases/leases.ts'
import { startRetention } from '../delivery/retention/retention.ts'
import { openGit } from '../git/git.ts'
import { findBoot, startLateFlush } from '../git/late-flush/late-flush.ts'
import type { Log } from '../lib/log.ts'
import { Problem } from '../lib/problem.ts'
import type { Urls } from '../lib/urls.ts'
import { startLifetimes } from '../lifetimes/lifetimes.ts'
import type { Metrics } from '../metrics/metrics.ts'
import { providerSettingsOf } from '../openid/model.ts'
import { openProvider } from '../openid/openid.ts'
import { openRateLimiter, secondaryLimits } from '../rate-limit/rate-limit.ts'
import { rememberReads } from '../recent/recent-reads.ts'
import { startGateKeeper } from '../reviews/reviews.ts'
import { openStore, type Store } from '../store/store.ts'
import { Tracing } from '../tracing/tracing.ts'
import { openSshServer } from '../transports/transports.ts'
import { openHttpServer } from './http-server.ts'
import { lockFolder } from './lock.ts'
import { resealAll } from './sealed-columns.ts'
import { openSeal, rotateKey } from './secret-key.ts'
import { claimSharedFolder } from './shared-folder.ts'
import { findHostKey } from './shared-host-key.ts'
import { openMetricsListener, programVersion } from './watching.ts'

export type Server = AsyncDisposable & {
  readonly app: App
  /** Of the HTTP port, e.g. `http://127.0.0.1:3000`. */
  readonly url: string
}

type Ports = { http: number; ssh: number }

/**
 * Starts every part in order; disposing stops them in reverse: no new requests,
 * those in progress end, then loops, processes and the store.
 */
export async function startServer(config: Config, log: Log): Promise<Server> {
  await using parts = new AsyncDisposableStack()
  const ports = portsOf(config)
  const untraced = await openApp(parts, config, { log, urls: urlsOf(config, ports) })
  const tracing = openTracing(parts, untraced, config)
  const app = tracing?.traced(untraced) ?? untraced
  const crashes = parts.use(new Crashes(config.data, log))
  parts.use(await startLateFlush(app, findBoot()))
  await quarantine(app, crashes.start.guilty)
  const isCareful = () => crashes.start.isCareful
  const dispatcher = parts.use(startDispatcher(app, { isCareful }))
  crashes.watch(() => dispatcher.inFlight())
  parts.use(startRetention(app, { days: config.delivery_days }))
  parts.use(startGateKeeper(app))
  parts.use(startChaining(app))
  parts.use(startLifetimes(app))

  const metrics = await openMetricsOf(parts, app, { config, load: () => dispatcher.load() })
  const stopping = new AbortController()
  const http = openHttpServer(app, {
    hasPublicUrl: config.public_url !== undefined,
    stopping: stopping.signal,
    metrics,
    tracing,
  })
  parts.defer(() => drain(app, http))
  await http.listen({ host: config.host, port: config.port }).catch(explainPort(config, 'port'))
  ports.http = portOf(http.server.address())

  const hostKey = await findHostKey(config.data, app.store, app.seal)
  const sshAt = { host: config.host, port: config.ssh_port, hostKey }
  const ssh = await openSshServer(app, sshAt).catch(explainPort(config, 'ssh_port'))
  parts.use(ssh)
  ports.ssh = ssh.port

  parts.use(await openAdminSocket(app, config.data))

  parts.defer(() => stopping.abort())
  const running = parts.move()
  log.info({ url: app.urls.web, ssh: app.urls.ssh, data: config.data }, 'server.started')
  return {
    app,
    url: `http://${hostOf(config)}:${ports.http}`,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}

type Watching = { readonly config: Config; readonly load: () => Load }

/** Only where the operator says who may look: those who reach a port, or have a token. */
async function openMetricsOf(
  parts: AsyncDisposableStack,
  app: App,
  { config, load }: Watching,
): Promise<Metrics | undefined> {
  const { metrics_port: port, metrics_host: host, metrics_token: token } = config
  if (port === undefined && token === undefined) return undefined
  const { openMetrics } = await import('../metrics/metrics.ts')
  const metrics = openMetrics(app, { token, version: programVersion(), load })
  if (port === undefined) return metrics
  const listener = await openMetricsListener(metrics, { host, port }).catch(
    explainPort(config, 'metrics_port'),
  )
  parts.use(listener)
  app.log.info({ url: `http://${host}:${listener.port}/metrics` }, 'metrics.listening')
  return metrics
}

function openTracing(
  parts: AsyncDisposableStack,
  app: App,
  { otlp_endpoint: endpoint }: Config,
): Tracing | undefined {
  if (endpoint === undefined) return undefined
  return parts.use(new Tracing(app, endpoint, programVersion()))
}

const drainMs = 30_000
const sweepEveryMs = 50

/**
 * Requests in progress end, within the deadline. Their connections would then be kept alive for
 * a next request that never comes, so idle ones are closed as they appear.
 */
async function drain(app: App, http: FastifyInstance): Promise<void> {
  app.signals.emit('stopping')
  const sweep = setInterval(() => http.server.closeIdleConnections(), sweepEveryMs)
  const deadline = setTimeout(() => http.server.closeAllConnections(), drainMs)
  await http.close()
  clearInterval(sweep)
  clearTimeout(deadline)
}

type Given = Pick<App, 'log' | 'urls'>

/** The parts that listen to nobody: the folder, the store, git. */
export async function openApp(
  parts: AsyncDisposableStack,
  config: Config,
  given: Given,
): Promise<App> {
  const provider = providerSettingsOf(config)
  const store = await openDatabase(parts, config)
  const seal = await openSeal(config.data, store)
  if (config.repositories !== undefined) await claimSharedFolder(config.repositories, store)
  const root = config.repositories ?? join(config.data, 'repositories')
  const git = await openGit({ root, log: given.log })
  parts.use(git)
  const now = () => new Date()
  return {
    ...given,
    store,
    git,
    seal,
    now,
    signals: new EventEmitter<Signals>(),
    webhookAllow: config.webhook_allow ?? [],
    rateLimiter: config.rate_limit ? openRateLimiter(limitsOf(config), { now }) : undefined,
    webhookProxy: config.webhook_proxy,
    provider: provider && openProvider(provider, given),
    who: system,
  }
}

const limitsOf = (config: Config) => ({
  ...secondaryLimits,
  userPerHour: config.rate_limit_user,
  anonymousPerHour: config.rate_limit_anonymous,
})

async function openDatabase(parts: AsyncDisposableStack, config: Config): Promise<Store> {
  // Only the server's own user may look inside: keys and everybody's code lie there.
  mkdirSync(config.data, { recursive: true, mode: 0o700 })
  const lock = lockFolder(config.data)
  parts.defer(() => lock.release())
  const store = await openStore(config.database_url ?? join(config.data, 'slipway.db'))
  parts.defer(() => store.close())
  // PostgreSQL may have other writers; what is in the folder has none.
  return config.database_url === undefined ? rememberReads(store) : store
}

/**
 * Seals everything in the database with a new secret key; gives how many values
 * that was. Throws a `conflict` Problem while a server runs, here or on another
 * node: it would go on sealing with the key that it started with.
 */
export async function rotateSecretKey(config: Config): Promise<number> {
  await using parts = new AsyncDisposableStack()
  const store = await openDatabase(parts, config)
  if (await isAnyNodeAlive(store)) throw new Problem('conflict', nodesAlive)
  return await rotateKey(config.data, store, resealAll)
}

const portsOf = (config: Config): Ports => ({ http: config.port, ssh: config.ssh_port })

const nodesAlive =
  'A server still runs with this database. Stop all of them, and wait 20 seconds for one that was killed.'

/** Read when used: with port 0 the ports are known only once they are open. */
export function urlsOf(config: Config, ports: Ports = portsOf(config)): Urls {
  const web = () => config.public_url ?? `http://${hostOf(config)}:${ports.http}`
  const { hostname } = new URL(web())
  return {
    get api() {
      return `${web()}${apiPrefix}`
    },
    get web() {
      return web()
    },
    get ssh() {
      return `ssh://git@${hostname}:${ports.ssh}`
    },
  }
}

const hostOf = ({ host }: Config) => {
  if (host === '0.0.0.0' || host === '::') return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}

function portOf(address: AddressInfo | string | null): number {
  if (address !== null && typeof address === 'object') return address.port
  throw new Error('The server does not listen on a port')
}

function explainPort(config: Config, name: 'port' | 'ssh_port' | 'metrics_port') {
  return (error: unknown): never => {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code !== 'EADDRINUSE') throw error
    const isMetrics = name === 'metrics_port'
    const host = isMetrics ? config.metrics_host : config.host
    const other = isMetrics ? 'SLIPWAY_METRICS_PORT' : `--${name.replace('_', '-')}`
    throw new Problem(
      'conflict',
      `Port ${config[name]} on ${host} is in use; choose another with ${other}.`,
    )
  }
}
