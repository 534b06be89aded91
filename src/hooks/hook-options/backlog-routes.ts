import { z } from 'zod'
import type { Route } from '../../auth/route.ts'
import { type Answer, ok } from '../../http/answer.ts'
import { parseBody } from '../../http/body.ts'
import { notFound } from '../../lib/problem.ts'
import { toSecond } from '../../lib/time.ts'
import { resumeHook } from '../hooks.ts'
import { hookRoute, type OneHookCall } from '../levels.ts'
import { findBacklog } from './hook-options.ts'

/** What waits for a hook, and what is to become of it once the hook is on again (delivery 4.6). */
export const backlogRoutes: readonly Route[] = [
  ...hookRoute('GET', '/backlog', 'read', get),
  ...hookRoute('POST', '/resume', 'write', resume),
]

const resuming = z.strictObject({ backlog: z.enum(['all', 'latest', 'none']).default('all') })

async function get({ app, hook }: OneHookCall): Promise<Answer> {
  const found = await findBacklog(app.store.read, hook.id)
  if (!found) throw notFound()
  const isOpen = found.breaker_until !== null
  return ok({
    active: hook.active === 1,
    disabled_at: secondOf(hook.disabled_at),
    disabled_reason: hook.disabled_reason,
    pending: found.pending,
    held: found.held,
    breaker: isOpen ? 'open' : 'closed',
    next_probe_at: secondOf(found.breaker_until),
    consecutive_failures: found.consecutive_failures,
    first_failure_at: secondOf(found.first_failure_at),
    last_success_at: secondOf(found.last_success_at),
  })
}

async function resume({ app, holder, hook, body }: OneHookCall): Promise<Answer> {
  const { backlog } = parseBody(body, resuming, 'Hook')
  return ok(await resumeHook(app, holder, hook.id, backlog))
}

const secondOf = (time: string | null) => (time === null ? null : toSecond(time))
