import type { Route } from '../auth/route.ts'
import { redeliver } from '../deliveries/deliveries.ts'
import { type Answer, ok } from '../http/answer.ts'
import { pageOf, type Query } from '../http/page.ts'
import { notFound, Problem } from '../lib/problem.ts'
import { idIn, type RepositoryCall, repositoryRoute } from '../repositories/repositories.ts'
import { deliveryItem, deliveryPayload } from './delivery-payload.ts'
import { attemptOfHook, attemptsOfHook } from './delivery-queries.ts'
import { findHook } from './hooks.ts'

const page = 'https://docs.github.com/rest/repos/webhooks'
const listing = {
  access: 'hooks:read',
  docs: `${page}#list-deliveries-for-a-repository-webhook`,
} as const
const reading = {
  access: 'hooks:read',
  docs: `${page}#get-a-delivery-for-a-repository-webhook`,
} as const
const redelivering = {
  access: 'hooks:write',
  docs: `${page}#redeliver-a-delivery-for-a-repository-webhook`,
} as const

/** Contract 6.5. */
export const deliveryRoutes: readonly Route[] = [
  repositoryRoute('GET', '/hooks/:hook_id/deliveries', listing, list),
  repositoryRoute('GET', '/hooks/:hook_id/deliveries/:delivery_id', reading, get),
  repositoryRoute(
    'POST',
    '/hooks/:hook_id/deliveries/:delivery_id/attempts',
    redelivering,
    attempt,
  ),
].flat()

async function list(call: RepositoryCall): Promise<Answer> {
  const { app, query, repository, urls } = call
  const range = rangeOf(query)
  const before = cursorIn(query)
  const { limit } = pageOf(query)
  const { id } = await findHook(app.store.read, repository, idIn(call.params['hook_id']))
  const rows = await app.store.read.all(attemptsOfHook, {
    hook_id: id,
    before,
    ...range,
    limit: limit + 1,
  })
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  if (!last || rows.length === items.length) return ok(items.map(deliveryItem))
  const url = `${urls.api}/repositories/${repository.id}/hooks/${id}/deliveries`
  const next = new URLSearchParams({ ...query, cursor: `v1_${last.id}` })
  return ok(items.map(deliveryItem), { link: `<${url}?${next}>; rel="next"` })
}

async function get(call: RepositoryCall): Promise<Answer> {
  return ok(deliveryPayload(await findAttempt(call)))
}

async function attempt(call: RepositoryCall): Promise<Answer> {
  const { delivery_id, hook_id } = await findAttempt(call)
  await redeliver(call.app, { id: delivery_id, hook_id })
  return { status: 202, body: {} }
}

async function findAttempt({ app, params, repository }: RepositoryCall) {
  const hook = await findHook(app.store.read, repository, idIn(params['hook_id']))
  const ids = { hook_id: hook.id, id: idIn(params['delivery_id']) }
  const found = await app.store.read.first(attemptOfHook, ids)
  if (!found) throw notFound()
  return found
}

/** An attempt without an answer, which has status 0, is a failure as well. */
function rangeOf({ status }: Query): { from: number; to: number; or: number } {
  if (status === undefined || status === '') return { from: 0, to: 999, or: 0 }
  if (status === 'success') return { from: 200, to: 399, or: 200 }
  if (status === 'failure') return { from: 400, to: 599, or: 0 }
  throw new Problem(
    'invalid',
    `status must be "success" or "failure", not "${status.slice(0, 100)}"`,
  )
}

function cursorIn({ cursor }: Query): number {
  if (!cursor) return Number.MAX_SAFE_INTEGER
  const [, id] = cursor.match(/^v1_(\d{1,15})$/) ?? []
  if (id === undefined) throw new Problem('bad_request', 'cursor must be one from a Link header')
  return Number(id)
}
