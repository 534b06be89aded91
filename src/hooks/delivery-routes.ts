import type { Route } from '../auth/route.ts'
import { redeliver } from '../delivery/deliveries/deliveries.ts'
import { type Answer, accepted, ok } from '../http/answer.ts'
import { pageOf, type Query } from '../http/page.ts'
import { notFound, Problem } from '../lib/problem.ts'
import { idIn } from '../repositories/repositories.ts'
import { deliveryItem, deliveryPayload } from './delivery-payload.ts'
import { attemptOfHook, attemptsOfHook } from './delivery-queries.ts'
import { type HookCall, type Level, levels } from './levels.ts'
import { hookLink } from './payload.ts'

/** Contract 6.5. */
export const deliveryRoutes: readonly Route[] = levels.flatMap(routesAt)

function routesAt(level: Level): Route[] {
  const { type, a, page, one, route } = level
  const all = `${one}/deliveries`
  const each = `${all}/:delivery_id`
  const docs = (operation: string) => `${page}#${operation}-for-${a}-webhook`
  const getting = type === 'organization' ? 'get-a-webhook-delivery' : 'get-a-delivery'
  const redelivering = { to: 'write', docs: docs('redeliver-a-delivery') } as const
  const at = (handler: Handler) => (call: HookCall) => handler(call, level)
  return [
    ...route('GET', all, { to: 'read', docs: docs('list-deliveries') }, at(list)),
    ...route('GET', each, { to: 'read', docs: docs(getting) }, at(get)),
    ...route('POST', `${each}/attempts`, redelivering, at(attempt)),
  ]
}

type Handler = (call: HookCall, level: Level) => Promise<Answer>

async function list(call: HookCall, level: Level): Promise<Answer> {
  const { app, query, holder, urls } = call
  const range = rangeOf(query)
  const before = cursorIn(query)
  const { limit } = pageOf(query)
  const { id } = await level.find(app.store.read, call)
  const rows = await app.store.read.all(attemptsOfHook, {
    hook_id: id,
    before,
    ...range,
    limit: limit + 1,
  })
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  if (!last || rows.length === items.length) return ok(items.map(deliveryItem))
  const url = `${hookLink(holder, id, urls)}/deliveries`
  const next = new URLSearchParams({ ...query, cursor: `v1_${last.id}` })
  return ok(items.map(deliveryItem), { link: `<${url}?${next}>; rel="next"` })
}

async function get(call: HookCall, level: Level): Promise<Answer> {
  return ok(deliveryPayload(await findAttempt(call, level)))
}

async function attempt(call: HookCall, level: Level): Promise<Answer> {
  const { delivery_id, hook_id } = await findAttempt(call, level)
  await redeliver(call.app, { id: delivery_id, hook_id })
  return accepted
}

async function findAttempt(call: HookCall, level: Level) {
  const { read } = call.app.store
  const hook = await level.find(read, call)
  const ids = { hook_id: hook.id, id: idIn(call.params['delivery_id']) }
  const found = await read.first(attemptOfHook, ids)
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
