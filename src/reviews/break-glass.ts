import type { App } from '../app.ts'
import { recordAudit } from '../audit/audit.ts'
import type { Deployment } from '../deployments/model.ts'
import { recordReview } from '../gates/gates.ts'
import type { Verdict } from '../gates/model.ts'
import { Problem } from '../lib/problem.ts'
import { boundTo, findWaiting, lineOf, type Place, type Reviewing } from './reviews.ts'
import { gatesOf, settle } from './settle.ts'

/**
 * Lets a deployment pass in spite of locks and freezes, and of nothing else that holds it:
 * kept with its reason among what was said of it, and void as that is once the rules change.
 * Throws `not_found`, `forbidden` for whoever is no administrator, and `invalid` where no
 * glass is in the way.
 */
export async function breakGlass(
  app: App,
  { actor, isAdmin }: Reviewing,
  place: Place,
  reason: string,
): Promise<Deployment> {
  if (!isAdmin) throw new Problem('forbidden', 'Administrators break the glass, and no App does')
  return await app.store.transaction(async (tx) => {
    const held = await findWaiting(tx, place)
    const gates = await gatesOf(app, tx, held)
    if (!gates.verdicts.some(isGlass)) {
      throw new Problem('invalid', `Deployment ${place.id} waits for no lock and no freeze`)
    }
    await recordReview(app, tx, {
      ...boundTo(held, gates),
      ...{ account_id: actor.account.id, rule_id: null, comment: reason },
      ...{ state: 'approved', bypass: 0, breaks_glass: 1 },
    })
    await recordAudit(app, tx, { ...lineOf(held), action: 'review.break_glass', after: { reason } })
    return await settle(app, tx, held, actor)
  }, place.repository.id)
}

const isGlass = ({ gate, verdict }: Verdict) =>
  verdict === 'wait' && (gate === 'lock' || gate === 'freeze')
