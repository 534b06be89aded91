import type { Route } from '../../auth/route.ts'
import { type Answer, ok } from '../../http/answer.ts'
import { parseBody } from '../../http/body.ts'
import { Problem } from '../../lib/problem.ts'
import { idIn, type RepositoryCall, repositoryRoute } from '../../repositories/repositories.ts'
import { findHook } from '../find-hooks.ts'
import { holderOfRepository } from '../model.ts'
import { redeliveryRequest } from './model.ts'
import { requestPayload } from './payload.ts'
import { requestsOfHook } from './queries.ts'
import { redeliverSelected } from './replay.ts'

const docs = 'https://docs.github.com/rest/repos/webhooks'

/** What a repository's hook was sent, once more: to the hook, or to whoever administers it. */
export const replayRoutes: readonly Route[] = [
  ...repositoryRoute(
    'POST',
    '/hooks/:hook_id/redeliveries',
    { access: 'hooks:write', docs },
    redeliver,
  ),
  ...repositoryRoute('GET', '/hooks/:hook_id/requests', { access: 'hooks:read', docs }, list),
]

const hookOf = ({ app, repository, params }: RepositoryCall) =>
  findHook(app.store.read, holderOfRepository(repository), idIn(params['hook_id']))

async function redeliver(call: RepositoryCall): Promise<Answer> {
  const request = parseBody(call.body, redeliveryRequest, 'Hook')
  const { id } = await hookOf(call)
  const counts = await redeliverSelected(call.app, id, request)
  return { status: request.dry_run ? 200 : 202, body: { ...counts, dry_run: request.dry_run } }
}

/** Payloads may be large, so a page is short. */
const pageRows = 20

async function list(call: RepositoryCall): Promise<Answer> {
  const { id: hook_id } = await hookOf(call)
  const { cursor = '', since = '' } = call.query
  const after = cursor === '' ? 0 : idIn(cursor)
  const range = { hook_id, after, since: timeIn(since), limit: pageRows }
  const rows = await call.app.store.read.all(requestsOfHook, range)
  const last = rows.at(-1)
  return ok({
    requests: rows.map(requestPayload),
    cursor: last && rows.length === pageRows ? String(last.id) : null,
  })
}

function timeIn(text: string): string {
  const time = text === '' ? 0 : Date.parse(text)
  if (!Number.isNaN(time)) return new Date(time).toISOString()
  throw new Problem('bad_request', `since must be a time, not "${text.slice(0, 100)}"`)
}
