import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decideGates, decideOutcome } from './decide-gates.ts'
import type { GateFacts, GateRules, Review } from './model.ts'

const heldAt = new Date('2026-01-01T00:00:00.000Z')
const minuteAt = (minutes: number) => new Date(heldAt.getTime() + minutes * 60_000)
const daysMinutes = 24 * 60
const noRules: GateRules = {
  ...{ waitMinutes: null, reviewers: null, requiredApprovals: 1 },
  ...{ areRefsLimited: false, apps: [] },
}

const facts = ({
  rules,
  ...some
}: Partial<Omit<GateFacts, 'rules'>> & { rules?: object } = {}) => ({
  ...{ now: heldAt, heldAt, environment: 'production', binding: 'now' },
  ...{ reviews: [], lock: null, freezes: [] },
  rules: { ...noRules, ...rules },
  ref: { name: 'main', isAllowed: true },
  queue: null,
  ...some,
})
const approval: Review = {
  ...{ ruleId: null, by: 'octo', state: 'approved', comment: '' },
  ...{ isBypass: false, breaksGlass: false, overtakes: false, binding: 'now' },
}
const outcomeOf = (of: GateFacts) => decideOutcome(decideGates(of), of)
const reasonsOf = (of: GateFacts) => decideGates(of).map((one) => `${one.verdict}: ${one.reason}`)

const reviewed = { reviewers: ['octo', 'acme/web'] }
const asked = { apps: [{ ruleId: 7, slug: 'scanner', isReachable: true }] }

describe('its turn', () => {
  const queued = (queue: GateFacts['queue']) => outcomeOf(facts({ queue }))

  it('lets it go, has it wait, or ends it', () => {
    const reason = 'because'
    expect(queued({ kind: 'go', reason }).kind).toBe('release')
    expect(queued({ kind: 'wait', for: 7, reason })).toMatchObject({ kind: 'hold', reason })
    expect(queued({ kind: 'give way', to: 7, reason })).toEqual({ kind: 'end', reason })
    expect(queued({ kind: 'refuse', reason })).toEqual({ kind: 'end', reason })
  })

  it('is looked at again at once when git must be asked first', () => {
    const outcome = queued({ kind: 'ask git', reason: 'later' })
    expect(outcome).toMatchObject({ kind: 'hold', dueAt: heldAt })
  })
})

describe('a deployment goes', () => {
  it('where no gate is in its way', () => {
    expect(outcomeOf(facts()).kind).toBe('release')
  })
  it('once any one reviewer has approved', () => {
    expect(reasonsOf(facts({ rules: reviewed }))).toEqual([
      'wait: Waits for a review by octo or acme/web',
    ])
    const approved = facts({ rules: reviewed, reviews: [{ ...approval, comment: 'Fine' }] })
    expect(reasonsOf(approved)).toEqual(['pass: Approved by octo: Fine'])
  })
  it('once as many different people have approved as must', () => {
    const rules = { ...reviewed, requiredApprovals: 2 }
    const twice = { ...approval, comment: 'Again' }
    expect(reasonsOf(facts({ rules }))).toEqual(['wait: Waits for 2 reviews by octo or acme/web'])
    expect(reasonsOf(facts({ rules, reviews: [approval, twice] }))).toEqual([
      'wait: Waits for a review by acme/web',
    ])
    const both = facts({ rules, reviews: [approval, { ...approval, by: 'mona' }] })
    expect(reasonsOf(both)).toEqual(['pass: Approved by octo and mona'])
  })
  it('once its minutes are over, and not a moment earlier', () => {
    const rules = { waitMinutes: 30 }
    const early = facts({ rules, now: new Date(minuteAt(30).getTime() - 1) })
    expect(outcomeOf(early)).toMatchObject({ kind: 'hold', dueAt: minuteAt(30) })
    expect(outcomeOf(facts({ rules, now: minuteAt(30) })).kind).toBe('release')
  })
  it('after the longest wait there is', () => {
    const now = minuteAt(30 * daysMinutes)
    expect(outcomeOf(facts({ rules: { waitMinutes: 43_200 }, now })).kind).toBe('release')
  })
  it('once its Apps have approved; what they say before is no decision', () => {
    const answer = { ...approval, ruleId: 7, by: 'scanner' }
    const progress = facts({ rules: asked, reviews: [{ ...answer, state: 'pending' }] })
    expect(reasonsOf(progress)).toEqual(['wait: Waits for the App scanner'])
    expect(outcomeOf(facts({ rules: asked, reviews: [answer] })).kind).toBe('release')
  })
  it('past reviews, timer and Apps by an administrator, and not past a lock', () => {
    const rules = { ...reviewed, ...asked, waitMinutes: 30 }
    const reviews = [{ ...approval, isBypass: true, comment: 'The site is down' }]
    expect(outcomeOf(facts({ rules, reviews })).kind).toBe('release')
    const lock = { by: 'mona', reason: 'Christmas', expiresAt: null }
    expect(outcomeOf(facts({ rules, reviews, lock }))).toMatchObject({
      kind: 'hold',
      reason: 'Locked by mona: Christmas',
    })
  })
  it('when a freeze is over', () => {
    const freezes = [{ kind: 'frozen', summary: 'Christmas', until: minuteAt(60) } as const]
    expect(outcomeOf(facts({ freezes }))).toMatchObject({
      kind: 'hold',
      dueAt: minuteAt(60),
      reason: 'Frozen until 2026-01-01T01:00:00.000Z: Christmas',
    })
  })
  it('past locks and freezes by an administrator who breaks the glass, and past no review', () => {
    const lock = { by: 'mona', reason: 'Christmas', expiresAt: null }
    const freezes = [{ kind: 'frozen', summary: 'Christmas', until: minuteAt(60) } as const]
    const reviews = [{ ...approval, breaksGlass: true, comment: 'The site is down' }]
    expect(reasonsOf(facts({ reviews, lock, freezes }))).toEqual([
      'pass: Overruled by octo: The site is down',
      'pass: Overruled by octo: The site is down',
    ])
    expect(outcomeOf(facts({ rules: reviewed, reviews, lock })).kind).toBe('hold')
  })
  it('before its turn by an administrator who puts it first, and never where it must give way', () => {
    const reviews = [{ ...approval, overtakes: true, comment: 'The site is down' }]
    const reason = 'Deployment 7 is in progress'
    const queue = { kind: 'wait', for: 7, reason } as const
    expect(reasonsOf(facts({ reviews, queue }))).toEqual([
      'pass: Put first by octo: The site is down',
    ])
    expect(outcomeOf(facts({ rules: reviewed, reviews, queue })).kind).toBe('hold')
    expect(outcomeOf(facts({ reviews, queue: { kind: 'ask git', reason } })).kind).toBe('hold')
    expect(outcomeOf(facts({ reviews, queue: { ...queue, kind: 'give way', to: 7 } })).kind).toBe(
      'end',
    )
  })
  it('when a lock has expired', () => {
    const lock = { by: 'mona', reason: 'Christmas', expiresAt: minuteAt(60) }
    expect(outcomeOf(facts({ lock }))).toMatchObject({ kind: 'hold', dueAt: minuteAt(60) })
    expect(outcomeOf(facts({ lock, now: minuteAt(60) })).kind).toBe('release')
  })
})

describe('a deployment ends', () => {
  const endOf = (of: GateFacts) => {
    const outcome = outcomeOf(of)
    return outcome.kind === 'end' ? outcome.reason : outcome.kind
  }
  it('by one rejection, whoever approved', () => {
    const rejection = { ...approval, by: 'mona', state: 'rejected', comment: 'No' } as const
    const rejected = facts({ rules: reviewed, reviews: [approval, rejection] })
    expect(endOf(rejected)).toBe('Rejected by mona: No')
    const answer = { ...rejection, ruleId: 7, by: 'scanner' }
    expect(endOf(facts({ rules: asked, reviews: [answer] }))).toBe(
      'Rejected by the App scanner: No',
    )
  })
  it('with a ref that may not go there', () => {
    const ref = { name: 'topic', isAllowed: false }
    expect(endOf(facts({ rules: { areRefsLimited: true }, ref }))).toBe(
      'topic may not be deployed to production',
    )
  })
  it('where a gate cannot be asked', () => {
    const apps = [{ ruleId: 7, slug: 'scanner', isReachable: false }]
    expect(endOf(facts({ rules: { apps } }))).toMatch('scanner cannot decide')
    expect(endOf({ ...facts(), rules: null })).toBe('production was deleted')
    const freezes = [{ kind: 'unreadable', name: 'holidays' } as const]
    expect(endOf(facts({ freezes }))).toMatch('the freeze holidays cannot be read')
  })
  it('after 30 days, whatever it waits for', () => {
    const now = minuteAt(30 * daysMinutes)
    expect(endOf(facts({ rules: reviewed, now }))).toMatch('nothing happened for 30 days')
    const lock = { by: 'mona', reason: 'Christmas', expiresAt: null }
    expect(endOf(facts({ lock, now }))).toMatch('Locked by mona')
  })
})

/** Anything that could be true of a deployment that waits. */
const minutes = fc.integer({ min: 0, max: 31 * daysMinutes })
const reviews = fc.record({
  ruleId: fc.constantFrom(null, null, 1, 2),
  by: fc.constantFrom('octo', 'mona'),
  state: fc.constantFrom('approved', 'approved', 'rejected', 'pending'),
  isBypass: fc.constantFrom(false, false, true),
  breaksGlass: fc.constantFrom(false, false, true),
  overtakes: fc.constantFrom(false, false, true),
  comment: fc.constantFrom('', 'Fine'),
  binding: fc.constantFrom('now', 'now', 'before'),
})
const app = (ruleId: number) =>
  fc.record({
    ruleId: fc.constant(ruleId),
    slug: fc.constant('scanner'),
    isReachable: fc.constantFrom(true, true, true, false),
  })
const anything: fc.Arbitrary<GateFacts> = fc.record({
  now: minutes.map(minuteAt),
  heldAt: fc.constant(heldAt),
  environment: fc.constant('production'),
  binding: fc.constant('now'),
  ref: fc.record({
    name: fc.constant('main'),
    isAllowed: fc.constantFrom(true, true, true, false),
  }),
  rules: fc.record({
    waitMinutes: fc.option(fc.integer({ min: 1, max: 43_200 })),
    reviewers: fc.option(fc.constant(['octo', 'mona'])),
    requiredApprovals: fc.constantFrom(1, 1, 2, 6),
    areRefsLimited: fc.boolean(),
    apps: fc.subarray([1, 2]).chain((ids) => fc.tuple(...ids.map(app))),
  }),
  reviews: fc.array(reviews, { maxLength: 4 }),
  lock: fc.option(
    fc.record({
      by: fc.constant('octo'),
      reason: fc.constant('Christmas'),
      expiresAt: fc.option(minutes.map(minuteAt)),
    }),
  ),
  freezes: fc.array(
    fc.record({
      kind: fc.constant('frozen' as const),
      summary: fc.constant('Christmas'),
      until: minutes.map(minuteAt),
    }),
    { maxLength: 2 },
  ),
  queue: fc.constantFrom(
    ...[null, null, null, { kind: 'go', reason: 'Nobody else' } as const],
    ...(['ask git', 'refuse'] as const).map((kind) => ({ kind, reason: 'Another' })),
    { kind: 'wait', for: 7, reason: 'Another' } as const,
    { kind: 'give way', to: 7, reason: 'Another' } as const,
  ),
})

/** What is over freezes nothing, and whoever gathers the facts leaves it out. */
const thawed = (of: GateFacts): GateFacts => ({
  ...of,
  freezes: of.freezes.filter((freeze) => freeze.kind === 'unreadable' || freeze.until > of.now),
})

function isTurn(queue: GateFacts['queue'], said: readonly Review[]): boolean {
  if (queue === null || queue.kind === 'go') return true
  const isFirst = said.some(({ state, overtakes }) => state === 'approved' && overtakes)
  return queue.kind === 'wait' && isFirst
}

/** The rules said once more, each as a sentence that must be true of what is released. */
function isOpen({ rules, reviews, ref, now, lock, freezes, queue }: GateFacts): boolean {
  const said = reviews.filter(({ binding }) => binding === 'now')
  if (!rules || !isTurn(queue, said)) return false
  const hasApproval = (of: (review: Review) => boolean) =>
    said.some((review) => review.state === 'approved' && of(review))
  const isBypassed = hasApproval(({ isBypass }) => isBypass)
  const isBroken = hasApproval(({ breaksGlass }) => breaksGlass)
  const reviewers = said.filter(
    (one) => one.ruleId === null && one.state === 'approved' && isPlain(one),
  )
  const isReviewed = new Set(reviewers.map(({ by }) => by)).size >= rules.requiredApprovals
  const isWaited = rules.waitMinutes === null || now >= minuteAt(rules.waitMinutes)
  const areAppsContent = rules.apps.every(({ ruleId }) =>
    hasApproval((review) => review.ruleId === ruleId),
  )
  const isAsked = (rules.reviewers === null || isReviewed) && isWaited && areAppsContent
  const isLocked = lock !== null && (lock.expiresAt === null || lock.expiresAt > now)
  const isForbidden = (isLocked || freezes.length > 0) && !isBroken
  return (isBypassed || isAsked) && !isForbidden && (ref.isAllowed || !rules.areRefsLimited)
}

const isPlain = ({ isBypass, breaksGlass, overtakes }: Review) =>
  !(isBypass || breaksGlass || overtakes)

describe('whatever happens', () => {
  it('nothing goes before its gates are open', () => {
    const isKept = (start: GateFacts) => {
      const of = thawed(start)
      return outcomeOf(of).kind !== 'release' || isOpen(of)
    }
    fc.assert(fc.property(anything, isKept), { numRuns: 5000 })
  })

  it('every deployment that waits ends, looked at when its row says', () => {
    const ends = (start: GateFacts) => {
      let of = thawed(start)
      for (let looks = 0; looks < 10; looks++) {
        const outcome = outcomeOf(of)
        if (outcome.kind !== 'hold') return true
        if (outcome.dueAt <= of.now) return false
        of = thawed({ ...of, now: outcome.dueAt })
      }
      return false
    }
    // A look asks git, so the next one knows more at the same time.
    const known = anything.filter(({ queue }) => queue?.kind !== 'ask git')
    fc.assert(fc.property(known, ends), { numRuns: 5000 })
  })

  it('what was said of something else changes nothing', () => {
    const isBlind = (of: GateFacts) => {
      const bound = of.reviews.filter(({ binding }) => binding === of.binding)
      expect(decideGates(of)).toEqual(decideGates({ ...of, reviews: bound }))
    }
    fc.assert(fc.property(anything, isBlind), { numRuns: 1000 })
  })

  it('every verdict that waits says who or what can clear it', () => {
    const isPlain = (of: GateFacts) =>
      decideGates(of).every(
        ({ verdict, until, cleared_by, reason }) =>
          reason !== '' && (verdict !== 'wait' || until !== null || cleared_by.length > 0),
      )
    fc.assert(fc.property(anything, isPlain), { numRuns: 1000 })
  })

  it('breaking the glass changes nothing but locks and freezes', () => {
    const others = (of: GateFacts) =>
      decideGates(of).filter(({ gate }) => gate !== 'lock' && gate !== 'freeze')
    const isKept = (of: GateFacts) => {
      const whole = of.reviews.filter(({ breaksGlass }) => !breaksGlass)
      const glass = { ...approval, by: 'hubot', breaksGlass: true }
      expect(others({ ...of, reviews: [...whole, glass] })).toEqual(
        others({ ...of, reviews: whole }),
      )
    }
    fc.assert(fc.property(anything, isKept), { numRuns: 1000 })
  })
})
