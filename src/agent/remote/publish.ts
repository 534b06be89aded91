import { setTimeout as sleep } from 'node:timers/promises'
import type { Host } from '../recipe/model.ts'
import {
  cleanHosts,
  type Fleet,
  forEachHost,
  inspectHost,
  runClosingHook,
  runHook,
  runHookOnce,
  secondsSince,
  stopTrouble,
  tell,
  troubleOf,
  undisturbed,
} from './fleet.ts'
import { checkHealth } from './health.ts'
import { planOn, type RunContext, runScript } from './host-steps.ts'
import type { HostFailure, RunOutcome } from './model.ts'
import { ended, type HostOutcome, succeeded, type Trouble } from './outcome.ts'
import { finishScript, publishScript, unpublishScript } from './plan-files.ts'
import { batchesOf, failuresMaxOf, prunedOf } from './rollout.ts'

/** What has been published so far, in its order, and which hosts failed within `max_failures`. */
type Course = {
  readonly fleet: Fleet
  readonly published: Host[]
  readonly failures: HostFailure[]
}

/** Publishes batch by batch, each only when the one before is healthy; goes back everywhere when it is not. */
export async function publishFleet(
  run: RunContext,
  fleet: Fleet,
  startedAt: number,
): Promise<RunOutcome> {
  const course: Course = { fleet, published: [], failures: [] }
  const trouble = await publishBatches(run, course)
  if (trouble) return await goBack(run, course.published, { trouble, hosts: fleet.hosts })
  return await finish(run, course, startedAt)
}

async function publishBatches(run: RunContext, course: Course): Promise<Trouble | null> {
  const first = await runHookOnce(run, course.fleet, 'before_publish')
  if (first) return first
  const batches = batchesOf(run.recipe.rollout, orderOf(run, course.fleet.hosts))
  for (const [index, batch] of batches.entries()) {
    const trouble =
      (await publishBatch(run, course, batch)) ??
      (index < batches.length - 1 ? await rest(run, batch, index) : null)
    if (trouble) return trouble
  }
  return await closeBatches(run, course.fleet)
}

const closeBatches = async (run: RunContext, fleet: Fleet) =>
  (await runHookOnce(run, fleet, 'after_publish')) ??
  (await runHookOnce(run, fleet, 'after_verify'))

function orderOf({ recipe }: RunContext, hosts: readonly Host[]): readonly Host[] {
  if (recipe.rollout.order === 'inventory') return hosts
  return hosts
    .map((host) => ({ host, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ host }) => host)
}

/** Lets a canary soak and looks at it again, or pauses between batches. */
async function rest(
  run: RunContext,
  batch: readonly Host[],
  index: number,
): Promise<Trouble | null> {
  const { canary, pauseMs } = run.recipe.rollout
  const isCanary = canary !== null && index === 0
  // An abort only ends the wait; it is told below.
  await sleep(isCanary ? canary.soakMs : pauseMs, null, { signal: run.signal }).catch(() => null)
  if (run.signal.aborted) return stopTrouble(run)
  if (!isCanary || canary.soakMs === 0) return null
  const outcomes = await forEachHost(run, batch, (host) => checkHealth(run, host))
  return troubleOf(run, batch, outcomes)
}

async function publishBatch(
  run: RunContext,
  course: Course,
  batch: readonly Host[],
): Promise<Trouble | null> {
  if (run.signal.aborted) return stopTrouble(run)
  const { fleet, published, failures } = course
  const names = batch.map(({ name }) => name)
  const previous = fleet.hosts.map(({ name }) => [name, run.before.get(name)?.release ?? null])
  await run.journal({
    point: 'publishing',
    hosts: names,
    release: run.release,
    previous: Object.fromEntries(previous),
  })
  const soFar = `${published.length + batch.length}/${fleet.hosts.length}`
  tell(run, 'publishing', `Publishing ${soFar} · ${names.join(', ')}`)
  const outcomes = await forEachHost(run, batch, (host) => publishHost(run, course, host))
  const trouble = troubleOf(run, batch, outcomes)
  if (!trouble) return null
  const bad = batch.filter((_, index) => outcomes[index]?.kind !== 'done')
  const isTooMuch =
    failures.length + bad.length > failuresMaxOf(run.recipe.rollout, fleet.hosts.length)
  if (run.signal.aborted || isTooMuch) return trouble
  return await leaveOut(
    run,
    course,
    bad.map((host) => ({ host, reason: reasonOf(outcomes[batch.indexOf(host)]) })),
  )
}

const reasonOf = (outcome: HostOutcome | undefined) =>
  outcome && 'reason' in outcome ? outcome.reason : 'stopped'

/** A host that fails within `max_failures` goes back alone, and the rest go on. */
async function leaveOut(
  run: RunContext,
  { published, failures }: Course,
  bad: readonly { readonly host: Host; readonly reason: string }[],
): Promise<Trouble | null> {
  for (const { host, reason } of bad) {
    run.log(`[${host.name}] left out: ${reason}`)
    const back = await takeBack(undisturbed(run), host)
    if (back !== null) return { kind: 'errored', host: host.name, reason: `${reason}; ${back}` }
    const index = published.indexOf(host)
    if (index >= 0) published.splice(index, 1)
    failures.push({ host: host.name, reason })
  }
  return null
}

async function publishHost(run: RunContext, course: Course, host: Host): Promise<HostOutcome> {
  const before = await runHook(run, host, 'before_publish')
  if (before.kind !== 'done') return before
  if (run.signal.aborted) return { kind: 'stopped' }
  // Counted before it is tried: if the line breaks now, nobody knows.
  course.published.push(host)
  const script = publishScript(planOn(run, host), auditOf(run, 'publish', run.release))
  const done = await runScript(run, host, { name: 'publish', script, isUninterrupted: true })
  if (done.kind !== 'done') return done
  run.log(`[${host.name}] current is ${run.release}`)
  return await settleHost(run, host)
}

/** What follows the switch: hooks, and the proof that it serves. */
async function settleHost(run: RunContext, host: Host): Promise<HostOutcome> {
  const after = await runHook(run, host, 'after_publish')
  if (after.kind !== 'done') return after
  const healthy = await checkHealth(run, host)
  return healthy.kind === 'done' ? await runHook(run, host, 'after_verify') : healthy
}

function auditOf(run: RunContext, action: 'publish' | 'roll_back', release: string | null) {
  const { id, sha, environment, task, creator, ref } = run.deployment
  const at = new Date().toISOString()
  return {
    at,
    agent: run.agentId,
    action,
    release,
    deployment: { id, sha, ref, environment, task, creator },
  }
}

type Retreat = { readonly trouble: Trouble; readonly hosts: readonly Host[] }

/**
 * Takes every published host back to what it had, last one first, and tells how
 * that went. It looks at each host first: only one that shows our release is
 * touched. Nothing is tried twice (agent 3.2).
 */
export async function goBack(
  stopped: RunContext,
  published: readonly Host[],
  { trouble, hosts }: Retreat,
): Promise<RunOutcome> {
  const run = undisturbed(stopped)
  const [rolledBack, stranded]: [string[], HostFailure[]] = [[], []]
  if (published.length > 0 && run.recipe.rollback.on === 'failure') {
    const names = published.map(({ name }) => name)
    await run.journal({ point: 'rolling_back', hosts: names })
    tell(run, 'rolling_back', `Rolling back ${names.join(', ')}`)
    for (const host of published.toReversed()) {
      const problem = await takeBack(run, host)
      if (problem === null) rolledBack.push(host.name)
      else stranded.push({ host: host.name, reason: problem })
    }
  } else {
    stranded.push(
      ...published.map(({ name }) => ({ host: name, reason: `left on ${run.release}` })),
    )
  }
  await runClosingHook(run, { hosts }, trouble.kind === 'cancelled' ? 'on_cancel' : 'on_failure')
  await runClosingHook(run, { hosts }, 'finally')
  await cleanHosts(run, hosts)
  return ended(trouble, { rolledBack, stranded }, run.recipe.rollback.on)
}

/** Null when the host shows again what it had; otherwise why it may not. */
async function takeBack(run: RunContext, host: Host): Promise<string | null> {
  const report = await inspectHost(run, host)
  if (report.kind === 'unreached') return `state unknown: ${report.reason}`
  const before = run.before.get(host.name)?.release ?? null
  if (report.current !== run.release || before === run.release) return null
  await tellHook(run, host, 'before_rollback')
  const audit = auditOf(run, 'roll_back', before)
  const script = before
    ? publishScript(planOn(run, host, before), audit)
    : unpublishScript(planOn(run, host), audit)
  const back = await runScript(run, host, { name: 'rollback', script })
  if (back.kind !== 'done') return `now ${run.release}: ${reasonOf(back)}`
  run.log(`[${host.name}] current is ${before ?? 'gone, as it was'} again`)
  await tellHook(run, host, 'after_rollback')
  return null
}

async function tellHook(run: RunContext, host: Host, name: 'before_rollback' | 'after_rollback') {
  const outcome = await runHook(run, host, name)
  if ('reason' in outcome) run.log(`[${host.name}] ${name}: ${outcome.reason}`)
}

/** Marks the release good, prunes, tidies. The software is live: nothing here can fail the run any more. */
async function finish(run: RunContext, course: Course, startedAt: number): Promise<RunOutcome> {
  const calm = undisturbed(run)
  const names = course.published.map(({ name }) => name)
  await run.journal({ point: 'finishing', hosts: names })
  await runClosingHook(calm, { hosts: course.published }, 'on_success')
  await runClosingHook(calm, { hosts: course.published }, 'finally')
  await forEachHost(calm, course.published, (host) => finishHost(calm, course.fleet, host))
  await cleanHosts(
    calm,
    course.fleet.hosts.filter((host) => !course.published.includes(host)),
  )
  const skipped = [...course.fleet.skipped, ...course.failures]
  return succeeded({
    release: run.release,
    hosts: names,
    skipped,
    seconds: secondsSince(startedAt),
  })
}

async function finishHost(run: RunContext, { states }: Fleet, host: Host): Promise<void> {
  const state = states.get(host.name)
  const plan = planOn(run, host)
  const about = {
    release: run.release,
    deploymentId: run.deployment.id,
    keep: plan.files.keepReleases,
  }
  const gone = state ? prunedOf(state, about) : []
  const script = finishScript(plan, gone)
  const outcome = await runScript(run, host, { name: 'finish', script })
  if ('reason' in outcome) run.log(`[${host.name}] not tidied: ${outcome.reason}`)
  else if (gone.length > 0) run.log(`[${host.name}] removed ${gone.join(', ')}`)
}

/**
 * After a crash: all hosts show the release; verify it and finish, or go back.
 * The hosts of the last batch get `after_publish` again: it may not have ended.
 */
export async function verifyFleet(
  run: RunContext,
  fleet: Fleet,
  { again, startedAt }: { readonly again: readonly string[]; readonly startedAt: number },
): Promise<RunOutcome> {
  const { hosts } = fleet
  await run.journal({ point: 'verifying', hosts: hosts.map(({ name }) => name) })
  tell(run, 'verifying', `Verifying ${run.release} after a restart`)
  const outcomes = await forEachHost(run, hosts, (host) =>
    again.includes(host.name) ? settleHost(run, host) : checkHealth(run, host),
  )
  const course: Course = { fleet, published: [...hosts], failures: [] }
  const trouble = troubleOf(run, hosts, outcomes) ?? (await closeBatches(run, fleet))
  if (trouble) return await goBack(run, hosts, { trouble, hosts })
  return await finish(run, course, startedAt)
}
