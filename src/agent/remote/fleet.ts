import type { HookName, Host } from '../recipe/model.ts'
import { inspectScript, parseHostState } from './host-state.ts'
import { filesOn, planOn, type RunContext, runRecipeStep, runScript } from './host-steps.ts'
import type { HostFailure, HostReport, HostState, Progress } from './model.ts'
import { type HostOutcome, shorten, type Trouble } from './outcome.ts'
import { cleanScript } from './plan-files.ts'

/** The hosts a run goes on with, after the first look at them. */
export type Fleet = {
  readonly hosts: readonly Host[]
  readonly skipped: readonly HostFailure[]
  readonly states: ReadonlyMap<string, HostState>
}

export async function inspectHost(
  { ssh, recipe, signal }: Pick<RunContext, 'ssh' | 'recipe' | 'signal'>,
  host: Host,
): Promise<HostReport> {
  const result = await ssh.read(host, inspectScript(filesOn({ recipe }, host)), signal)
  if (result.kind === 'unreached') return { ...result, host: host.name }
  return { kind: 'reached', host: host.name, ...parseHostState(result.output) }
}

/**
 * Looks at every host before anything changes. An unreachable one ends the run,
 * or is left out when the recipe says `unreachable: skip` and another is left.
 */
export async function surveyHosts(
  run: RunContext,
  hosts: readonly Host[],
): Promise<Fleet | Trouble> {
  const reports = await forEachHost(run, hosts, (host) => inspectHost(run, host))
  if (run.signal.aborted) return stopTrouble(run)
  const skipped = reports.flatMap((report) => (report.kind === 'unreached' ? [report] : []))
  const [away] = skipped
  if (away && (run.recipe.rollout.unreachable === 'fail' || skipped.length === hosts.length)) {
    const reason = `${away.reason}; nothing was changed`
    return { kind: 'errored', host: away.host, reason }
  }
  const reached = reports.flatMap((report) => (report.kind === 'reached' ? [report] : []))
  const newer = reached.find(({ fence }) => fence > run.deployment.id)
  if (newer) {
    const reason = `deployment ${newer.fence} has already been published there; nothing was changed`
    return { kind: 'errored', host: newer.host, reason }
  }
  for (const { host, current, revisions } of reached) {
    run.before.set(host, { release: current, sha: revisions[current ?? ''] ?? '' })
  }
  for (const { host, reason } of skipped) run.log(`[${host}] skipped: ${reason}`)
  const states = new Map(reached.map((report) => [report.host, report]))
  return { hosts: hosts.filter(({ name }) => states.has(name)), skipped, states }
}

/** Runs on several hosts at once, as many as the operator allows; the results are in the order of the hosts. */
export async function forEachHost<T>(
  { hostsAtOnce }: Pick<RunContext, 'hostsAtOnce'>,
  hosts: readonly Host[],
  act: (host: Host) => Promise<T>,
): Promise<readonly T[]> {
  const results: Promise<T>[] = []
  const waiting = [...hosts.entries()]
  const lane = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [index, host] = next
      results[index] = act(host)
      // What failed is told by the caller's own wait, below.
      await results[index].catch(() => null)
    }
  }
  await Promise.all(Array.from({ length: Math.max(1, hostsAtOnce) }, lane))
  return await Promise.all(results)
}

/** The hosts' first trouble in their order; `stopped` means that the run was told to stop. */
export function troubleOf(
  run: RunContext,
  hosts: readonly Host[],
  outcomes: readonly HostOutcome[],
): Trouble | null {
  const troubles = outcomes.flatMap((outcome, index) =>
    outcome.kind === 'failed' || outcome.kind === 'errored'
      ? [{ kind: outcome.kind, host: hosts[index]?.name ?? null, reason: outcome.reason }]
      : [],
  )
  if (run.signal.aborted) return stopTrouble(run)
  return troubles[0] ?? null
}

/** Why the run's signal was aborted. */
export function stopTrouble({ cancelled, recipe }: RunContext): Trouble {
  if (cancelled.aborted) return { kind: 'cancelled' }
  const reason = `the deployment took longer than ${recipe.timeouts.totalMs / 1000} s`
  return { kind: 'failed', host: null, reason }
}

export function tell(run: RunContext, phase: Progress['phase'], description: string): void {
  run.log(description)
  run.progress({ phase, description: shorten(description) })
}

/** A hook's steps for each host, on this one. */
export async function runHook(run: RunContext, host: Host, name: HookName): Promise<HostOutcome> {
  const steps = run.recipe.hooks[name] ?? []
  const mine = steps.filter(({ on, roles }) => on === 'hosts' && hasRole(host, roles))
  return await runSteps(run, host, { name, steps: mine })
}

/** A hook's steps that run once a run, on the primary host. */
export async function runHookOnce(
  run: RunContext,
  { hosts }: Pick<Fleet, 'hosts'>,
  name: HookName,
): Promise<Trouble | null> {
  const { primary } = run.recipe.hosts
  const host = hosts.find((one) => one.name === primary) ?? hosts[0]
  const steps = (run.recipe.hooks[name] ?? []).filter(({ on }) => on === 'primary')
  if (!host || steps.length === 0) return null
  return troubleOf(run, [host], [await runSteps(run, host, { name, steps })])
}

const hasRole = (host: Host, roles: readonly string[]) =>
  roles.length === 0 || roles.some((role) => host.roles.includes(role))

type Steps = NonNullable<RunContext['recipe']['hooks'][HookName]>

async function runSteps(
  run: RunContext,
  host: Host,
  { name, steps }: { readonly name: HookName; readonly steps: Steps },
): Promise<HostOutcome> {
  const { deployTo } = filesOn(run, host)
  const folder = name === 'before_prepare' ? deployTo : `${deployTo}/releases/${run.release}`
  for (const step of steps) {
    const outcome = await runRecipeStep(run, host, { step, folder })
    if (outcome.kind !== 'done') return outcome
  }
  return { kind: 'done', output: '' }
}

/** Hooks whose failure changes nothing any more: it is only told. */
export async function runClosingHook(
  run: RunContext,
  { hosts }: Pick<Fleet, 'hosts'>,
  name: HookName,
): Promise<void> {
  const outcomes = await forEachHost(run, hosts, (host) => runHook(run, host, name))
  const trouble = troubleOf(run, hosts, outcomes) ?? (await runHookOnce(run, { hosts }, name))
  if (trouble && 'reason' in trouble) run.log(`${name}: ${trouble.reason}`)
}

/** Takes away what the run left on the hosts. What cannot be cleaned now, the next run will. */
export async function cleanHosts(run: RunContext, hosts: readonly Host[]): Promise<void> {
  await forEachHost(run, hosts, async (host) => {
    const script = cleanScript(planOn(run, host))
    const outcome = await runScript(run, host, { name: 'clean', script })
    if ('reason' in outcome) run.log(`[${host.name}] not cleaned: ${outcome.reason}`)
  })
}

/** The same run, for what must happen although it was stopped. */
export const undisturbed = (run: RunContext): RunContext => ({
  ...run,
  signal: new AbortController().signal,
})

/** Whether a process of this deployment is still alive on one of the hosts. */
export const isRunning = (reports: readonly HostReport[], deploymentId: number) =>
  reports.some((report) => report.kind === 'reached' && report.running.includes(deploymentId))

export const secondsSince = (start: number) =>
  Math.max(1, Math.round((performance.now() - start) / 1000))
