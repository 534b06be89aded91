import type { UserActor } from '../auth/model.ts'
import type { Route } from '../auth/route.ts'
import { type Answer, created, noContent, ok } from '../http/answer.ts'
import { parseBody } from '../http/body.ts'
import { linkHeader, pageOf } from '../http/page.ts'
import { Problem } from '../lib/problem.ts'
import { idIn, type RepositoryCall, repositoryRoute } from '../repositories/repositories.ts'
import {
  createHook,
  editHook,
  editHookConfig,
  findHook,
  findHooks,
  pingHook,
  removeHook,
  testHook,
} from './hooks.ts'
import { configEdit, type Hook, hookEdit, newHook } from './model.ts'
import { configPayload, hookPayload } from './payload.ts'

const page = 'https://docs.github.com/rest/repos/webhooks'
const at = (access: 'hooks:read' | 'hooks:write' | 'hooks:delete', anchor: string) => ({
  access,
  docs: `${page}#${anchor}`,
})

const reading = at('hooks:read', 'get-a-repository-webhook')
const editing = at('hooks:write', 'update-a-repository-webhook')
const removing = at('hooks:delete', 'delete-a-repository-webhook')
const readingConfig = at('hooks:read', 'get-a-webhook-configuration-for-a-repository')
const editingConfig = at('hooks:write', 'update-a-webhook-configuration-for-a-repository')
const pinging = at('hooks:read', 'ping-a-repository-webhook')
const testing = at('hooks:read', 'test-the-push-repository-webhook')

/** Contract 6.1. Older clients send an edit as POST, and a test to `/test`. */
export const hookRoutes: readonly Route[] = [
  repositoryRoute('GET', '/hooks', at('hooks:read', 'list-repository-webhooks'), list),
  repositoryRoute('POST', '/hooks', at('hooks:write', 'create-a-repository-webhook'), create),
  repositoryRoute('GET', '/hooks/:hook_id', reading, get),
  repositoryRoute('PATCH', '/hooks/:hook_id', editing, update),
  repositoryRoute('POST', '/hooks/:hook_id', editing, update),
  repositoryRoute('DELETE', '/hooks/:hook_id', removing, remove),
  repositoryRoute('GET', '/hooks/:hook_id/config', readingConfig, getConfig),
  repositoryRoute('PATCH', '/hooks/:hook_id/config', editingConfig, updateConfig),
  repositoryRoute('POST', '/hooks/:hook_id/pings', pinging, ping),
  repositoryRoute('POST', '/hooks/:hook_id/tests', testing, testPush),
  repositoryRoute('POST', '/hooks/:hook_id/test', testing, testPush),
].flat()

const hookIdIn = ({ params }: RepositoryCall) => idIn(params['hook_id'])
const shown = ({ repository, urls }: RepositoryCall, hook: Hook) =>
  hookPayload(hook, repository, urls)

async function list(call: RepositoryCall): Promise<Answer> {
  const { app, repository, urls, query } = call
  const { hooks, total } = await findHooks(app.store.read, repository, pageOf(query))
  const url = `${urls.api}/repositories/${repository.id}/hooks`
  return ok(
    hooks.map((hook) => shown(call, hook)),
    linkHeader(url, query, total),
  )
}

async function create(call: RepositoryCall): Promise<Answer> {
  const request = parseBody(call.body, newHook, 'Hook')
  const hook = await createHook(call.app, call.repository, request, callerOf(call))
  return created(shown(call, hook))
}

async function get(call: RepositoryCall): Promise<Answer> {
  return ok(shown(call, await findHook(call.app.store.read, call.repository, hookIdIn(call))))
}

async function update(call: RepositoryCall): Promise<Answer> {
  const request = parseBody(call.body, hookEdit, 'Hook')
  return ok(shown(call, await editHook(call.app, call.repository, hookIdIn(call), request)))
}

async function remove(call: RepositoryCall): Promise<Answer> {
  await removeHook(call.app, call.repository, hookIdIn(call))
  return noContent
}

async function getConfig(call: RepositoryCall): Promise<Answer> {
  return ok(configPayload(await findHook(call.app.store.read, call.repository, hookIdIn(call))))
}

async function updateConfig(call: RepositoryCall): Promise<Answer> {
  const request = parseBody(call.body, configEdit, 'Hook')
  return ok(configPayload(await editHookConfig(call.app, call.repository, hookIdIn(call), request)))
}

async function ping(call: RepositoryCall): Promise<Answer> {
  await pingHook(call.app, call.repository, hookIdIn(call), callerOf(call))
  return noContent
}

async function testPush(call: RepositoryCall): Promise<Answer> {
  await testHook(call.app, call.repository, hookIdIn(call))
  return noContent
}

/** Whoever may see a hook has signed in. */
function callerOf({ actor }: RepositoryCall): UserActor['account'] {
  if (actor.kind === 'user') return actor.account
  throw new Problem('unauthenticated', 'Requires authentication')
}
