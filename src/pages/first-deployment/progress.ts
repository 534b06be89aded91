import type { Account } from '../../accounts/model.ts'
import type { App } from '../../app.ts'
import { scopeListOf } from '../../auth/scopes.ts'
import { findTokens } from '../../auth/tokens.ts'
import type { Repository } from '../../repositories/model.ts'
import { findRepositories } from '../../repositories/repositories.ts'
import type { Session } from '../../sessions/model.ts'
import type { Db } from '../../store/engine.ts'
import { actorOf } from '../dashboard/dashboard.ts'
import type { Progress } from './model.ts'
import { newestDeployment, successOf } from './queries.ts'

export async function findProgress(
  { store, now }: Pick<App, 'store' | 'now'>,
  session: Session,
): Promise<Progress> {
  const token = await findToken(store.read, session.account, now())
  const repository = await findNewest(store.read, session)
  if (!repository) return { token, repository, deployment: undefined, branch: usualBranch }
  const { name, pushed_at } = repository
  return {
    token,
    repository: { name, hasPush: pushed_at !== null },
    deployment: await findDeployment(store.read, repository.id),
    branch: branchOf(repository),
  }
}

/** Any that could do what the steps ask for, however it was made. */
async function findToken(db: Db, account: Account, now: Date): Promise<Progress['token']> {
  const all = await findTokens(db, account)
  const able = all.filter(
    ({ expires_at, scopes }) =>
      (expires_at === null || Date.parse(expires_at) > now.getTime()) &&
      scopeListOf(scopes).includes('repo'),
  )
  if (able.some(({ last_used_at }) => last_used_at !== null)) return 'used'
  return able.length > 0 ? 'made' : 'none'
}

async function findNewest(db: Db, session: Session): Promise<Repository | undefined> {
  const wanted = { subject_id: session.account_id, since: '', before: '', limit: 1, offset: 0 }
  const words = ['owned', 'visible', 'created', 'descending'] as const
  const [newest] = await findRepositories(db, actorOf(session), words, wanted)
  return newest?.repository
}

async function findDeployment(db: Db, repository_id: number): Promise<Progress['deployment']> {
  const newest = await db.first(newestDeployment, { repository_id })
  if (!newest) return undefined
  const success = await db.first(successOf, { deployment_id: newest.id })
  return { id: newest.id, hasSucceeded: success !== undefined }
}

const usualBranch = 'main'

/** The page's commands are pasted into a shell, and git lets branches have names that are commands. */
const branchOf = ({ default_branch }: Repository): string =>
  /^[\w.][\w./-]*$/.test(default_branch) ? default_branch : usualBranch
