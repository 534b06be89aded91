import type { Frost, GateFacts, GateLock, GateRules, Review, Verdict } from './model.ts'

/** GitHub's limit for a review or an App that nobody hears of (contract 4.8), and here for whatever else waits. */
const holdMsMax = 30 * 24 * 60 * 60 * 1000
const minuteMs = 60_000

/** When a held deployment fails, whatever it waits for. */
const expiryOf = (heldAt: Date): Date => new Date(heldAt.getTime() + holdMsMax)

/** What each of an environment's gates says of a deployment. What cannot be asked refuses. */
export function decideGates(facts: GateFacts): Verdict[] {
  const { rules, binding, environment } = facts
  if (!rules) return [refuse('environment', `${environment} was deleted`)]
  const reviews = facts.reviews.filter((review) => review.binding === binding)
  const approvals = reviews.filter(({ state }) => state === 'approved')
  const bypass = approvals.find(({ isBypass }) => isBypass)
  const breaker = approvals.find(({ breaksGlass }) => breaksGlass)
  const first = facts.queue?.kind === 'wait' && approvals.find(({ overtakes }) => overtakes)
  const turn = queueGate(facts.queue, facts.now)
  const asked = [
    ...reviewGate(rules, reviews),
    ...timerGate(rules, facts),
    ...appGates(rules, reviews),
  ]
  const forbidden = [...lockGate(facts.lock, facts.now), ...facts.freezes.map(freezeGate)]
  return [
    ...refGate(rules, facts),
    ...asked.map((verdict) => (bypass ? overruled(verdict, 'Bypassed', bypass) : verdict)),
    ...forbidden.map((verdict) => (breaker ? overruled(verdict, 'Overruled', breaker) : verdict)),
    ...turn.map((verdict) => (first ? overruled(verdict, 'Put first', first) : verdict)),
  ].map((verdict) => expired(verdict, facts))
}

const pass = (gate: Verdict['gate'], reason: string): Verdict => ({
  ...{ gate, reason },
  ...{ verdict: 'pass', until: null, cleared_by: [] },
})

const refuse = (gate: Verdict['gate'], reason: string): Verdict => ({
  ...pass(gate, reason),
  verdict: 'refuse',
})

type Waiting = Pick<Verdict, 'cleared_by'> & { readonly until?: Date | null }

const wait = (gate: Verdict['gate'], reason: string, { cleared_by, until }: Waiting): Verdict => ({
  ...{ gate, reason, cleared_by },
  ...{ verdict: 'wait', until: until?.toISOString() ?? null },
})

function refGate({ areRefsLimited }: GateRules, { ref, environment }: GateFacts): Verdict[] {
  if (!areRefsLimited) return []
  const gate = 'branch_policy'
  if (ref.isAllowed) return [pass(gate, `${ref.name} may be deployed to ${environment}`)]
  return [refuse(gate, `${ref.name} may not be deployed to ${environment}`)]
}

/** Any one reviewer suffices, for either answer (contract 4.8), unless more are to approve. */
function reviewGate(
  { reviewers, requiredApprovals }: GateRules,
  reviews: readonly Review[],
): Verdict[] {
  const gate = 'required_reviewers'
  const own = reviews.filter(
    (one) => one.ruleId === null && !one.isBypass && !one.breaksGlass && !one.overtakes,
  )
  const rejection = own.find(({ state }) => state === 'rejected')
  if (rejection) return [refuse(gate, `Rejected by ${saidBy(rejection)}`)]
  if (!reviewers) return []
  const approvals = new Map(
    own.filter(({ state }) => state === 'approved').map((one) => [one.by, one]),
  )
  if (approvals.size >= requiredApprovals) {
    return [pass(gate, `Approved by ${[...approvals.values()].map(saidBy).join(' and ')}`)]
  }
  const others = reviewers.filter((name) => !approvals.has(name))
  const cleared_by = others.length > 0 ? others : reviewers
  const missing = requiredApprovals - approvals.size
  const what = missing === 1 ? 'a review' : `${missing} reviews`
  return [wait(gate, `Waits for ${what} by ${listOf(cleared_by)}`, { cleared_by })]
}

const saidBy = ({ by, comment }: Review) => (comment === '' ? by : `${by}: ${comment}`)

const listOf = (names: readonly string[]) =>
  names.length === 0 ? 'somebody, and every reviewer is gone' : names.join(' or ')

function timerGate({ waitMinutes }: GateRules, { heldAt, now }: GateFacts): Verdict[] {
  if (waitMinutes === null) return []
  const until = new Date(heldAt.getTime() + waitMinutes * minuteMs)
  if (now >= until) return [pass('wait_timer', `Waited ${waitMinutes} minutes`)]
  return [wait('wait_timer', `Waits until ${until.toISOString()}`, { until, cleared_by: [] })]
}

const appGates = ({ apps }: GateRules, reviews: readonly Review[]): Verdict[] =>
  apps.map((app) => appGate(app, reviews))

function appGate(
  { ruleId, slug, isReachable }: GateRules['apps'][number],
  reviews: readonly Review[],
): Verdict {
  const gate = 'custom_rule'
  const own = reviews.filter((review) => review.ruleId === ruleId)
  const rejection = own.find(({ state }) => state === 'rejected')
  if (rejection) return refuse(gate, `Rejected by the App ${saidBy(rejection)}`)
  const approval = own.find(({ state }) => state === 'approved')
  if (approval) return pass(gate, `Approved by the App ${saidBy(approval)}`)
  if (isReachable) return wait(gate, `Waits for the App ${slug}`, { cleared_by: [slug] })
  return refuse(gate, `The App ${slug} cannot decide: it is not installed here as its rule needs`)
}

function lockGate(lock: GateLock | null, now: Date): Verdict[] {
  if (!lock || (lock.expiresAt && lock.expiresAt <= now)) return []
  const { by, reason, expiresAt } = lock
  return [wait('lock', `Locked by ${by}: ${reason}`, { until: expiresAt, cleared_by: [by] })]
}

function freezeGate(frost: Frost): Verdict {
  if (frost.kind === 'unreadable') {
    return refuse('freeze', `The calendar of the freeze ${frost.name} cannot be read: set it anew`)
  }
  const { summary, until } = frost
  return wait('freeze', `Frozen until ${until.toISOString()}: ${summary}`, {
    until,
    cleared_by: [],
  })
}

/** What git has yet to compare is looked at again at once. */
function queueGate(queue: GateFacts['queue'], now: Date): Verdict[] {
  const gate = 'queue'
  switch (queue?.kind) {
    case undefined:
      return []
    case 'go':
      return [pass(gate, queue.reason)]
    case 'wait':
      return [wait(gate, queue.reason, { cleared_by: [`deployment ${queue.for}`] })]
    case 'ask git':
      return [wait(gate, queue.reason, { cleared_by: [], until: now })]
    case 'give way':
    case 'refuse':
      return [refuse(gate, queue.reason)]
  }
}

/** What waits, and not what was refused. */
function overruled(
  verdict: Verdict,
  how: 'Bypassed' | 'Overruled' | 'Put first',
  review: Review,
): Verdict {
  if (verdict.verdict !== 'wait') return verdict
  return { ...pass(verdict.gate, `${how} by ${saidBy(review)}`), cleared_by: [review.by] }
}

/** Who let something pass in spite of a gate, and why. */
export const overrulingIn = (verdicts: readonly Verdict[]): string | undefined =>
  verdicts.find(({ verdict, cleared_by }) => verdict === 'pass' && cleared_by.length > 0)?.reason

function expired(verdict: Verdict, { heldAt, now }: GateFacts): Verdict {
  if (verdict.verdict !== 'wait' || now < expiryOf(heldAt)) return verdict
  return refuse(verdict.gate, `${verdict.reason}, and nothing happened for 30 days`)
}

export type Outcome =
  | { readonly kind: 'release'; readonly reason: string }
  | { readonly kind: 'end'; readonly reason: string }
  /** Nothing changes by itself before `dueAt`. */
  | { readonly kind: 'hold'; readonly reason: string; readonly dueAt: Date }

/** One refusal ends it, and one wait holds it. */
export function decideOutcome(
  verdicts: readonly Verdict[],
  { heldAt }: Pick<GateFacts, 'heldAt'>,
): Outcome {
  const refusal = verdicts.find(({ verdict }) => verdict === 'refuse')
  if (refusal) return { kind: 'end', reason: refusal.reason }
  const waiting = verdicts.filter(({ verdict }) => verdict === 'wait')
  if (waiting.length === 0) return { kind: 'release', reason: reasonOf(verdicts) }
  const times = waiting.flatMap(({ until }) => (until === null ? [] : [Date.parse(until)]))
  const dueAt = new Date(Math.min(...times, expiryOf(heldAt).getTime()))
  return { kind: 'hold', reason: reasonOf(waiting), dueAt }
}

const reasonOf = (verdicts: readonly Verdict[]) => verdicts.map(({ reason }) => reason).join('; ')
