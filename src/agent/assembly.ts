import { mkdir } from 'node:fs/promises'
import { createServer, type Server, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { openClient, waitMsAfter } from '../client/client.ts'
import { ApiProblem, type Deployment } from '../client/model.ts'
import type { Log } from '../lib/log.ts'
import { Problem } from '../lib/problem.ts'
import type { Secret } from '../lib/secret.ts'
import { sweep } from './ending.ts'
import { Inbox } from './inbox.ts'
import { openLogStore } from './journal/log-store.ts'
import { needlesOf } from './journal/masker.ts'
import { openLedger } from './ledger/ledger.ts'
import { type Entry, nameOf, type Place } from './ledger/model.ts'
import { openLogPage } from './log-page/log-page.ts'
import { openLogSender } from './log-sender/log-sender.ts'
import type { OpenForge, Parts } from './model.ts'
import { openOutbox } from './outbox.ts'
import { Queue } from './queue.ts'
import { openReceiver } from './receiver/receiver.ts'
import type { AgentConfig, Forge, SecretPlaces } from './recipe/model.ts'
import { readSecret } from './recipe/recipe.ts'
import type { Remote } from './remote/model.ts'
import { openRemote } from './remote/remote.ts'
import { openVault } from './vault/vault.ts'

export type AgentOptions = {
  readonly config: AgentConfig
  /** Where secrets come from: main reads the environment, nobody else. */
  readonly places: SecretPlaces
  readonly log: Log
  /** How hosts are reached; by SSH unless said otherwise. */
  readonly openRemote?: (config: AgentConfig) => Promise<Remote>
  /** The journal point at which the process kills itself, to test what is true after a crash. */
  readonly crashAt?: string
  /** How long a stop waits for what runs before it cancels it. */
  readonly graceMs?: number
}

/** A running agent. Disposing it drains: nothing new starts, what runs may end. */
export type Agent = AsyncDisposable & {
  /** Where it listens, as `http://127.0.0.1:8090`. */
  readonly url: string
}

const openSshRemote = (config: AgentConfig) => openRemote(config)

const graceMsDefault = 60_000
/** Statuses that the forge does not take by then are sent at the next start. */
const settleMs = 5000
/** Longer than that the end of a deployment does not wait for its log. */
const flushMs = 2000

/**
 * Starts the third party: it receives deployments, runs them and reports how they ended.
 * Throws Problem `conflict` when another agent works in its data folder, `invalid` for a secret it cannot read.
 */
export async function startAgent(options: AgentOptions): Promise<Agent> {
  const { config, log } = options
  await using resources = new AsyncDisposableStack()
  await mkdir(config.agent.dataDir, { recursive: true, mode: 0o700 })
  const stop = new AbortController()
  const ledger = resources.use(
    await openLedger({ folder: config.agent.dataDir, onDurable: crasher(options.crashAt) }),
  )
  const logs = resources.use(
    await openLogStore({
      folder: join(config.agent.dataDir, 'logs'),
      bytesMax: config.logs.bytesMax,
    }),
  )
  const remote = resources.use(await (options.openRemote ?? openSshRemote)(config))
  const forges = new Map<string, OpenForge>()
  for (const forge of config.forges) {
    const opened = await openForge(options, forge)
    for (const one of [opened.client, opened.vault]) resources.use(one)
    forges.set(forge.name, opened)
  }
  const clientOf = (name: string) => forges.get(name)?.client
  const sending = { ledger, logs, log, signal: stop.signal }
  const logSender = resources.use(openLogSender({ ...sending, forges: keepersOf(config, forges) }))
  // Whoever follows a log stops where the end is told.
  const beforeEnd = (place: Place) => logSender.flush(place, flushMs)
  const outbox = openOutbox({ ledger, log, clientOf, signal: stop.signal, beforeEnd })
  const secrets = [...forges.values()].flatMap(({ token, webhookSecrets }) => [
    token,
    ...webhookSecrets,
  ])
  const needles = needlesOf(secrets)
  const parts: Parts = {
    config,
    places: options.places,
    forges,
    ledger,
    outbox,
    logSender,
    remote,
    logs,
    log,
    needles,
    signal: stop.signal,
  }
  const queue = new Queue(parts)
  const inbox = new Inbox(parts, queue)
  resources.use(await keepTidy(parts))
  recover(parts, queue, inbox)
  const server = resources.use(await listen(parts, inbox))
  const polls = config.forges.map((forge) => poll(parts, inbox, forge))
  for (const setting of unsupportedOf(config)) log.warn({ setting }, 'agent.not_available_yet')
  log.info({ url: server.url, agent: config.agent.id }, 'agent.started')
  const owned = resources.move()
  return {
    url: server.url,
    [Symbol.asyncDispose]: async () => {
      await queue.drain(options.graceMs ?? graceMsDefault)
      await outbox.settle(settleMs)
      stop.abort()
      await Promise.all(polls)
      await outbox.settle(settleMs)
      await owned.disposeAsync()
      log.info({ agent: config.agent.id }, 'agent.stopped')
    },
  }
}

/** What agent.yml may ask for and does not get: said at the start, not found out later. */
function unsupportedOf({ forges, logs }: AgentConfig): string[] {
  const streams = forges.filter(({ intake }) => intake.includes('stream'))
  return [
    ...streams.map(({ name }) => `forges ${name}: intake stream; it is polled instead`),
    ...(logs.access === 'link'
      ? []
      : [`logs.access ${logs.access}; whoever has the link may read`]),
  ]
}

const tidyMs = 24 * 60 * 60 * 1000

/** Removes old logs, now and every day. */
async function keepTidy({ logs, log, config }: Parts): Promise<AsyncDisposable> {
  const tidy = () => logs.prune(new Date(Date.now() - config.logs.retentionMs))
  await tidy()
  const onError = (error: unknown) => log.error({ err: error }, 'logs.not_pruned')
  const timer = setInterval(() => tidy().catch(onError), tidyMs).unref()
  return { [Symbol.asyncDispose]: async () => clearInterval(timer) }
}

function crasher(crashAt: string | undefined): (entry: Entry) => void {
  return (entry) => {
    const point = entry.kind === 'ran' ? entry.entry.point : entry.kind
    if (point === crashAt) process.kill(process.pid, 'SIGKILL')
  }
}

/** The forges that are asked whether they keep logs. */
const keepersOf = ({ logs }: AgentConfig, forges: ReadonlyMap<string, OpenForge>) =>
  logs.publish === 'agent'
    ? new Map<string, never>()
    : new Map([...forges].map(([name, { forge, token }]) => [name, serverOf(forge, token)]))

const serverOf = ({ apiUrl }: Forge, token: Secret) => ({
  apiUrl,
  token,
  userAgent: 'slipway-agent',
})

async function openForge({ places }: AgentOptions, forge: Forge): Promise<OpenForge> {
  const token = await readSecret(forge.token, places)
  const sources = forge.webhook?.secrets ?? []
  const webhookSecrets = await Promise.all(sources.map((source) => readSecret(source, places)))
  const server = serverOf(forge, token)
  const vault = openVault({ ...server, forge: forge.name })
  return { forge, client: openClient(server), token, webhookSecrets, vault }
}

/** Takes every deployment on from where the journal left it (agent 3.2). */
function recover(parts: Parts, queue: Queue, inbox: Inbox): void {
  parts.outbox.wake()
  parts.logSender.wake()
  for (const one of parts.ledger.interrupted()) queue.resume(one)
  for (const one of parts.ledger.all()) {
    const isBefore = ['received', 'accepted', 'queued'].includes(one.phase)
    if (isBefore) inbox.admit(one, one.accepted?.deployment.environment ?? '')
    if (one.needsSweep)
      sweep(parts, one).catch((error: unknown) => parts.log.error({ err: error }, 'sweep.failed'))
  }
}

type Listening = AsyncDisposable & { readonly url: string }

async function listen(parts: Parts, inbox: Inbox): Promise<Listening> {
  const { host, port } = parts.config.agent.listen
  const doors = doorsOf(parts, inbox)
  const server = createServer((request, response) => {
    if (request.url === '/healthz') answerHealth(response, parts)
    else if (!doors.some((door) => door(request, response)))
      response.writeHead(404).end('Not found\n')
  })
  server.requestTimeout = 30_000
  const listening = Promise.withResolvers<void>()
  server.once('error', (cause: Error) =>
    listening.reject(
      new Problem('unavailable', `Cannot listen on ${host}:${port}: ${cause.message}`),
    ),
  )
  server.listen(port, host, listening.resolve)
  await listening.promise
  return { url: urlOf(server, host), [Symbol.asyncDispose]: () => close(server) }
}

/** A full disk is for the operator to see: nothing can be accepted any more. */
function answerHealth(response: ServerResponse, { ledger }: Parts): void {
  response.writeHead(ledger.isBroken ? 503 : 200)
  response.end(ledger.isBroken ? 'the journal cannot be written\n' : 'ok\n')
}

function urlOf(server: Server, host: string): string {
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}

/** Readers of live logs stay as long as they are let. */
async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeAllConnections()
  await closed
}

/** One door for each webhook path, behind which every forge of that path may stand; then the logs. */
function doorsOf(parts: Parts, inbox: Inbox) {
  const { ledger, log, logs } = parts
  const onError = (error: unknown) => log.error({ err: error }, 'request.failed')
  const withHook = [...parts.forges.values()].filter(({ forge }) => forge.webhook !== null)
  const receivers = [...Map.groupBy(withHook, ({ forge }) => forge.webhook?.path ?? '')].map(
    ([path, forges]) =>
      openReceiver({
        path,
        senders: forges.map(({ forge, webhookSecrets }) => ({
          name: forge.name,
          secrets: webhookSecrets,
        })),
        bodyBytesMax: Math.max(...forges.map(({ forge }) => forge.webhook?.bodyBytesMax ?? 0)),
        receive: (forge, notice) => inbox.receive(forge, notice),
        onError,
      }),
  )
  const isEnded = (name: string) =>
    ['ended', 'settled', undefined].includes(ledger.findByLog(name)?.phase)
  return [...receivers, openLogPage({ logs, isEnded, onError })]
}

/** Deployments that nothing happened to for a day are not looked at: they are history. */
const historyMs = 24 * 60 * 60 * 1000

/**
 * Finds what no webhook brought: at the start, and then slowly for ever (agent 4). Only
 * repositories that a rule names in full can be asked for.
 */
async function poll(parts: Parts, inbox: Inbox, forge: Forge): Promise<void> {
  const repositories = new Set(
    parts.config.rules
      .filter((rule) => rule.forge === null || rule.forge === forge.name)
      .flatMap(({ repos }) => repos.filter((name) => !/[*?]/.test(name))),
  )
  const etags = new Map<string, string | undefined>()
  let failures = 0
  while (!parts.signal.aborted) {
    try {
      for (const repository of repositories)
        await catchUp(parts, inbox, { forge, repository, etags })
      failures = 0
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error
      failures += 1
      parts.log.warn({ forge: forge.name, problem: error.message }, 'poll.failed')
    }
    const waitMs = failures > 0 ? waitMsAfter(failures) : forge.pollIntervalMs
    await wait(waitMs, undefined, { signal: parts.signal }).catch(() => undefined)
  }
}

type Polling = {
  readonly forge: Forge
  readonly repository: string
  readonly etags: Map<string, string | undefined>
}

async function catchUp(
  parts: Parts,
  inbox: Inbox,
  { forge, repository, etags }: Polling,
): Promise<void> {
  const client = parts.forges.get(forge.name)?.client
  const found = await client?.pollDeployments(repository, etags.get(repository))
  if (found?.kind !== 'changed') return
  const isRecent = ({ updated_at }: Deployment) => Date.parse(updated_at) > Date.now() - historyMs
  // Oldest first, as they were made.
  for (const { id, environment, task } of found.value.filter(isRecent).reverse()) {
    const known = parts.ledger.find({ forge: forge.name, id })
    if (known !== undefined) continue
    const became = await inbox.receive(forge.name, {
      repository,
      id,
      environment,
      task,
      status: null,
    })
    if (became === 'accepted')
      parts.log.info({ deployment: nameOf({ forge: forge.name, id }) }, 'poll.found')
  }
  // Kept only when all went well, so that nothing is missed.
  etags.set(repository, found.etag)
}
