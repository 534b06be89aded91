import { z } from 'zod'
import type { Route } from '../../auth/route.ts'
import { type Answer, ok } from '../../http/answer.ts'
import { parseBody } from '../../http/body.ts'
import { notFound } from '../../lib/problem.ts'
import { toSecond } from '../../lib/time.ts'
import { idIn, type RepositoryCall, repositoryRoute } from '../../repositories/repositories.ts'
import { findHookOfRepository, resumeHook } from '../hooks.ts'
import { holderOfRepository } from '../model.ts'
import { findBacklog } from './hook-options.ts'

const docs = 'https://docs.github.com/rest/repos/webhooks'
const reading = { access: 'hooks:read', docs } as const
const writing = { access: 'hooks:write', docs } as const

/** What waits for a hook, and what is to become of it once the hook is on again (delivery 4.6). */
export const backlogRoutes: readonly Route[] = [
  repositoryRoute('GET', '/hooks/:hook_id/backlog', reading, get),
  repositoryRoute('POST', '/hooks/:hook_id/resume', writing, resume),
].flat()

const resuming = z.strictObject({ backlog: z.enum(['all', 'latest', 'none']).default('all') })

async function get({ app, params, repository }: RepositoryCall): Promise<Answer> {
  const hook = await findHookOfRepository(app.store.read, repository, idIn(params['hook_id']))
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

async function resume({ app, params, repository, body }: RepositoryCall): Promise<Answer> {
  const { backlog } = parseBody(body, resuming, 'Hook')
  return ok(await resumeHook(app, holderOfRepository(repository), idIn(params['hook_id']), backlog))
}

const secondOf = (time: string | null) => (time === null ? null : toSecond(time))
