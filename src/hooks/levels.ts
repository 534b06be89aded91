import { requireApp } from '../auth/auth.ts'
import type { Call, Method, Route } from '../auth/route.ts'
import type { Answer } from '../http/answer.ts'
import { notFound } from '../lib/problem.ts'
import type { OrganizationCall } from '../organizations/model.ts'
import { organizationRoute } from '../organizations/organizations.ts'
import { idIn, repositoryRoute } from '../repositories/repositories.ts'
import type { Db } from '../store/engine.ts'
import { findHook, findHooks } from './find-hooks.ts'
import {
  type Holder,
  type Hook,
  holderOfApp,
  holderOfOrganization,
  holderOfRepository,
} from './model.ts'

/** A request about hooks by somebody who may make it. */
export type HookCall = Call & { readonly holder: Holder }

type Handler = (call: HookCall) => Promise<Answer>

export type Needs = {
  /** GitHub knows a scope for each on a repository's hooks. */
  readonly to: 'read' | 'write' | 'delete'
  readonly docs: string
}

/** Where requests find the hooks of a kind of holder. */
export type Level = {
  readonly type: Holder['type']
  /** What GitHub's pages call it. */
  readonly a: 'a-repository' | 'an-organization' | 'an-app'
  readonly page: string
  /** The path of one hook, below the holder's. */
  readonly one: string
  readonly route: (method: Method, path: string, needs: Needs, handler: Handler) => readonly Route[]
  /** The hook that the path names. Throws `not_found`. */
  readonly find: (db: Db, call: HookCall) => Promise<Hook>
}

const findNamed: Level['find'] = (db, { holder, params }) =>
  findHook(db, holder, idIn(params['hook_id']))

const ofRepositories: Level = {
  type: 'repository',
  a: 'a-repository',
  page: 'https://docs.github.com/rest/repos/webhooks',
  one: '/hooks/:hook_id',
  route: (method, path, { to, docs }, handler) =>
    repositoryRoute(method, path, { access: `hooks:${to}`, docs }, (call) =>
      handler({ ...call, holder: holderOfRepository(call.repository) }),
    ),
  find: findNamed,
}

const ofOrganizations: Level = {
  type: 'organization',
  a: 'an-organization',
  page: 'https://docs.github.com/rest/orgs/webhooks',
  one: '/hooks/:hook_id',
  route(method, path, { to, docs }, handler) {
    const access = to === 'read' ? 'organization-hooks:read' : 'organization-hooks:write'
    const handle = async (call: OrganizationCall) =>
      await handler({ ...call, holder: holderOfOrganization(call.organization) })
    return [organizationRoute(method, path, { access, docs }, handle)]
  },
  find: findNamed,
}

const ofApps: Level = {
  type: 'integration',
  a: 'an-app',
  page: 'https://docs.github.com/rest/apps/webhooks',
  one: '/hook',
  route(method, path, { docs }, handler) {
    const handle = async (call: Call) =>
      await handler({ ...call, holder: holderOfApp(requireApp(call.actor)) })
    return [{ method, path: `/app${path}`, accepted: '', docs, handler: handle }]
  },
  async find(db, { holder }) {
    const [hook] = (await findHooks(db, holder, { limit: 1, offset: 0 })).hooks
    if (!hook) throw notFound()
    return hook
  },
}

/** Those whose holders may have many hooks, and make them by the API. */
export const levelsOfMany: readonly Level[] = [ofRepositories, ofOrganizations]
export const levels: readonly Level[] = [...levelsOfMany, ofApps]

/** A request about one hook, which is there. */
export type OneHookCall = HookCall & { readonly hook: Hook }

/** A route of ours below each hook, whoever holds it. The handler runs for a hook that was found. */
export const hookRoute = (
  method: Method,
  path: string,
  to: 'read' | 'write',
  handler: (call: OneHookCall) => Promise<Answer>,
): readonly Route[] =>
  levels.flatMap(({ route, one, page: docs, find }) =>
    route(method, `${one}${path}`, { to, docs }, async (call) =>
      handler({ ...call, hook: await find(call.app.store.read, call) }),
    ),
  )
