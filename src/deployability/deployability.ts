import type { App } from '../app.ts'
import { findEnvironment } from '../environments/environments.ts'
import { type Environment, environmentKeyOf } from '../environments/model.ts'
import { findGates, isGated } from '../gates/gates.ts'
import type { Verdict } from '../gates/model.ts'
import { Problem } from '../lib/problem.ts'
import { findAncestry } from '../queues/queues.ts'
import { findContextVerdicts } from '../readiness/contexts.ts'
import type { RefRequest, ResolvedRequest } from '../readiness/model.ts'
import { findMergeVerdicts, resolveRef } from '../readiness/readiness.ts'
import type { Repository } from '../repositories/model.ts'

/** What somebody would ask for. */
export type Wanted = RefRequest & {
  readonly environment: string
  readonly task: string
  /** Empty for the environment as a whole. */
  readonly target: string
}

/** Whether that would be deployed at once, and why not. */
export type Deployability = {
  readonly environment: string
  readonly ref: string
  readonly sha: string
  readonly deployable: boolean
  readonly verdicts: readonly Verdict[]
}

type Asked = ResolvedRequest & {
  /** Undefined for one that is not there yet: a deployment would make it. */
  readonly environment: Environment | undefined
} & Pick<Wanted, 'task' | 'target'>

/** Who is asked, in the order in which their verdicts are told. */
const judges: readonly ((app: App, asked: Asked) => Promise<readonly Verdict[]>)[] = [
  findMergeVerdicts,
  ({ store }, asked) => findContextVerdicts(store.read, asked),
  findGateVerdicts,
]

/** Asks all that would be asked, and makes nothing. Throws `invalid` for a ref that names no commit. */
export async function findDeployability(
  app: App,
  repository: Repository,
  { environment: name, ...request }: Wanted,
): Promise<Deployability> {
  const { sha, at } = await resolveRef(app, repository, request.ref)
  const environment = await findIfThere(app, repository, name)
  const asked = { ...request, repository, sha, at, environment }
  const verdicts = (await Promise.all(judges.map((judge) => judge(app, asked)))).flat()
  const deployable = verdicts.every(({ verdict }) => verdict === 'pass')
  return { environment: environment?.name ?? name, ref: request.ref, sha, deployable, verdicts }
}

async function findIfThere({ store }: App, { id }: Repository, name: string) {
  try {
    return await findEnvironment(store.read, id, name)
  } catch (error) {
    if (error instanceof Problem && error.code === 'not_found') return undefined
    throw error
  }
}

async function findGateVerdicts(
  app: App,
  { environment, repository, sha, at, task, target }: Asked,
): Promise<readonly Verdict[]> {
  const { store, now } = app
  if (!environment || !(await isGated(store.read, environment))) return []
  const { id, name } = environment
  const environment_key = environmentKeyOf(name)
  const queued = { repository_id: repository.id, environment_key, target, task, sha }
  const ancestry = await findAncestry(app, queued)
  const { verdicts } = await findGates(store.read, {
    ...{ repository, environmentId: id, ref: at, ancestry, now: now(), heldAt: now() },
    deployment: { ...queued, environment: name, payload: '{}' },
  })
  return verdicts
}

/**
 * A refusal for the ref, with everything else that is in the way beside what GitHub says;
 * only where the environment has gates, so that others answer to the byte as GitHub does.
 */
export async function explainRefusal(
  app: App,
  repository: Repository,
  wanted: Wanted,
  refusal: Problem,
): Promise<Problem> {
  const environment = await findIfThere(app, repository, wanted.environment)
  if (!environment || !(await isGated(app.store.read, environment))) return refusal
  const deployability = await findDeployability(app, repository, wanted)
  return new Problem(refusal.code, refusal.message, refusal.errors, { deployability })
}
