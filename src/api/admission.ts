import type { FastifyRequest } from 'fastify'
import type { Actor } from '../auth/model.ts'
import type { Route } from '../auth/route.ts'
import type { Answer } from '../http/answer.ts'
import { limitAnswer, quotaHeaders } from '../rate-limit/answers.ts'
import { callerAt } from '../rate-limit/caller.ts'
import type { Asked, Caller } from '../rate-limit/model.ts'
import type { RateLimiter } from '../rate-limit/rate-limit.ts'

/**
 * A user's tokens share one limit (contract 8.7), and so does what an App signs. A program has one of its own, wherever
 * it runs (contract 7.1).
 */
export function callerOf(actor: Actor, address: string): Caller {
  switch (actor.kind) {
    case 'user':
      return { kind: 'user', id: actor.account.id }
    case 'app':
      return { kind: 'app', id: actor.app.id }
    case 'anonymous':
      return actor.client_id === undefined
        ? callerAt(address)
        : { kind: 'client', id: actor.client_id }
  }
}

/** One request's way past the rate limit. */
export type Admission = {
  /** The refusal of whoever has asked too much. */
  enter(actor: Actor): Answer | undefined
  /** The headers of its answer. */
  leave(status: number): Record<string, string>
}

export function admissionOf(
  limiter: RateLimiter,
  route: Pick<Route, 'path'>,
  request: FastifyRequest,
): Admission {
  const resource = route.path === '/graphql' ? 'graphql' : 'core'
  const isRead = ['GET', 'HEAD'].includes(request.method) || resource === 'graphql'
  const isFree = route.path === '/rate_limit'
  let caller: Caller = callerOf({ kind: 'anonymous' }, request.ip)
  let isCounted = false
  const asked = (): Asked => ({ caller, resource, isChange: !isRead })

  function enter(actor: Actor): Answer | undefined {
    caller = callerOf(actor, request.ip)
    if (isFree) return undefined
    const entry = limiter.enter(asked())
    isCounted = entry.kind === 'admit'
    return entry.kind === 'admit' ? undefined : limitAnswer(entry, caller)
  }

  function leave(status: number): Record<string, string> {
    // Whoever could not say who they are is counted by where they are.
    if (!isCounted && status === 401) enter({ kind: 'anonymous' })
    if (isCounted) limiter.leave(asked(), status === 304)
    isCounted = false
    return quotaHeaders(limiter.quota(caller, resource), resource)
  }

  return { enter, leave }
}
