import type { App } from '../app.ts'
import type { UserActor } from '../auth/model.ts'
import { findDeployment } from '../deployments/find-deployment.ts'
import type { Deployment } from '../deployments/model.ts'
import { findEnvironment } from '../environments/environments.ts'
import { type Environment, environmentKeyOf } from '../environments/model.ts'
import { findGates, isGated } from '../gates/gates.ts'
import type { Verdict } from '../gates/model.ts'
import { findHold } from '../holds/holds.ts'
import { Problem } from '../lib/problem.ts'
import type { Repository } from '../repositories/model.ts'
import type { Db } from '../store/engine.ts'
import type { ClaimFacts } from './decide-claim.ts'
import { claimOf, endingOf } from './queries.ts'

/** A deployment, and who would run it. */
export type Claiming = {
  readonly repository: Repository
  readonly id: number
  readonly actor: UserActor
  /** The token that claims. */
  readonly tokenId: number
}

export type Found = {
  readonly facts: ClaimFacts
  /** Undefined once it was deleted: then `facts.closed` says so. */
  readonly environment: Environment | undefined
}

/** All that decides whether somebody may run a deployment. Throws `not_found`. */
export async function findClaimFacts(
  { now }: Pick<App, 'now'>,
  db: Db,
  { repository, id, tokenId }: Claiming,
): Promise<Found> {
  const deployment = await findDeployment(db, repository.id, id)
  const { original_environment: name, environment_key } = deployment
  const environment = await findEnvironment(db, repository.id, name).catch(undefinedIfNone)
  const facts = {
    ...{ id, environment: name, tokenId, now: now().toISOString() },
    isHeld: (await findHold(db, id)) !== undefined,
    ended: (await db.first(endingOf, { deployment_id: id }))?.state ?? null,
    isMoved: environment_key !== environmentKeyOf(name),
    closed: environment
      ? await findClosed(db, { repository, deployment, environment, now: now() })
      : `${name} was deleted`,
    claim: await db.first(claimOf, { deployment_id: id }),
  }
  return { facts, environment }
}

function undefinedIfNone(error: unknown): undefined {
  if (error instanceof Problem && error.code === 'not_found') return undefined
  throw error
}

/**
 * The gates that were asked about what is deployed. A ref's policy and a lock are not among
 * them: those were asked when it was released, and say nothing of what goes already.
 */
const askedAgain: readonly Verdict['gate'][] = [
  'environment',
  'required_reviewers',
  'wait_timer',
  'custom_rule',
]

type Asking = {
  readonly repository: Repository
  readonly deployment: Deployment
  readonly environment: Environment
  readonly now: Date
}

/**
 * What does not let the deployment pass now: one that was made before the environment had
 * rules was never asked, and reviews are void when its rules have changed.
 */
async function findClosed(db: Db, asking: Asking): Promise<string | null> {
  const { repository, deployment, environment, now } = asking
  if (!(await isGated(db, environment))) return null
  const { verdicts } = await findGates(db, {
    ...{ repository, deployment, environmentId: environment.id, now },
    heldAt: new Date(deployment.created_at),
    ref: { type: 'branch', name: deployment.ref },
    // Whose turn it is was asked when it went out, and is not asked again.
    ancestry: new Map(),
  })
  const closed = verdicts.find(
    ({ gate, verdict }) => verdict !== 'pass' && askedAgain.includes(gate),
  )
  return closed?.reason ?? null
}
