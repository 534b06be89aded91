import type { Host } from '../recipe/model.ts'
import type { FetchedSource, PackedRelease } from '../source/model.ts'
import {
  cleanHosts,
  type Fleet,
  forEachHost,
  runHook,
  runHookOnce,
  stopTrouble,
  surveyHosts,
  tell,
  troubleOf,
  undisturbed,
} from './fleet.ts'
import { planOn, type RunContext, runScript } from './host-steps.ts'
import type { HostOutcome, Trouble } from './outcome.ts'
import { layoutScript, prepareScript } from './plan-files.ts'

/**
 * Brings the release onto every host, beside what is there: `current` stays
 * untouched, and one host that fails stops all (agent D4). What was begun is
 * removed again. Otherwise the fleet to publish on.
 */
export async function prepareFleet(
  run: RunContext,
  hosts: readonly Host[],
  source: FetchedSource | null,
): Promise<Fleet | Trouble> {
  if (run.signal.aborted) return stopTrouble(run)
  await run.journal({
    point: 'preparing',
    hosts: hosts.map(({ name }) => name),
    release: run.release,
  })
  tell(run, 'preparing', `Preparing ${run.release} on ${countOf(hosts)}`)
  const fleet = await surveyHosts(run, hosts)
  if ('kind' in fleet) return fleet
  const trouble = source ? await prepareFrom(run, fleet, source) : await layHosts(run, fleet)
  if (!trouble) return fleet
  await cleanHosts(undisturbed(run), fleet.hosts)
  return trouble
}

export const countOf = ({ length }: readonly unknown[]) =>
  `${length} ${length === 1 ? 'host' : 'hosts'}`

async function prepareFrom(
  run: RunContext,
  fleet: Fleet,
  source: FetchedSource,
): Promise<Trouble | null> {
  const { recipe, log, signal } = run
  const env = {
    DEPLOY_SHA: run.sha,
    DEPLOY_ENVIRONMENT: recipe.environment,
    DEPLOY_ID: String(run.deployment.id),
  }
  const packed = await source.pack({ recipe, env, log, signal })
  if (packed.kind === 'stopped') return stopTrouble(run)
  if (packed.kind !== 'packed') return { ...packed, host: null }
  await using release = packed
  log(`Packed ${run.sha}: ${Math.ceil(release.bytes / 1024)} KB`)
  return (
    (await layHosts(run, fleet)) ??
    (await runHookOnce(run, fleet, 'before_prepare')) ??
    (await uploadTo(run, fleet, release)) ??
    (await runHookOnce(run, fleet, 'after_prepare'))
  )
}

async function layHosts(run: RunContext, { hosts }: Fleet): Promise<Trouble | null> {
  return await allOrNone(run, hosts, (part, host) => {
    const script = layoutScript(planOn(part, host))
    return runScript(part, host, { name: 'layout', script, input: once(run.deployment.payload) })
  })
}

async function* once(text: string): AsyncIterable<Buffer> {
  yield Buffer.from(text)
}

async function uploadTo(
  run: RunContext,
  { hosts }: Fleet,
  release: PackedRelease,
): Promise<Trouble | null> {
  return await allOrNone(run, hosts, async (part, host) => {
    const before = await runHook(part, host, 'before_prepare')
    if (before.kind !== 'done') return before
    const script = prepareScript(planOn(part, host))
    const timeoutMs = run.recipe.timeouts.totalMs
    const input = release.read()
    const prepared = await runScript(part, host, { name: 'prepare', script, input, timeoutMs })
    if (prepared.kind !== 'done') return prepared
    run.log(`[${host.name}] prepared ${run.release}`)
    return await runHook(part, host, 'after_prepare')
  })
}

/** The first host that fails stops what still runs on the others. */
async function allOrNone(
  run: RunContext,
  hosts: readonly Host[],
  act: (part: RunContext, host: Host) => Promise<HostOutcome>,
): Promise<Trouble | null> {
  const stop = new AbortController()
  const part = { ...run, signal: AbortSignal.any([run.signal, stop.signal]) }
  const hostsAtOnce = Math.min(run.hostsAtOnce, run.recipe.rollout.prepareParallel)
  const outcomes = await forEachHost({ hostsAtOnce }, hosts, async (host) => {
    const outcome = await act(part, host)
    if (outcome.kind !== 'done') stop.abort()
    return outcome
  })
  return troubleOf(run, hosts, outcomes)
}
