import { setTimeout as sleep } from 'node:timers/promises'
import type { Host } from '../recipe/model.ts'
import { forEachHost, inspectHost, isRunning } from './fleet.ts'
import type { RunContext } from './host-steps.ts'
import type { HostReport, PublishingEntry, RunOutcome } from './model.ts'
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

/** Finishes a run whose agent died after it began to publish, by what the hosts really show (agent 3.2). */
export async function recover(
  run: RunContext,
  hosts: readonly Host[],
  { entry, quietWithinMs }: { readonly entry: PublishingEntry; readonly quietWithinMs: number },
): Promise<RunOutcome> {
  const startedAt = performance.now()
  const about = { deploymentId: run.deployment.id, withinMs: quietWithinMs }
  const reports = await waitForQuiet(run, hosts, about)
  const reached = reports.filter((report) => report.kind === 'reached')
  const states = new Map(reached.map((report) => [report.host, report]))
  for (const host of hosts) {
    const release = entry.previous[host.name] ?? null
    run.before.set(host.name, {
      release,
      sha: states.get(host.name)?.revisions[release ?? ''] ?? '',
    })
  }
  const isOnRelease = (host: Host) => states.get(host.name)?.current === entry.release
  // Only those that the run had taken on: a host that was skipped has no entry.
  const taken = hosts.filter(({ name }) => Object.hasOwn(entry.previous, name))
  const skipped = reports.flatMap((report) =>
    report.kind === 'unreached' && !Object.hasOwn(entry.previous, report.host) ? [report] : [],
  )
  if (taken.length > 0 && taken.every(isOnRelease)) {
    return await verifyFleet(run, { hosts: taken, skipped, states }, startedAt)
  }
  const isUnknown = ({ name }: Host) => !states.has(name)
  const published = taken.filter((host) => isOnRelease(host) || isUnknown(host))
  const reason = `the agent was restarted while it published ${entry.release}`
  return await goBack(run, published, {
    trouble: { kind: 'errored', host: null, reason },
    hosts: taken,
  })
}
