import { join } from 'node:path'
import { Problem } from '../../lib/problem.ts'
import type { AgentConfig, Host } from '../recipe/model.ts'
import type { FetchedSource } from '../source/model.ts'
import { openSources } from '../source/source.ts'
import type { Ssh } from '../ssh/model.ts'
import { openSsh } from '../ssh/ssh.ts'
import { cleanHosts, forEachHost, inspectHost } from './fleet.ts'
import { releaseNameOf } from './host-state.ts'
import type { RunContext } from './host-steps.ts'
import type { HostsOf, Remote, Run, RunOutcome } from './model.ts'
import { ended } from './outcome.ts'
import { countOf, prepareFleet } from './prepare.ts'
import { publishFleet } from './publish.ts'
import { recover, waitForQuiet } from './recover.ts'
import { chooseRollback, refusalOf } from './rollout.ts'

export type RemoteOptions = {
  /** How long a step outlives a vanished agent on its host. */
  readonly leaseSeconds?: number
  readonly connectTimeoutMs?: number
}

const leaseSecondsDefault = 30
const connectTimeoutMsDefault = 10_000
const quietGraceMs = 15_000

/**
 * The agent's way out: one ssh configuration with pinned keys for all hosts and
 * git servers of `config`. Throws Problem `invalid` for a path ssh cannot take.
 */
export async function openRemote(
  config: AgentConfig,
  options: RemoteOptions = {},
): Promise<Remote> {
  const { dataDir } = config.agent
  const leaseSeconds = options.leaseSeconds ?? leaseSecondsDefault
  const ssh = await openSsh({
    folder: join(dataDir, 'ssh'),
    hosts: config.inventory,
    gitRemotes: config.rules.map(({ git }) => git),
    identities: config.identities,
    connectTimeoutMs: options.connectTimeoutMs ?? connectTimeoutMsDefault,
    leaseSeconds,
  })
  const sources = openSources({
    folder: join(dataDir, 'sources'),
    workFolder: join(dataDir, 'work'),
    access: ssh.git,
    explain: ssh.explain,
  })
  const parts = { config, ssh, quietMs: leaseSeconds * 1000 + quietGraceMs }
  return {
    fetchSource: sources.fetch,
    runDeployment: (run) => deploy(parts, run, run.source),
    findRollback: async (where) => chooseRollback(await inspectAll(parts, where), where.to),
    runRollback: (run) => rollBack(parts, run),
    recoverRun: (run) => resume(parts, run),
    inspectHosts: (where) => inspectAll(parts, where),
    cleanPartials: (where) => clean(parts, where),
    [Symbol.asyncDispose]: () => ssh[Symbol.asyncDispose](),
  }
}

type Parts = { readonly config: AgentConfig; readonly ssh: Ssh; readonly quietMs: number }

function contextOf(
  { config, ssh }: Parts,
  run: Run,
  release: { name: string; sha: string },
): RunContext {
  let steps = 0
  const total = AbortSignal.timeout(run.recipe.timeouts.totalMs)
  return {
    ...run,
    ssh,
    agentId: config.agent.id,
    release: release.name,
    sha: release.sha,
    before: new Map(),
    hostsAtOnce: config.limits.hosts,
    cancelled: run.signal,
    signal: AbortSignal.any([run.signal, total]),
    nextStep: () => {
      steps += 1
      return steps
    },
  }
}

async function deploy(parts: Parts, run: Run, source: FetchedSource): Promise<RunOutcome> {
  const { id, sha } = run.deployment
  return await carryOut(
    contextOf(parts, run, { name: releaseNameOf(id, sha), sha }),
    run.hosts,
    source,
  )
}

async function rollBack(
  parts: Parts,
  run: Parameters<Remote['runRollback']>[0],
): Promise<RunOutcome> {
  const { release, sha } = run.choice
  return await carryOut(contextOf(parts, run, { name: release, sha }), run.hosts, null)
}

/** Prepare everywhere, then publish (agent D4). Without a source the release must be there already. */
async function carryOut(
  run: RunContext,
  hosts: readonly Host[],
  source: FetchedSource | null,
): Promise<RunOutcome> {
  const startedAt = performance.now()
  const refusal = refusalOf(run.recipe, { allow: run.allow, hosts })
  if (refusal) return ended({ kind: 'errored', host: null, reason: refusal })
  const fleet = await prepareFleet(run, hosts, source).catch(asTrouble)
  if ('kind' in fleet) return ended(fleet)
  run.log(`Prepared on ${countOf(fleet.hosts)}`)
  return await publishFleet(run, fleet, startedAt)
}

/** What the recipe asks of git or ssh and cannot have is an outcome; anything else is a bug. */
function asTrouble(error: unknown) {
  if (!(error instanceof Problem)) throw error
  return { kind: 'errored' as const, host: null, reason: error.message }
}

async function resume(parts: Parts, run: Parameters<Remote['recoverRun']>[0]): Promise<RunOutcome> {
  const { entry, wasRollingBack } = run
  const { sha } = run.deployment
  const about = { entry, wasRollingBack, quietWithinMs: parts.quietMs }
  return await recover(contextOf(parts, run, { name: entry.release, sha }), run.hosts, about)
}

const inspectAll = ({ config, ssh }: Parts, { recipe, hosts, signal }: HostsOf) =>
  forEachHost({ hostsAtOnce: config.limits.hosts }, hosts, (host) =>
    inspectHost({ ssh, recipe, signal }, host),
  )

/** Waits until nothing of the deployment runs, takes away what it left, and looks again. */
async function clean(parts: Parts, where: Parameters<Remote['cleanPartials']>[0]) {
  const { deploymentId, recipe, hosts, signal } = where
  const { config, ssh, quietMs } = parts
  const around = { ssh, recipe, signal, hostsAtOnce: config.limits.hosts }
  const reports = await waitForQuiet(around, hosts, { deploymentId, withinMs: quietMs })
  const there = hosts.filter((_, index) => reports[index]?.kind === 'reached')
  const facts = {
    id: deploymentId,
    sha: '',
    ref: '',
    environment: recipe.environment,
    task: '',
    creator: '',
    payload: '',
  }
  const run: Run = {
    recipe,
    hosts,
    deployment: facts,
    allow: { runsOnAgent: false, become: [] },
    secrets: new Map(),
    log: () => {},
    journal: async () => {},
    progress: () => {},
    signal,
  }
  await cleanHosts(contextOf(parts, run, { name: '0-0000000', sha: '' }), there)
  return await inspectAll(parts, where)
}
