import type { Route } from '../../auth/route.ts'
import { type Answer, ok } from '../../http/answer.ts'
import { parseBody } from '../../http/body.ts'
import { hookRoute, type OneHookCall } from '../levels.ts'
import { editFilter } from './hook-filters.ts'
import { filterEdit, filterOf } from './model.ts'

/** Which events about deployments a hook hears of, of those that it listens to. */
export const hookFilterRoutes: readonly Route[] = [
  ...hookRoute('GET', '/filter', 'read', get),
  ...hookRoute('PATCH', '/filter', 'write', update),
]

async function get({ hook }: OneHookCall): Promise<Answer> {
  return ok(filterOf(hook))
}

async function update({ app, holder, hook, body }: OneHookCall): Promise<Answer> {
  return ok(await editFilter(app, holder, hook.id, parseBody(body, filterEdit, 'Hook')))
}
