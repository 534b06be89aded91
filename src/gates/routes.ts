import { simpleUser } from '../accounts/payload.ts'
import { requireUser } from '../auth/auth.ts'
import type { Route } from '../auth/route.ts'
import { type Answer, noContent, ok } from '../http/answer.ts'
import { parseBody } from '../http/body.ts'
import { toSecond } from '../lib/time.ts'
import type { Urls } from '../lib/urls.ts'
import { type RepositoryCall, repositoryRoute } from '../repositories/repositories.ts'
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

/** What GitHub does not have: locks. */
export const gateRoutes: readonly Route[] = [
  ...repositoryRoute('GET', lock, reading, getLock),
  ...repositoryRoute('PUT', lock, writing, setLock),
  ...repositoryRoute('DELETE', lock, writing, removeLock),
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
  const { app, repository, urls } = call
  const locking = lockingOf(call)
  const request = parseBody(call.body, newLock, 'Lock')
  const made = await app.store.transaction(
    (tx) => lockEnvironment(app, tx, locking, request),
    repository.id,
  )
  return ok(lockPayload(made, urls))
}

async function removeLock(call: RepositoryCall): Promise<Answer> {
  const { app, repository } = call
  const locking = lockingOf(call)
  await app.store.transaction((tx) => unlockEnvironment(app, tx, locking), repository.id)
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
