import type { UserActor } from '../auth/model.ts'
import type { Route } from '../auth/route.ts'
import { type Answer, created, noContent, ok } from '../http/answer.ts'
import { parseBody } from '../http/body.ts'
import { linkHeader, pageOf } from '../http/page.ts'
import { Problem } from '../lib/problem.ts'
import { idIn, type RepositoryCall, repositoryRoute } from '../repositories/repositories.ts'
import { findHook, findHooks } from './find-hooks.ts'
import {
  createHook,
  createMissingHook,
  editHook,
  editHookConfig,
  pingHook,
  removeHook,
  testHook,
} from './hooks.ts'
import { type HookCall, type Level, levels, levelsOfMany, type Needs } from './levels.ts'
import { configEdit, type Hook, hookEdit, newHook } from './model.ts'
import { configPayload, hookPayload, hooksLink } from './payload.ts'

const testing = {
  access: 'hooks:read',
  docs: 'https://docs.github.com/rest/repos/webhooks#test-the-push-repository-webhook',
} as const

/** Contract 6.1. Older clients send an edit as POST, and a test to `/test`. */
export const hookRoutes: readonly Route[] = [
  ...levelsOfMany.flatMap(routesAt),
  ...levels.flatMap(configRoutesAt),
  ...repositoryRoute('POST', '/hooks/:hook_id/tests', testing, testPush),
  ...repositoryRoute('POST', '/hooks/:hook_id/test', testing, testPush),
]

function routesAt({ type, a, page, one, route }: Level): Route[] {
  const to = (to: Needs['to'], operation: string) => ({ to, docs: `${page}#${operation}` })
  const editing = to('write', `update-${a}-webhook`)
  return [
    ...route('GET', '/hooks', to('read', `list-${type}-webhooks`), list),
    ...route('POST', '/hooks', to('write', `create-${a}-webhook`), create),
    ...route('GET', one, to('read', `get-${a}-webhook`), get),
    ...route('PATCH', one, editing, update),
    ...route('POST', one, editing, update),
    ...route('DELETE', one, to('delete', `delete-${a}-webhook`), remove),
    ...route('POST', `${one}/pings`, to('read', `ping-${a}-webhook`), ping),
  ]
}

function configRoutesAt(level: Level): Route[] {
  const { a, page, one, route } = level
  const path = `${one}/config`
  const reading = { to: 'read', docs: `${page}#get-a-webhook-configuration-for-${a}` } as const
  const editing = { to: 'write', docs: `${page}#update-a-webhook-configuration-for-${a}` } as const
  return [
    ...route('GET', path, reading, (call) => getConfig(call, level)),
    ...route('PATCH', path, editing, (call) => updateConfig(call, level)),
  ]
}

const hookIdIn = ({ params }: HookCall) => idIn(params['hook_id'])
const shown = ({ holder, urls }: HookCall, hook: Hook) => hookPayload(hook, holder, urls)

async function list(call: HookCall): Promise<Answer> {
  const { app, holder, urls, query } = call
  const { hooks, total } = await findHooks(app.store.read, holder, pageOf(query))
  return ok(
    hooks.map((hook) => shown(call, hook)),
    linkHeader(hooksLink(holder, urls), query, total),
  )
}

async function create(call: HookCall): Promise<Answer> {
  const request = parseBody(call.body, newHook, 'Hook')
  const hook = await createHook(call.app, call.holder, request, callerOf(call))
  return created(shown(call, hook))
}

async function get(call: HookCall): Promise<Answer> {
  return ok(shown(call, await findHook(call.app.store.read, call.holder, hookIdIn(call))))
}

async function update(call: HookCall): Promise<Answer> {
  const request = parseBody(call.body, hookEdit, 'Hook')
  return ok(shown(call, await editHook(call.app, call.holder, hookIdIn(call), request)))
}

async function remove(call: HookCall): Promise<Answer> {
  await removeHook(call.app, call.holder, hookIdIn(call))
  return noContent
}

async function getConfig(call: HookCall, { find }: Level): Promise<Answer> {
  return ok(configPayload(await find(call.app.store.read, call)))
}

async function updateConfig(call: HookCall, { find }: Level): Promise<Answer> {
  const { app, holder } = call
  const request = parseBody(call.body, configEdit, 'Hook')
  const first = await createMissingHook(app, holder, request)
  if (first) return ok(configPayload(first))
  const { id } = await find(app.store.read, call)
  return ok(configPayload(await editHookConfig(app, holder, id, request)))
}

async function ping(call: HookCall): Promise<Answer> {
  await pingHook(call.app, call.holder, hookIdIn(call), callerOf(call))
  return noContent
}

async function testPush({ app, repository, params }: RepositoryCall): Promise<Answer> {
  await testHook(app, repository, idIn(params['hook_id']))
  return noContent
}

/** Whoever may see a hook has signed in. */
function callerOf({ actor }: HookCall): UserActor['account'] {
  if (actor.kind === 'user') return actor.account
  throw new Problem('unauthenticated', 'Requires authentication')
}
