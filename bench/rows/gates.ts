import { decideGates, decideOutcome } from '../../src/gates/decide-gates.ts'
import type { GateFacts, Review } from '../../src/gates/model.ts'
import { atMost, type Row } from '../finding.ts'
import { medianOf } from '../measure.ts'

const waiting = 10_000
const now = new Date('2026-01-01T12:00:00.000Z')
const later = new Date('2026-01-01T13:00:00.000Z')
const heldAt = new Date('2026-01-01T11:00:00.000Z')

/** All gates at once for each of many that wait, and half a dozen things said of it. */
export const gates: Row = {
  name: 'gates',
  measure: async ({ rounds }) => {
    const all = Array.from({ length: waiting }, (_, n) => factsOf(n))
    const seconds = Array.from({ length: rounds * 2 + 1 }, () => secondsFor(all))
    const what = `Deciding ${waiting.toLocaleString('en')} deployments that wait`
    return [{ what, unit: 's', ours: medianOf(seconds), bar: atMost(1) }]
  },
}

function secondsFor(all: readonly GateFacts[]): number {
  const startedAt = performance.now()
  const held = all.filter((facts) => decideOutcome(decideGates(facts), facts).kind === 'hold')
  if (held.length !== all.length) throw new Error('Not all of them wait')
  return (performance.now() - startedAt) / 1000
}

const factsOf = (n: number): GateFacts => ({
  ...{ now, heldAt, environment: 'production', binding: `${n}` },
  ref: { name: 'main', isAllowed: true },
  rules: {
    ...{ waitMinutes: 30, reviewers: ['octo', 'mona', 'acme/web'], requiredApprovals: 2 },
    ...{ areRefsLimited: true, apps: [{ ruleId: 1, slug: 'gatekeeper', isReachable: true }] },
  },
  reviews: ['octo', 'mona', 'hubot', 'hubot', 'hubot', 'octo'].map((by) => reviewOf(by, n)),
  lock: { by: 'octo', reason: 'Moving the database', expiresAt: later },
  queue: null,
  freezes: [{ kind: 'frozen', summary: 'Christmas', until: later }],
})

const reviewOf = (by: string, n: number): Review => ({
  ...{ by, ruleId: by === 'hubot' ? 1 : null, state: by === 'hubot' ? 'pending' : 'approved' },
  ...{ isBypass: false, breaksGlass: false, overtakes: false, comment: 'Fine' },
  binding: `${n - (n % 2)}`,
})
