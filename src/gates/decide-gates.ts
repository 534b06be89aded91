import type { GateFacts, GateLock, GateRules, Review, Verdict } from './model.ts'

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
  const bypass = reviews.find(({ isBypass, state }) => isBypass && state === 'approved')
  const asked = [
    ...reviewGate(rules, reviews),
    ...timerGate(rules, facts),
    ...appGates(rules, reviews),
  ]
  return [
    ...refGate(rules, facts),
    ...asked.map((verdict) => (bypass ? bypassed(verdict, bypass) : verdict)),
    ...lockGate(facts.lock, facts.now),
    ...queueGate(facts.queue, facts.now),
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

/** Any one reviewer suffices, for either answer (contract 4.8). */
function reviewGate({ reviewers }: GateRules, reviews: readonly Review[]): Verdict[] {
  const gate = 'required_reviewers'
  const own = reviews.filter(({ ruleId, isBypass }) => ruleId === null && !isBypass)
  const rejection = own.find(({ state }) => state === 'rejected')
  if (rejection) return [refuse(gate, `Rejected by ${saidBy(rejection)}`)]
  if (!reviewers) return []
  const approval = own.find(({ state }) => state === 'approved')
  if (approval) return [pass(gate, `Approved by ${saidBy(approval)}`)]
  return [wait(gate, `Waits for a review by ${listOf(reviewers)}`, { cleared_by: reviewers })]
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

/** It overrules what waits, and not what was refused. */
const bypassed = (verdict: Verdict, review: Review): Verdict =>
  verdict.verdict === 'wait' ? pass(verdict.gate, `Bypassed by ${saidBy(review)}`) : verdict

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
