import { durationMs } from '../../lib/duration.ts'
import type { DeployDocument, HealthDocument, StepDocument } from './document.ts'
import type {
  Amount,
  Build,
  Concurrency,
  Files,
  HealthCheck,
  HostSelector,
  Probe,
  Recipe,
  Rollout,
  Source,
  Step,
  Strategy,
  Timeouts,
} from './model.ts'

const msOf = (text: string | undefined, otherwise: string) => durationMs(text ?? otherwise)

/** A validated document as the rest of the agent reads it: every default present. */
export function recipeOf(
  document: DeployDocument,
  about: Pick<Recipe, 'file' | 'environment'>,
): Recipe {
  const timeouts = timeoutsOf(document)
  return {
    ...about,
    service: document.service,
    strategy: strategyOf(document),
    source: sourceOf(document),
    build: buildOf(document, timeouts),
    hosts: selectorOf(document),
    rollout: rolloutOf(document),
    health: (document.health ?? []).map(healthCheckOf),
    hooks: stepsByName(document.hooks ?? {}, timeouts),
    env: envOf(document),
    rollback: rollbackOf(document),
    timeouts,
    concurrency: concurrencyOf(document),
    url: document.url ?? null,
    tasks: stepsByName(document.tasks ?? {}, timeouts),
  }
}

const sourceOf = ({ source = {} }: DeployDocument): Source => ({
  path: source.path ?? '.',
  ignore: source.ignore ?? [],
  submodules: source.submodules ?? false,
  lfs: source.lfs ?? false,
})

const selectorOf = ({ hosts = {} }: DeployDocument): HostSelector => ({
  roles: hosts.roles ?? [],
  names: hosts.names ?? [],
  labels: hosts.labels ?? {},
  primary: hosts.primary ?? null,
})

const envOf = ({ env = {} }: DeployDocument): Recipe['env'] => ({
  clear: env.clear ?? {},
  secrets: (env.secret ?? []).map(secretNameOf),
})

const rollbackOf = ({ rollback = {} }: DeployDocument): Recipe['rollback'] => ({
  on: rollback.on ?? 'failure',
  locks: rollback.lock ?? false,
})

const concurrencyOf = ({ concurrency = {} }: DeployDocument): Concurrency => ({
  whenBusy: concurrency.when_busy ?? 'replace_pending',
  cancelsRunning: concurrency.cancel_running ?? false,
  group: concurrency.group ?? null,
})

function strategyOf({ strategy, files }: DeployDocument): Strategy {
  if (strategy !== 'files') return { kind: strategy }
  return filesOf(files ?? { deploy_to: '' })
}

function filesOf(files: NonNullable<DeployDocument['files']>): Files {
  return {
    kind: 'files',
    deployTo: files.deploy_to.replace(/(?<=.)\/+$/, ''),
    current: files.current ?? 'current',
    sharedDirs: files.shared_dirs ?? [],
    sharedFiles: files.shared_files ?? [],
    keepReleases: files.keep_releases ?? 5,
    transfer: files.transfer ?? 'archive',
    activate: files.activate ?? 'symlink',
  }
}

function buildOf({ build }: DeployDocument, timeouts: Timeouts): Build | null {
  if (!build) return null
  return {
    run: commandsOf(build.run),
    output: build.output ?? '.',
    cache: build.cache ?? [],
    timeoutMs: build.timeout ? durationMs(build.timeout) : timeouts.stepMs,
    env: build.env ?? {},
    image: build.image ?? null,
  }
}

function rolloutOf({ rollout = {} }: DeployDocument): Rollout {
  const { canary } = rollout
  return {
    maxParallel: amountOf(rollout.max_parallel ?? 1),
    pauseMs: msOf(rollout.pause, '0s'),
    maxFailures: amountOf(rollout.max_failures ?? 0),
    unreachable: rollout.unreachable ?? 'fail',
    canary: canary ? { hosts: amountOf(canary.hosts ?? 1), soakMs: msOf(canary.soak, '0s') } : null,
    order: rollout.order ?? 'inventory',
    prepareParallel: rollout.prepare_parallel ?? 10,
  }
}

function amountOf(amount: number | string): Amount {
  if (typeof amount === 'number') return { kind: 'count', count: amount }
  return { kind: 'percent', percent: Number.parseInt(amount, 10) }
}

function timeoutsOf({ timeouts = {} }: DeployDocument): Timeouts {
  return {
    totalMs: msOf(timeouts.total, '30m'),
    stepMs: msOf(timeouts.step, '10m'),
    idleMs: msOf(timeouts.idle, '5m'),
    queueMs: msOf(timeouts.queue, '1h'),
    connectMs: msOf(timeouts.connect, '10s'),
    killAfterMs: msOf(timeouts.kill_after, '10s'),
  }
}

function healthCheckOf(check: HealthDocument): HealthCheck {
  const probe = probeOf(check)
  return {
    name: check.name ?? probe.kind,
    probe,
    via: check.via ?? 'host',
    intervalMs: msOf(check.interval, '2s'),
    timeoutMs: msOf(check.timeout, '5s'),
    withinMs: msOf(check.within, '60s'),
    successes: check.successes ?? 1,
  }
}

function probeOf({ http, tcp, run = '', expect }: HealthDocument): Probe {
  if (http !== undefined) {
    const expectation = {
      statuses: [expect?.status ?? []].flat(),
      bodyContains: expect?.body_contains ?? null,
      headers: expect?.header ?? {},
    }
    return { kind: 'http', url: http, expect: expectation }
  }
  if (tcp === undefined) return { kind: 'run', run: commandsOf(run) }
  const colon = tcp.lastIndexOf(':')
  return { kind: 'tcp', host: tcp.slice(0, colon), port: Number(tcp.slice(colon + 1)) }
}

function stepsByName(
  steps: Readonly<Record<string, readonly StepDocument[]>>,
  timeouts: Timeouts,
): Record<string, Step[]> {
  const named = Object.entries(steps).map(([name, list]) => [
    name,
    list.map((step, index) => stepOf(step, `${name} ${index + 1}`, timeouts)),
  ])
  return Object.fromEntries(named)
}

function stepOf(step: StepDocument, name: string, timeouts: Timeouts): Step {
  return {
    name: step.name ?? name,
    run: commandsOf(step.run),
    on: step.on ?? 'hosts',
    roles: step.roles ?? [],
    as: step.as ?? null,
    dir: step.dir ?? null,
    env: step.env ?? {},
    timeoutMs: step.timeout ? durationMs(step.timeout) : timeouts.stepMs,
    idleTimeoutMs: step.idle_timeout ? durationMs(step.idle_timeout) : timeouts.idleMs,
    continuesOnError: step.continue_on_error ?? false,
    retries: step.retries ?? 0,
  }
}

function secretNameOf(text: string) {
  const [name = '', from = name] = text.split(':')
  return { name, from }
}

/** One script for `sh -e`: a list stops at its first command that fails. */
const commandsOf = (run: string | readonly string[]) => [run].flat().join('\n')
