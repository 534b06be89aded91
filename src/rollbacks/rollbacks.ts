import type { App } from '../app.ts'
import type { UserActor } from '../auth/model.ts'
import { deployCommit } from '../deployments/deployments.ts'
import { findDeployment } from '../deployments/find-deployment.ts'
import type { Deployment } from '../deployments/model.ts'
import { hasSucceeded } from '../deployments/statuses.ts'
import type { GateRef } from '../gates/model.ts'
import { parseExactJson } from '../http/exact-json.ts'
import { Problem } from '../lib/problem.ts'
import type { Repository } from '../repositories/model.ts'

type Wanted = { readonly id: number; readonly description?: string | undefined }

/**
 * Asks for what an earlier deployment deployed: the same commit, to the same environment, with
 * its payload. An ordinary deployment otherwise, which every gate may hold; its checks are
 * not asked again. Throws `not_found`, and `invalid` for one that never succeeded.
 */
export async function rollBack(
  app: App,
  actor: UserActor,
  repository: Repository,
  { id, description = `Rollback to deployment ${id}` }: Wanted,
): Promise<Deployment> {
  const { read } = app.store
  const earlier = await findDeployment(read, repository.id, id)
  if (!(await hasSucceeded(read, id))) {
    const message = `Deployment ${id} never succeeded, so there is nothing to go back to. Deploy ${earlier.ref} instead.`
    throw new Problem('invalid', message)
  }
  return await deployAgain(app, actor, repository, { ...earlier, description, task: 'rollback' })
}

/** The same commit, to the same environment, with the same payload; its checks are not asked again. */
export async function deployAgain(
  app: App,
  actor: UserActor,
  repository: Repository,
  earlier: Deployment,
): Promise<Deployment> {
  const { ref, sha, environment, description, task } = earlier
  const request = {
    ...{ ref, environment, description, task },
    ...{ auto_merge: false, required_contexts: [] },
    payload: payloadOf(earlier),
    transient_environment: earlier.transient_environment === 1,
    production_environment: earlier.production_environment === 1,
  }
  const commit = { request, sha, ref: await findRef(app, repository, earlier) }
  return await deployCommit(app, actor, repository, commit)
}

/**
 * With `to`, as agents ask for it (agent 4): without it they go to whatever they had before. A
 * text cannot hold it and gives way to it.
 */
function payloadOf({ payload, sha }: Deployment): object {
  const members = parseExactJson(payload)
  return typeof members === 'object' ? { ...members, to: sha } : { to: sha }
}

/** What the branch policies are to judge. A ref that is gone is no more than its commit. */
async function findRef(
  { git }: Pick<App, 'git'>,
  { id }: Repository,
  { ref }: Deployment,
): Promise<GateRef> {
  const resolved = await git.resolve(id, ref)
  if (!resolved || resolved.kind === 'sha') return { type: 'sha', name: ref }
  return { type: resolved.kind, name: resolved.name }
}
