import type { App } from '../app.ts'
import type { UserActor } from '../auth/model.ts'
import { lockEnvironment, lockReasonCharactersMax, unlockEnvironment } from '../gates/locks.ts'
import { Problem } from '../lib/problem.ts'
import type { Repository } from '../repositories/model.ts'
import { findPermission } from '../repositories/repositories.ts'
import type { Tx } from '../store/engine.ts'
import type { Deployment, NewDeployment } from './model.ts'
import { recordGateStatus } from './statuses.ts'

/** How chats lock an environment (hubot-deploy): deployments that deploy nothing, which agents hear of as of all. */
export const isLockTask = (task: string): boolean =>
  task === 'deploy:lock' || task === 'deploy:unlock'

type Asked = Pick<NewDeployment, 'task' | 'environment' | 'description'> & {
  readonly actor: UserActor
  readonly repository: Repository
}

/**
 * Locks or unlocks the environment by a deployment that was just made: it succeeds, and is
 * inactive at once, since it is not what runs there. Throws `conflict` where another's lock is.
 */
export async function carryOutLocking(
  app: App,
  tx: Tx,
  asked: Asked,
  deployment: Deployment,
): Promise<Deployment> {
  const { actor, repository } = asked
  const description = await changeLock(app, tx, asked)
  const place = { repository, deployment, author: actor }
  const done = await recordGateStatus(app, tx, place, { state: 'success', description })
  const after = { state: 'inactive', description } as const
  return await recordGateStatus(app, tx, { ...place, deployment: done }, after)
}

/** Gives what was done. */
async function changeLock(app: App, tx: Tx, { actor, repository, ...asked }: Asked) {
  const { environment: name, task } = asked
  const { account } = actor
  const isAdmin = (await findPermission(tx, repository, account.id)) === 'admin'
  const locking = { repositoryId: repository.id, name, account, isAdmin }
  if (task === 'deploy:unlock') {
    return (await unlockIfLocked(app, tx, locking)) ? `Unlocked ${name}` : `${name} was not locked`
  }
  const { reason } = await lockEnvironment(app, tx, locking, { reason: reasonIn(asked) })
  return `Locked ${name}: ${reason}`
}

async function unlockIfLocked(app: App, tx: Tx, locking: Parameters<typeof unlockEnvironment>[2]) {
  try {
    await unlockEnvironment(app, tx, locking)
    return true
  } catch (error) {
    if (error instanceof Problem && error.code === 'not_found') return false
    throw error
  }
}

/** A chat has one text for both, and may leave it out. */
function reasonIn({ description, task }: Pick<Asked, 'description' | 'task'>): string {
  const text = (description ?? '').replace(/\p{Cc}+/gu, ' ').trim() || task
  return [...text].slice(0, lockReasonCharactersMax).join('')
}
