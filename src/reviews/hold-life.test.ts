import fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  answer,
  apps,
  change,
  dayMinutes,
  finish,
  look,
  newWorld,
  overrule,
  people,
  type QueueMode,
  type Rules,
  review,
  type Start,
  shas,
  start,
  type World,
} from '../../test/support/held-world.ts'

/** The life of held deployments: whatever happens to them in whatever order. */

type Happening = (world: World) => void

const sha = fc.constantFrom(...shas)
const minutes = fc.constantFrom(1, 29, 30, 60, 3 * dayMinutes)
const anyRules: fc.Arbitrary<Rules> = fc.record({
  waitMinutes: fc.option(fc.constantFrom(30, 60, 30 * dayMinutes)),
  reviewers: fc.option(fc.subarray([...people])),
  preventsSelfReview: fc.boolean(),
  canAdminsBypass: fc.boolean(),
  apps: fc.subarray([...apps]),
  areRefsLimited: fc.boolean(),
})
const queues: fc.Arbitrary<QueueMode> = fc.constantFrom(null, 'latest', 'reject')
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
      knowsGit: fc.boolean(),
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
  fc
    .subarray([...shas], { minLength: 1 })
    .map((allowed) => (world: World) => change(world, { allowed })),
  fc.tuple(minutes, minutes).map(([wait, lasts]) => (world: World) => {
    const from = world.clock + (wait - 1) * 60_000
    change(world, { windows: [...world.windows, { from, until: from + lasts * 60_000 }] })
  }),
  fc.constant((world: World) => change(world, { windows: [] })),
  queues.map((queue) => (world: World) => change(world, { queue })),
  fc.tuple(sha, fc.constantFrom('live', 'failed')).map(
    ([of, how]) =>
      (world: World) =>
        finish(world, of, how),
  ),
  fc.tuple(fc.constantFrom(...people), sha, fc.constantFrom('breaksGlass', 'overtakes')).map(
    ([by, of, kind]) =>
      (world: World) =>
        overrule(world, by, of, kind),
  ),
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

const starts = fc.record({ rules: anyRules, queue: queues, isForked: fc.boolean() })
const lives = fc.tuple(starts, fc.array(happening, { maxLength: 40 }))

it('in whatever order things happen, nothing goes before its gates, by another’s approval, or twice', () => {
  const live = ([begin, happenings]: [Start, Happening[]]) => {
    const world = newWorld(begin)
    for (const happen of happenings) happen(world)
    const left = [...world.released, ...world.ended]
    expect(new Set(left).size).toBe(left.length)
    expect(left.length + world.holds.size).toBe(shas.length)
  }
  fc.assert(fc.property(lives, live), { numRuns: 1500 })
})

it('however a deployment was treated, it ends after thirty days, also across a restart', () => {
  const live = ([begin, happenings]: [Start, Happening[]]) => {
    const world = newWorld(begin)
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
