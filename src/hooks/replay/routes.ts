import type { Route } from '../../auth/route.ts'
import { type Answer, ok } from '../../http/answer.ts'
import { parseBody } from '../../http/body.ts'
import { Problem } from '../../lib/problem.ts'
import { idIn } from '../../repositories/repositories.ts'
import { hookRoute, type OneHookCall } from '../levels.ts'
import { redeliveryRequest } from './model.ts'
import { requestPayload } from './payload.ts'
import { requestsOfHook } from './queries.ts'
import { redeliverSelected } from './replay.ts'

/** What a hook was sent, once more: to the hook, or to whoever administers it. */
export const replayRoutes: readonly Route[] = [
  ...hookRoute('POST', '/redeliveries', 'write', redeliver),
  ...hookRoute('GET', '/requests', 'read', list),
]

async function redeliver({ app, hook, body }: OneHookCall): Promise<Answer> {
  const request = parseBody(body, redeliveryRequest, 'Hook')
  const counts = await redeliverSelected(app, hook.id, request)
  return { status: request.dry_run ? 200 : 202, body: { ...counts, dry_run: request.dry_run } }
}

/** Payloads may be large, so a page is short. */
const pageRows = 20

async function list({ app, hook, query }: OneHookCall): Promise<Answer> {
  const { cursor = '', since = '' } = query
  const after = cursor === '' ? 0 : idIn(cursor)
  const range = { hook_id: hook.id, after, since: timeIn(since), limit: pageRows }
  const rows = await app.store.read.all(requestsOfHook, range)
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
