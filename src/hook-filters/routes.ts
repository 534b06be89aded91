import { z } from 'zod'
import { recordAudit } from '../audit/audit.ts'
import type { Route } from '../auth/route.ts'
import { filterFields, parseFilter } from '../events/model.ts'
import { findHook } from '../hooks/find-hooks.ts'
import { type Hook, holderOfRepository } from '../hooks/model.ts'
import { type Answer, ok } from '../http/answer.ts'
import { parseBody } from '../http/body.ts'
import { idIn, type RepositoryCall, repositoryRoute } from '../repositories/repositories.ts'
import { updateFilter } from './queries.ts'

const docs = 'https://docs.github.com/rest/repos/webhooks'
const path = '/hooks/:hook_id/filter'

/** Which events about deployments a repository's hook hears of, of those that it listens to. */
export const hookFilterRoutes: readonly Route[] = [
  ...repositoryRoute('GET', path, { access: 'hooks:read', docs }, get),
  ...repositoryRoute('PATCH', path, { access: 'hooks:write', docs }, update),
]

/** What is absent stays. `inactive` statuses are told to nobody who does not ask (contract D11). */
const edit = z.strictObject({ ...filterFields, inactive: z.boolean() }).partial()

const nothing = { environments: [], states: [], tasks: [], production_only: false }

const payloadOf = ({ filter, hears_inactive }: Pick<Hook, 'filter' | 'hears_inactive'>) => ({
  ...(filter === null ? nothing : parseFilter(filter)),
  inactive: hears_inactive === 1,
})

async function get({ app, repository, params }: RepositoryCall): Promise<Answer> {
  const holder = holderOfRepository(repository)
  return ok(payloadOf(await findHook(app.store.read, holder, idIn(params['hook_id']))))
}

async function update({ app, repository, params, body }: RepositoryCall): Promise<Answer> {
  const { inactive, ...request } = parseBody(body, edit, 'Hook')
  const holder = holderOfRepository(repository)
  const payload = await app.store.transaction(async (tx) => {
    const hook = await findHook(tx, holder, idIn(params['hook_id']))
    const before = payloadOf(hook)
    const { inactive: hears, ...filter } = {
      ...before,
      ...request,
      inactive: inactive ?? before.inactive,
    }
    const row = {
      id: hook.id,
      filter: JSON.stringify(filter),
      hears_inactive: hears ? 1 : 0,
    } as const
    await tx.first(updateFilter, { ...row, updated_at: app.now().toISOString() })
    const line = { action: 'hook.filter', repository_id: repository.id, subject: `hook ${hook.id}` }
    await recordAudit(app, tx, { ...line, before, after: payloadOf(row) })
    return payloadOf(row)
  }, repository.id)
  return ok(payload)
}
