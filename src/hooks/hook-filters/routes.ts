import type { Route } from '../../auth/route.ts'
import { type Answer, ok } from '../../http/answer.ts'
import { parseBody } from '../../http/body.ts'
import { idIn, type RepositoryCall, repositoryRoute } from '../../repositories/repositories.ts'
import { findHookOfRepository } from '../hooks.ts'
import { editFilter } from './hook-filters.ts'
import { filterEdit, filterOf } from './model.ts'

const docs = 'https://docs.github.com/rest/repos/webhooks'
const path = '/hooks/:hook_id/filter'

/** Which events about deployments a repository's hook hears of, of those that it listens to. */
export const hookFilterRoutes: readonly Route[] = [
  ...repositoryRoute('GET', path, { access: 'hooks:read', docs }, get),
  ...repositoryRoute('PATCH', path, { access: 'hooks:write', docs }, update),
]

async function get({ app, repository, params }: RepositoryCall): Promise<Answer> {
  const hook = await findHookOfRepository(app.store.read, repository, idIn(params['hook_id']))
  return ok(filterOf(hook))
}

async function update({ app, repository, params, body }: RepositoryCall): Promise<Answer> {
  const edit = parseBody(body, filterEdit, 'Hook')
  return ok(await editFilter(app, repository, idIn(params['hook_id']), edit))
}
