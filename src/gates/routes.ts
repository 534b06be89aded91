import { simpleUser } from '../accounts/payload.ts'
import { requireUser } from '../auth/auth.ts'
import type { Route } from '../auth/route.ts'
import { findEnvironment } from '../environments/environments.ts'
import { environmentKeyOf } from '../environments/model.ts'
import { type Answer, noContent, ok } from '../http/answer.ts'
import { parseBody } from '../http/body.ts'
import { Problem } from '../lib/problem.ts'
import { toSecond } from '../lib/time.ts'
import type { Urls } from '../lib/urls.ts'
import { findAncestry } from '../queues/queues.ts'
import { type RepositoryCall, repositoryRoute } from '../repositories/repositories.ts'
import { findGates, isGated } from './gates.ts'
import {
  findLock,
  type Lock,
  type Locking,
  lockEnvironment,
  newLock,
  unlockEnvironment,
} from './locks.ts'

const docs = 'https://docs.github.com/rest/deployments/environments'
const reading = { access: 'deployments:read', docs } as const
const writing = { access: 'deployments:write', docs } as const
const lock = '/environments/:environment_name/lock'

/** What GitHub does not have: locks, and whether a deployment would pass. */
export const gateRoutes: readonly Route[] = [
  ...repositoryRoute('GET', lock, reading, getLock),
  ...repositoryRoute('PUT', lock, writing, setLock),
  ...repositoryRoute('DELETE', lock, writing, removeLock),
  ...repositoryRoute(
    'GET',
    '/environments/:environment_name/deployability',
    reading,
    getDeployability,
  ),
]

const placeOf = ({ repository, params }: RepositoryCall) => ({
  repositoryId: repository.id,
  name: params['environment_name'] ?? '',
})

const lockingOf = (call: RepositoryCall): Locking => ({
  ...placeOf(call),
  account: requireUser(call.actor).account,
  isAdmin: call.permission === 'admin',
})

async function getLock(call: RepositoryCall): Promise<Answer> {
  const { app, urls } = call
  return ok(lockPayload(await findLock(app, app.store.read, placeOf(call)), urls))
}

async function setLock(call: RepositoryCall): Promise<Answer> {
  const request = parseBody(call.body, newLock, 'Lock')
  return ok(lockPayload(await lockEnvironment(call.app, lockingOf(call), request), call.urls))
}

async function removeLock(call: RepositoryCall): Promise<Answer> {
  await unlockEnvironment(call.app, lockingOf(call))
  return noContent
}

function lockPayload({ environment, reason, expires_at, created_at, ...of }: Lock, urls: Urls) {
  const { account_id: id, login, type, site_admin } = of
  const isThere = id !== null && login !== null && type !== null && site_admin !== null
  return {
    environment,
    reason,
    owner: isThere ? simpleUser({ id, login, type, site_admin }, urls) : null,
    created_at: toSecond(created_at),
    expires_at: expires_at && toSecond(expires_at),
  }
}

/** What the gates would say of a ref that was deployed now, by anyone. */
async function getDeployability(call: RepositoryCall): Promise<Answer> {
  const { app, repository, query } = call
  const ref = query['ref'] || repository.default_branch
  const resolved = await app.git.resolve(repository.id, ref)
  if (!resolved) throw new Problem('invalid', `No ref found for: ${ref}`)
  const { name } = placeOf(call)
  const { sha, kind: type } = resolved
  const named = { type, name: resolved.kind === 'sha' ? ref : resolved.name }
  const { outcome, verdicts } = await findVerdicts(call, name, { sha, ref: named })
  return ok({ environment: name, ref, sha, deployable: outcome === 'release', verdicts })
}

type Wanted = {
  readonly sha: string
  readonly ref: { readonly type: 'branch' | 'tag' | 'sha'; readonly name: string }
}

/** An environment that is not there yet has no gates: a deployment would make it. */
async function findVerdicts(
  { app, repository, query }: RepositoryCall,
  name: string,
  { sha, ref }: Wanted,
) {
  const { read } = app.store
  const environment = await findEnvironment(read, repository.id, name).catch(undefinedIfNone)
  if (!environment || !(await isGated(read, environment))) {
    return { outcome: 'release', verdicts: [] }
  }
  const environment_key = environmentKeyOf(environment.name)
  const { target = '', task = 'deploy' } = query
  const queued = { repository_id: repository.id, environment_key, target, task, sha }
  const ancestry = await findAncestry(app, queued)
  const now = app.now()
  const { outcome, verdicts } = await findGates(read, {
    ...{ repository, environmentId: environment.id, ref, ancestry, now, heldAt: now },
    deployment: { ...queued, environment: environment.name, payload: '{}' },
  })
  return { outcome: outcome.kind, verdicts }
}

function undefinedIfNone(error: unknown): undefined {
  if (error instanceof Problem && error.code === 'not_found') return undefined
  throw error
}
