import type { App } from '../app.ts'
import type { AccessName } from '../auth/access.ts'
import type { Actor } from '../auth/model.ts'
import { Problem } from '../lib/problem.ts'
import { noticeName } from '../notices/notices.ts'
import { findRepositoryById, isAuthorized } from '../repositories/repositories.ts'

/** What GitHub's API asks for on the operation that shows the same. */
const accessByEvent: Readonly<Record<string, AccessName>> = {
  check_run: 'checks:read',
  check_suite: 'checks:read',
  create: 'code:read',
  delete: 'code:read',
  deployment: 'deployments:read',
  deployment_status: 'deployments:read',
  push: 'code:read',
  repository_dispatch: 'code:read',
  status: 'statuses:read',
  [noticeName]: 'deployments:read',
}
/** Of every other kind, those hear who could have a hook tell them. */
const otherwise: AccessName = 'hooks:read'

/** Whether the caller may see such an event of a repository. */
export type Sight = (repositoryId: number, name: string) => Promise<boolean>

/** Asked of each repository and kind of access once: make a new one for every page. */
export function sightOf({ store }: Pick<App, 'store'>, actor: Actor): Sight {
  const known = new Map<string, Promise<boolean>>()
  return (repositoryId, name) => {
    const access = accessByEvent[name] ?? otherwise
    const key = `${repositoryId} ${access}`
    const answer = known.get(key) ?? maySee(store, actor, { repositoryId, access })
    known.set(key, answer)
    return answer
  }
}

type Wish = { readonly repositoryId: number; readonly access: AccessName }

async function maySee({ read }: App['store'], actor: Actor, wish: Wish): Promise<boolean> {
  try {
    const repository = await findRepositoryById(read, wish.repositoryId)
    return await isAuthorized(read, actor, repository, wish.access)
  } catch (error) {
    // Deleted since its events were listed.
    if (error instanceof Problem && error.code === 'not_found') return false
    throw error
  }
}
