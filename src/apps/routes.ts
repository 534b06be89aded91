import { findRole } from '../accounts/accounts.ts'
import { requireApp } from '../auth/auth.ts'
import type { Call, Route } from '../auth/route.ts'
import { type Answer, ok } from '../http/answer.ts'
import { notFound } from '../lib/problem.ts'
import { findAppById, findAppBySlug } from './apps.ts'
import type { GitHubApp } from './model.ts'
import { appPayload } from './payload.ts'
import { countInstallations } from './queries.ts'

const docs = 'https://docs.github.com/rest/apps/apps'

export const appRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/app',
    accepted: '',
    docs: `${docs}#get-the-authenticated-app`,
    handler: getSelf,
  },
  {
    method: 'GET',
    path: '/apps/:app_slug',
    accepted: '',
    docs: `${docs}#get-an-app`,
    handler: getApp,
  },
]

async function getSelf({ app, actor, urls }: Call): Promise<Answer> {
  const { id } = requireApp(actor)
  const { read } = app.store
  const [self, counted] = await Promise.all([
    findAppById(read, id),
    read.first(countInstallations, { app_id: id }),
  ])
  return ok({ ...appPayload(self, urls), installations_count: counted?.count ?? 0 })
}

async function getApp(call: Call): Promise<Answer> {
  const found = await findAppBySlug(call.app.store.read, call.params['app_slug'] ?? '')
  if (!(await mayKnow(call, found))) throw notFound()
  return ok(appPayload(found, call.urls))
}

/** One that is not public is known to itself, to its owner, and within the organization that owns it. */
async function mayKnow({ app, actor }: Call, found: GitHubApp): Promise<boolean> {
  if (found.public === 1) return true
  if (actor.kind === 'app') return actor.app.id === found.id
  if (actor.kind !== 'user') return false
  if (actor.app_id === found.id || actor.account.id === found.owner_id) return true
  return (await findRole(app.store.read, found.owner_id, actor.account.id)) !== undefined
}
