import type { App } from '../app.ts'
import { recordAudit } from '../audit/audit.ts'
import type { Deployment } from '../deployments/model.ts'
import { type GivenReview, recordReview } from '../gates/gates.ts'
import type { Verdict } from '../gates/model.ts'
import { Problem } from '../lib/problem.ts'
import { boundTo, findWaiting, lineOf, type Place, type Reviewing } from './reviews.ts'
import { findHeldAncestry, gatesOf, settle } from './settle.ts'

type Kind = {
  readonly gates: readonly Verdict['gate'][]
  readonly flags: Pick<GivenReview, 'breaks_glass' | 'overtakes'>
  readonly absent: string
  readonly by: string
}

export type Overruling = 'break_glass' | 'overtake'

const overrulings: Readonly<Record<Overruling, Kind>> = {
  break_glass: {
    ...{ gates: ['lock', 'freeze'], flags: { breaks_glass: 1, overtakes: 0 } },
    ...{ absent: 'waits for no lock and no freeze', by: 'Administrators break the glass' },
  },
  overtake: {
    ...{ gates: ['queue'], flags: { breaks_glass: 0, overtakes: 1 } },
    ...{ absent: 'waits for no other deployment', by: 'Administrators let one overtake another' },
  },
}

/**
 * Lets a deployment pass in spite of locks and freezes, or before its turn, and of nothing else
 * that holds it: kept with its reason among what was said of it, and void as that is once the
 * rules change. Throws `not_found`, `forbidden` for whoever is no administrator, and `invalid`
 * where nothing of the kind is in the way.
 */
export async function overrule(
  app: App,
  { actor, isAdmin }: Reviewing,
  place: Place,
  { kind, reason }: { readonly kind: Overruling; readonly reason: string },
): Promise<Deployment> {
  const { gates: overruled, flags, absent, by } = overrulings[kind]
  if (!isAdmin) throw new Problem('forbidden', `${by}, and no App does`)
  const ancestry = await findHeldAncestry(app, place)
  return await app.store.transaction(async (tx) => {
    const held = await findWaiting(tx, place, ancestry)
    const gates = await gatesOf(app, tx, held)
    const waits = gates.verdicts.filter(({ verdict }) => verdict === 'wait')
    if (!waits.some(({ gate }) => overruled.includes(gate))) {
      throw new Problem('invalid', `Deployment ${place.id} ${absent}`)
    }
    await recordReview(app, tx, {
      ...boundTo(held, gates),
      ...{ account_id: actor.account.id, rule_id: null, comment: reason },
      ...{ state: 'approved', bypass: 0, ...flags },
    })
    await recordAudit(app, tx, { ...lineOf(held), action: `review.${kind}`, after: { reason } })
    return await settle(app, tx, held, actor)
  }, place.repository.id)
}
