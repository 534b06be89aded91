import { expect } from 'vitest'
import { decideGates, decideOutcome } from '../../src/gates/decide-gates.ts'
import type { GateFacts, Review } from '../../src/gates/model.ts'
import { decideQueue } from '../../src/queues/decide-queue.ts'
import type { QueueDecision } from '../../src/queues/model.ts'
import { decideReview } from '../../src/reviews/decide-review.ts'

/**
 * The life of a held deployment, as `settle.ts` and `gate-keeper.ts` have it, on the pure core
 * alone: whatever happens to it in whatever order, and however often the server restarts. Two
 * deployments wait, of which the second was asked for later.
 */

export const start = Date.parse('2026-01-01T00:00:00.000Z')
export const people = ['mona', 'hubot', 'octo'] as const
export const shas = ['aaaa', 'bbbb'] as const
export const dayMinutes = 24 * 60
export const apps = [1, 2] as const

type Person = (typeof people)[number]
export type Rules = {
  readonly waitMinutes: number | null
  readonly reviewers: readonly Person[] | null
  readonly preventsSelfReview: boolean
  readonly canAdminsBypass: boolean
  readonly apps: readonly number[]
  readonly areRefsLimited: boolean
}

export type QueueMode = 'latest' | 'reject' | null

/** What is on disk, and what only the process knows. */
export type World = {
  clock: number
  rules: Rules
  /** A change of rules makes new rows, so what was said before is of others. */
  version: number
  lock: { until: number | null } | null
  /** By patterns, which are asked each time. */
  allowed: readonly string[]
  /** Of calendars. */
  windows: readonly { readonly from: number; readonly until: number }[]
  queue: QueueMode
  /** The second has all commits of the first, or neither has the other's. */
  readonly isForked: boolean
  admins: readonly Person[]
  /** To which the branch leads now. */
  head: string
  holds: Map<string, { dueAt: number }>
  reviews: (Review & { readonly of: string; readonly isAllowed: boolean })[]
  released: string[]
  ended: string[]
  /** Of the released, what became of them. */
  running: string[]
  failed: string[]
  live: string[]
  /** When the process looks again; lost with it. */
  wakeAt: number | null
}

const sober = { breaksGlass: false, overtakes: false }

const bindingOf = (world: World, sha: string) => `${sha} ${world.version}`

const frozenBy = ({ windows, clock }: World) =>
  windows.filter(({ from, until }) => from <= clock && until > clock)

const hasCommit = ({ isForked }: World, head: string, base: string) =>
  head === base || (!isForked && head === 'bbbb')

const laterThan = ({ ended, failed }: World, sha: string) =>
  shas.filter((one) => one > sha && !ended.includes(one) && !failed.includes(one))

/** As `queues.ts` has it; `knowsGit` where the commit graph was asked before. */
function turnOf(world: World, sha: string, knowsGit: boolean): QueueDecision | null {
  if (!world.queue) return null
  const idOf = (one: string) => shas.map(String).indexOf(one) + 1
  const rivalOf = (one: string) => ({
    id: idOf(one),
    hasCommit: knowsGit ? hasCommit(world, one, sha) : undefined,
  })
  const live = world.live.toSorted().at(-1)
  const [running] = world.running
  return decideQueue({
    ...{ mode: world.queue, isNew: false, isRollback: false },
    live: live === undefined ? undefined : rivalOf(live),
    inProgress: running === undefined ? undefined : { id: idOf(running) },
    later: laterThan(world, sha).map(rivalOf),
  })
}

const factsOf = (world: World, sha: string, knowsGit = true): GateFacts => ({
  now: new Date(world.clock),
  heldAt: new Date(start),
  environment: 'production',
  rules: {
    waitMinutes: world.rules.waitMinutes,
    reviewers: world.rules.reviewers,
    requiredApprovals: 1,
    areRefsLimited: world.rules.areRefsLimited,
    apps: world.rules.apps.map((ruleId) => ({ ruleId, slug: `app${ruleId}`, isReachable: true })),
  },
  ref: { name: 'main', isAllowed: world.allowed.includes(sha) },
  binding: bindingOf(world, sha),
  // All, also those of the other deployment: the binding alone must tell them apart.
  reviews: world.reviews,
  freezes: frozenBy(world).map(({ until }) => ({
    ...{ kind: 'frozen', summary: 'Nights', until: new Date(until) },
  })),
  queue: turnOf(world, sha, knowsGit),
  lock: world.lock && {
    ...{ by: 'octo', reason: 'Christmas' },
    expiresAt: world.lock.until === null ? null : new Date(world.lock.until),
  },
})

function settle(world: World, sha: string, knowsGit = true): void {
  const facts = factsOf(world, sha, knowsGit)
  const outcome = decideOutcome(decideGates(facts), facts)
  if (outcome.kind === 'hold') {
    world.holds.set(sha, { dueAt: outcome.dueAt.getTime() })
    return
  }
  world.holds.delete(sha)
  if (outcome.kind === 'end') world.ended.push(sha)
  else {
    expect(whyNot(world, sha)).toBeUndefined()
    world.released.push(sha)
    world.running.push(sha)
  }
}

/** The keeper's turn: all that is due, then to sleep until the next is. */
export function look(world: World): void {
  for (const [sha, { dueAt }] of [...world.holds]) {
    if (dueAt <= world.clock) settle(world, sha)
  }
  const due = [...world.holds.values()].map(({ dueAt }) => dueAt)
  world.wakeAt = due.length > 0 ? Math.min(...due) : null
}

/** The rules once more, each as a sentence: why a deployment should not have gone. */
function whyNot(world: World, sha: string): string | undefined {
  const said = world.reviews.filter(
    ({ of, binding, state }) =>
      of === sha && binding === `${sha} ${world.version}` && state === 'approved',
  )
  if (said.some(({ isAllowed }) => !isAllowed)) return 'approved by whoever may not'
  if (isForbidden(world) && !said.some(({ breaksGlass }) => breaksGlass)) return 'locked or frozen'
  if (world.rules.areRefsLimited && !world.allowed.includes(sha)) return 'of a ref that may not go'
  if (world.queue && isBehind(world, sha, said)) return 'not its turn'
  if (said.some(({ isBypass }) => isBypass)) return undefined
  return unasked(world, said)
}

const isForbidden = (world: World) => {
  const { lock, clock } = world
  const isLocked = lock !== null && (lock.until === null || lock.until > clock)
  return isLocked || frozenBy(world).length > 0
}

function unasked({ rules, clock }: World, said: readonly Review[]): string | undefined {
  const hasPerson = said.some((one) => one.ruleId === null && !one.breaksGlass && !one.overtakes)
  if (rules.reviewers && !hasPerson) return 'not reviewed'
  if (clock < start + (rules.waitMinutes ?? 0) * 60_000) return 'too early'
  const silent = rules.apps.find((app) => !said.some(({ ruleId }) => ruleId === app))
  return silent === undefined ? undefined : `App ${silent} was not heard`
}

function isBehind(world: World, sha: string, said: readonly Review[]): boolean {
  const isFirst = said.some(({ overtakes }) => overtakes)
  if (world.running.length > 0 && !isFirst) return true
  const rivals = world.queue === 'latest' ? [...world.live, ...laterThan(world, sha)] : world.live
  return rivals.some((one) => hasCommit(world, one, sha))
}

/** Whoever changes what gates go by makes every hold due, in the same commit (`wakeHolds`). */
export function change(world: World, what: Partial<World>): void {
  Object.assign(world, what)
  for (const hold of world.holds.values()) hold.dueAt = world.clock
}

type Said = {
  readonly by: Person
  readonly sha: string
  readonly state: 'approved' | 'rejected'
  readonly comment: string
  readonly knowsGit: boolean
}

export function review(world: World, { by, sha, state, comment, knowsGit }: Said): void {
  if (!world.holds.has(sha)) return
  const { rules, admins, reviews } = world
  const [isReviewer, isAdmin] = [rules.reviewers?.includes(by) ?? false, admins.includes(by)]
  const isOwn = by === 'mona' && rules.preventsSelfReview
  const isRefMoved = world.head !== sha
  const binding = bindingOf(world, sha)
  const hasApproved = reviews.some((one) => one.by === by && one.binding === binding)
  const decision = decideReview({
    ...{ state, comment, environment: 'production', login: by, isReviewer, isAdmin, isRefMoved },
    ...{ isCreator: by === 'mona', preventsSelfReview: rules.preventsSelfReview, hasApproved },
    canAdminsBypass: rules.canAdminsBypass,
  })
  if (decision.kind === 'refuse') return
  const isBypass = decision.kind === 'bypass'
  const may = isBypass ? isAdmin && rules.canAdminsBypass && comment !== '' : isReviewer
  const isAllowed = state === 'rejected' || (may && !isOwn && !isRefMoved)
  reviews.push({
    ruleId: null,
    by,
    state,
    isBypass,
    ...sober,
    comment,
    binding,
    of: sha,
    isAllowed,
  })
  settle(world, sha, knowsGit)
}

/** An administrator's word, as `overrule.ts` takes it. */
export function overrule(
  world: World,
  by: Person,
  sha: string,
  kind: 'breaksGlass' | 'overtakes',
): void {
  if (!world.holds.has(sha) || !world.admins.includes(by)) return
  const verdicts = decideGates(factsOf(world, sha)).filter(({ verdict }) => verdict === 'wait')
  const gates = kind === 'overtakes' ? ['queue'] : ['lock', 'freeze']
  if (!verdicts.some(({ gate }) => gates.includes(gate))) return
  const said = {
    ruleId: null,
    by,
    state: 'approved',
    isBypass: false,
    comment: 'It burns',
  } as const
  const word = { ...said, ...sober, [kind]: true, binding: bindingOf(world, sha) }
  world.reviews.push({ ...word, of: sha, isAllowed: true })
  settle(world, sha)
}

/** What was released ends, and whoever waits in the queue is looked at. */
export function finish(world: World, sha: string, how: 'live' | 'failed'): void {
  if (!world.running.includes(sha)) return
  const running = world.running.filter((one) => one !== sha)
  change(world, { running, [how]: [...world[how], sha] })
}

export function answer(world: World, ruleId: number, sha: string, state: Review['state']): void {
  if (!world.holds.has(sha) || !world.rules.apps.includes(ruleId)) return
  const binding = bindingOf(world, sha)
  const said = { ruleId, by: `app${ruleId}`, state, isBypass: false, ...sober, comment: '' }
  world.reviews.push({ ...said, binding, of: sha, isAllowed: true })
  if (state !== 'pending') settle(world, sha)
}

export type Start = Pick<World, 'rules' | 'queue' | 'isForked'>

export function newWorld({ rules, queue, isForked }: Start): World {
  return {
    ...{ clock: start, rules, version: 1, lock: null, admins: ['octo'], head: shas[0] },
    ...{ allowed: shas, windows: [], queue, isForked },
    ...{ reviews: [], released: [], ended: [], wakeAt: null },
    ...{ running: [], failed: [], live: [] },
    holds: new Map(shas.map((one) => [one, { dueAt: start }])),
  }
}
