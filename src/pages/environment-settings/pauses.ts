import { z } from 'zod'
import { requireUser } from '../../auth/auth.ts'
import type { Environment } from '../../environments/model.ts'
import { removeFreeze, setFreeze } from '../../freezes/freezes.ts'
import { newFreeze } from '../../freezes/model.ts'
import { type Locking, lockEnvironment, newLock, unlockEnvironment } from '../../gates/locks.ts'
import { parseBody } from '../../http/body.ts'
import type { Tx } from '../../store/engine.ts'
import type { RepositoryVisit } from '../dashboard/repository-page.ts'
import { freezeOf } from './parse-freeze.ts'

/** Sets one, in place of what had its name. */
export async function freeze(visit: RepositoryVisit, { name: environmentName }: Environment) {
  const { app, repository, session, form } = visit
  const { name: freezeName, body } = freezeOf(form)
  const request = parseBody(visit.call({ body }).body, newFreeze, 'Freeze')
  const place = { repositoryId: repository.id, environmentName, name: freezeName }
  await setFreeze(app, place, session.account, request)
}

export async function unfreeze(visit: RepositoryVisit, { name: environmentName }: Environment) {
  const { app, repository, params } = visit
  await removeFreeze(app, {
    repositoryId: repository.id,
    environmentName,
    name: params['name'] ?? '',
  })
}

function lockingOf(visit: RepositoryVisit, { name }: Environment): Locking {
  const { actor, permission, repository } = visit.call()
  const { account } = requireUser(actor)
  return { repositoryId: repository.id, name, account, isAdmin: permission === 'admin' }
}

const hourMs = 3_600_000
const hours = z.coerce.number().int().min(0).max(8760).catch(0)

export async function lock(visit: RepositoryVisit, environment: Environment): Promise<void> {
  const { app, repository, form } = visit
  const lasting = hours.parse(form['hours']) * hourMs
  const expires_at = lasting > 0 ? new Date(app.now().getTime() + lasting).toISOString() : null
  const { body } = visit.call({ body: { reason: form['reason']?.trim() ?? '', expires_at } })
  const request = parseBody(body, newLock, 'Lock')
  const locking = lockingOf(visit, environment)
  const lockIt = (tx: Tx) => lockEnvironment(app, tx, locking, request)
  await app.store.transaction(lockIt, repository.id)
}

export async function unlock(visit: RepositoryVisit, environment: Environment): Promise<void> {
  const { app, repository } = visit
  const locking = lockingOf(visit, environment)
  await app.store.transaction((tx) => unlockEnvironment(app, tx, locking), repository.id)
}
