import { setTimeout as sleep } from 'node:timers/promises'
import type { Host } from '../recipe/model.ts'
import { forEachHost, inspectHost, isRunning } from './fleet.ts'
import type { RunContext } from './host-steps.ts'
import type { HostReport, HostState, PublishingEntry, RunOutcome } from './model.ts'
import { goBack, verifyFleet } from './publish.ts'

const lookAgainMs = 500

/**
 * Looks until no process of the deployment is left: a step that lost its agent
 * ends by itself within its lease. After the deadline, what was seen last.
 */
export async function waitForQuiet(
  run: Pick<RunContext, 'ssh' | 'recipe' | 'signal' | 'hostsAtOnce'>,
  hosts: readonly Host[],
  about: { readonly deploymentId: number; readonly withinMs: number },
): Promise<readonly HostReport[]> {
  const end = performance.now() + about.withinMs
  for (;;) {
    const reports = await forEachHost(run, hosts, (host) => inspectHost(run, host))
    if (!isRunning(reports, about.deploymentId) || performance.now() > end) return reports
    await sleep(lookAgainMs)
  }
}

export type Interrupted = {
  readonly entry: PublishingEntry
  readonly wasRollingBack: boolean
  readonly quietWithinMs: number
}

/** Finishes a run whose agent died after it began to publish, by what the hosts really show (agent 3.2). */
export async function recover(
  interrupted: RunContext,
  hosts: readonly Host[],
  { entry, wasRollingBack, quietWithinMs }: Interrupted,
): Promise<RunOutcome> {
  const startedAt = performance.now()
  const about = { deploymentId: interrupted.deployment.id, withinMs: quietWithinMs }
  const reports = await waitForQuiet(interrupted, hosts, about)
  const reached = reports.filter((report) => report.kind === 'reached')
  const states = new Map(reached.map((report) => [report.host, report]))
  const run = remembered(interrupted, entry, states)
  // Only those that the run had taken on: a host that was skipped has no entry.
  const taken = hosts.filter(({ name }) => Object.hasOwn(entry.previous, name))
  const skipped = hosts
    .filter((host) => !taken.includes(host))
    .map(({ name }) => ({ host: name, reason: 'was skipped before the restart' }))
  const isOnRelease = ({ name }: Host) => states.get(name)?.current === entry.release
  if (!wasRollingBack && taken.length > 0 && taken.every(isOnRelease)) {
    const fleet = { hosts: taken, skipped, states }
    return await verifyFleet(run, fleet, { again: entry.hosts, startedAt })
  }
  const published = taken.filter((host) => isOnRelease(host) || !states.has(host.name))
  const reason = `the agent was restarted while it published ${entry.release}`
  return await goBack(run, published, {
    trouble: { kind: 'errored', host: null, reason },
    hosts: taken,
  })
}

/** The run with what the journal and the hosts know of it: the release's commit, and what was there before. */
function remembered(
  run: RunContext,
  { release, previous }: PublishingEntry,
  states: ReadonlyMap<string, HostState>,
): RunContext {
  const before = Object.entries(previous).map(([host, name]) => {
    const sha = states.get(host)?.revisions[name ?? ''] ?? ''
    return [host, { release: name, sha }] as const
  })
  const [sha] = [...states.values()].flatMap(({ revisions }) => revisions[release] ?? [])
  return { ...run, sha: sha ?? run.sha, before: new Map(before) }
}
