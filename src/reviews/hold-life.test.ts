import fc from 'fast-check'
import { expect, it } from 'vitest'
import { decideGates, decideOutcome } from '../gates/decide-gates.ts'
import type { GateFacts, Review } from '../gates/model.ts'
import { decideReview } from './decide-review.ts'

/**
 * The life of a held deployment, as `settle.ts` and `gate-keeper.ts` have it, on the pure core
 * alone: whatever happens to it in whatever order, and however often the server restarts.
 */

const start = Date.parse('2026-01-01T00:00:00.000Z')
const people = ['mona', 'hubot', 'octo'] as const
const shas = ['aaaa', 'bbbb'] as const
const dayMinutes = 24 * 60
const apps = [1, 2] as const

type Person = (typeof people)[number]
type Rules = {
  readonly waitMinutes: number | null
  readonly reviewers: readonly Person[] | null
  readonly preventsSelfReview: boolean
  readonly canAdminsBypass: boolean
  readonly apps: readonly number[]
}

/** What is on disk, and what only the process knows. */
type World = {
  clock: number
  rules: Rules
  /** A change of rules makes new rows, so what was said before is of others. */
  version: number
  lock: { until: number | null } | null
  admins: readonly Person[]
  /** To which the branch leads now. */
  head: string
  holds: Map<string, { dueAt: number }>
  reviews: (Review & { readonly of: string; readonly isAllowed: boolean })[]
  released: string[]
  ended: string[]
  /** When the process looks again; lost with it. */
  wakeAt: number | null
}

/** Nobody breaks the glass here: it opens locks and freezes, which these deployments have none of. */
const sober = { breaksGlass: false, overtakes: false }

const bindingOf = (world: World, sha: string) => `${sha} ${world.version}`

const factsOf = (world: World, sha: string): GateFacts => ({
  now: new Date(world.clock),
  heldAt: new Date(start),
  environment: 'production',
  rules: {
    waitMinutes: world.rules.waitMinutes,
    reviewers: world.rules.reviewers,
    requiredApprovals: 1,
    areRefsLimited: false,
    apps: world.rules.apps.map((ruleId) => ({ ruleId, slug: `app${ruleId}`, isReachable: true })),
  },
  ref: { name: 'main', isAllowed: true },
  binding: bindingOf(world, sha),
  // All, also those of the other deployment: the binding alone must tell them apart.
  reviews: world.reviews,
  freezes: [],
  queue: null,
  lock: world.lock && {
    ...{ by: 'octo', reason: 'Christmas' },
    expiresAt: world.lock.until === null ? null : new Date(world.lock.until),
  },
})

function settle(world: World, sha: string): void {
  const facts = factsOf(world, sha)
  const outcome = decideOutcome(decideGates(facts), facts)
  if (outcome.kind === 'hold') {
    world.holds.set(sha, { dueAt: outcome.dueAt.getTime() })
    return
  }
  world.holds.delete(sha)
  if (outcome.kind === 'end') world.ended.push(sha)
  else {
    world.released.push(sha)
    expect(whyNot(world, sha)).toBeUndefined()
  }
}

/** The keeper's turn: all that is due, then to sleep until the next is. */
function look(world: World): void {
  for (const [sha, { dueAt }] of [...world.holds]) {
    if (dueAt <= world.clock) settle(world, sha)
  }
  const due = [...world.holds.values()].map(({ dueAt }) => dueAt)
  world.wakeAt = due.length > 0 ? Math.min(...due) : null
}

/** The rules once more, each as a sentence: why a deployment should not have gone. */
function whyNot(world: World, sha: string): string | undefined {
  const { rules, version, lock, clock } = world
  const said = world.reviews.filter(
    ({ of, binding, state }) =>
      of === sha && binding === `${sha} ${version}` && state === 'approved',
  )
  if (said.some(({ isAllowed }) => !isAllowed)) return 'approved by whoever may not'
  if (lock && (lock.until === null || lock.until > clock)) return 'locked'
  if (said.some(({ isBypass }) => isBypass)) return undefined
  const hasPerson = said.some(({ ruleId }) => ruleId === null)
  if (rules.reviewers && !hasPerson) return 'not reviewed'
  if (clock < start + (rules.waitMinutes ?? 0) * 60_000) return 'too early'
  const silent = rules.apps.find((app) => !said.some(({ ruleId }) => ruleId === app))
  return silent === undefined ? undefined : `App ${silent} was not heard`
}

type Happening = (world: World) => void

/** Whoever changes what gates go by makes every hold due, in the same commit (`wakeHolds`). */
function change(world: World, what: Partial<World>): void {
  Object.assign(world, what)
  for (const hold of world.holds.values()) hold.dueAt = world.clock
}

type Said = {
  readonly by: Person
  readonly sha: string
  readonly state: 'approved' | 'rejected'
  readonly comment: string
}

function review(world: World, { by, sha, state, comment }: Said): void {
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
  settle(world, sha)
}

function answer(world: World, ruleId: number, sha: string, state: Review['state']): void {
  if (!world.holds.has(sha) || !world.rules.apps.includes(ruleId)) return
  const binding = bindingOf(world, sha)
  const said = { ruleId, by: `app${ruleId}`, state, isBypass: false, ...sober, comment: '' }
  world.reviews.push({ ...said, binding, of: sha, isAllowed: true })
  if (state !== 'pending') settle(world, sha)
}

const sha = fc.constantFrom(...shas)
const minutes = fc.constantFrom(1, 29, 30, 60, 3 * dayMinutes)
const anyRules: fc.Arbitrary<Rules> = fc.record({
  waitMinutes: fc.option(fc.constantFrom(30, 60, 30 * dayMinutes)),
  reviewers: fc.option(fc.subarray([...people])),
  preventsSelfReview: fc.boolean(),
  canAdminsBypass: fc.boolean(),
  apps: fc.subarray([...apps]),
})
const lockFor = (wait: number | null) => (world: World) =>
  change(world, { lock: { until: wait === null ? null : world.clock + wait * 60_000 } })

const happening: fc.Arbitrary<Happening> = fc.oneof(
  minutes.map((wait) => (world: World) => {
    world.clock += wait * 60_000
    if (world.wakeAt !== null && world.wakeAt <= world.clock) look(world)
  }),
  fc
    .record({
      by: fc.constantFrom(...people),
      sha,
      state: fc.constantFrom('approved', 'approved', 'rejected'),
      comment: fc.constantFrom('', 'It burns'),
    })
    .map((said) => (world: World) => review(world, said)),
  fc
    .tuple(
      fc.constantFrom(...apps),
      sha,
      fc.constantFrom('approved', 'approved', 'pending', 'rejected'),
    )
    .map(
      ([app, of, state]) =>
        (world: World) =>
          answer(world, app, of, state),
    ),
  anyRules.map((rules) => (world: World) => change(world, { rules, version: world.version + 1 })),
  fc.option(minutes).map(lockFor),
  fc.constant((world: World) => change(world, { lock: null })),
  fc.subarray([...people]).map((admins) => (world: World) => Object.assign(world, { admins })),
  sha.map((head) => (world: World) => Object.assign(world, { head })),
  fc.constant(look),
  // Killed, and what it knew is gone; started, it looks at what is on disk.
  fc.constant((world: World) => Object.assign(world, { wakeAt: null })),
  fc.constant((world: World) => {
    world.wakeAt = null
    look(world)
  }),
)

function newWorld(rules: Rules): World {
  return {
    ...{ clock: start, rules, version: 1, lock: null, admins: ['octo'], head: shas[0] },
    ...{ reviews: [], released: [], ended: [], wakeAt: null },
    holds: new Map(shas.map((one) => [one, { dueAt: start }])),
  }
}

const lives = fc.tuple(anyRules, fc.array(happening, { maxLength: 40 }))

it('in whatever order things happen, nothing goes before its gates, by another’s approval, or twice', () => {
  const live = ([rules, happenings]: [Rules, Happening[]]) => {
    const world = newWorld(rules)
    for (const happen of happenings) happen(world)
    const left = [...world.released, ...world.ended]
    expect(new Set(left).size).toBe(left.length)
    expect(left.length + world.holds.size).toBe(shas.length)
  }
  fc.assert(fc.property(lives, live), { numRuns: 1500 })
})

it('however a deployment was treated, it ends after thirty days, also across a restart', () => {
  const live = ([rules, happenings]: [Rules, Happening[]]) => {
    const world = newWorld(rules)
    for (const happen of happenings) happen(world)
    const before = world.clock
    world.wakeAt = null
    look(world)
    for (let looks = 0; looks < 20 && world.wakeAt !== null; looks += 1) {
      world.clock = Math.max(world.clock, world.wakeAt)
      look(world)
    }
    expect(world.holds.size).toBe(0)
    expect(world.clock).toBeLessThanOrEqual(Math.max(before, start + 30 * dayMinutes * 60_000))
  }
  fc.assert(fc.property(lives, live), { numRuns: 1500 })
})
