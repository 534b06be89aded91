import { findRole } from '../accounts/accounts.ts'
import { requirePerson } from '../auth/auth.ts'
import type { Actor } from '../auth/model.ts'
import type { Call, Route } from '../auth/route.ts'
import { type Answer, noContent, ok } from '../http/answer.ts'
import { linkHeader, pageOf } from '../http/page.ts'
import { notFound, Problem } from '../lib/problem.ts'
import { findRepositoryById, idIn } from '../repositories/repositories.ts'
import { addRepository, removeRepository, withNames } from './installations.ts'
import { installationPayload } from './payload.ts'
import {
  countInstallationsSeenBy,
  installationById,
  installationSeenBy,
  installationsSeenBy,
} from './queries.ts'
import { findCoveredPage } from './repository-pages.ts'

const docs = 'https://docs.github.com/rest/apps/installations'
const repositories = '/user/installations/:installation_id/repositories'

/** What a person sees and decides of an App's installations. */
export const userInstallationRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/user/installations',
    accepted: '',
    docs: `${docs}#list-app-installations-accessible-to-the-user-access-token`,
    handler: listInstallations,
  },
  {
    method: 'GET',
    path: repositories,
    accepted: '',
    docs: `${docs}#list-repositories-accessible-to-the-user-access-token`,
    handler: listRepositories,
  },
  {
    method: 'PUT',
    path: `${repositories}/:repository_id`,
    accepted: 'repo',
    docs: `${docs}#add-a-repository-to-an-app-installation`,
    handler: putRepository,
  },
  {
    method: 'DELETE',
    path: `${repositories}/:repository_id`,
    accepted: 'repo',
    docs: `${docs}#remove-a-repository-from-an-app-installation`,
    handler: deleteRepository,
  },
]

async function listInstallations({ app, actor, query, urls }: Call): Promise<Answer> {
  const { app_id, viewer_id } = requireAppUser(actor)
  const { limit, offset } = pageOf(query)
  const { read } = app.store
  const [rows, counted] = await Promise.all([
    read.all(installationsSeenBy, { app_id, viewer_id, limit, offset }),
    read.first(countInstallationsSeenBy, { app_id, viewer_id }),
  ])
  const total_count = counted?.count ?? 0
  const installations = rows.map((row) => installationPayload(withNames(row), urls))
  const link = linkHeader(`${urls.api}/user/installations`, query, total_count)
  return ok({ total_count, installations }, link)
}

async function listRepositories({ app, actor, params, query, urls }: Call): Promise<Answer> {
  const { app_id, viewer_id, token_id } = requireAppUser(actor)
  const { read } = app.store
  const id = idIn(params['installation_id'])
  const installation = await read.first(installationSeenBy, { app_id, viewer_id, id })
  if (!installation) throw notFound()
  const { limit, offset } = pageOf(query)
  const asked = {
    words: ['standing'] as const,
    installation_id: id,
    token_id,
    viewer_id,
    page: { limit, offset },
  }
  const found = await findCoveredPage(read, asked, urls)
  const url = `${urls.api}/user/installations/${id}/repositories`
  const { repository_selection } = installation
  const body = {
    total_count: found.total,
    repository_selection,
    repositories: found.repositories,
  }
  return ok(body, linkHeader(url, query, found.total))
}

async function putRepository(call: Call): Promise<Answer> {
  const { installation, repository, account } = await findPlace(call)
  await addRepository(call.app, installation, repository, account)
  return noContent
}

async function deleteRepository(call: Call): Promise<Answer> {
  const { installation, repository, account } = await findPlace(call)
  await removeRepository(call.app, installation, repository, account)
  return noContent
}

/** For whoever administrates the account that it is on. Throws 403, and 404 for everybody else's. */
async function findPlace({ app, actor, params }: Call) {
  const { account, scopes } = requirePerson(actor)
  if (!scopes.has('repo')) throw new Problem('forbidden', 'This token needs the scope repo.')
  const { read } = app.store
  const row = await read.first(installationById, { id: idIn(params['installation_id']) })
  const repository = await findRepositoryById(read, idIn(params['repository_id']))
  if (row?.account_id !== repository.owner_id) throw notFound()
  const isOwn = row.account_id === account.id
  if (!isOwn && (await findRole(read, row.account_id, account.id)) !== 'admin') throw notFound()
  return { installation: withNames(row), repository, account }
}

const wanted =
  'You must authenticate with an access token authorized to a GitHub App in order to list installations'

/** Throws 403 for every other kind of token, and for one that was narrowed: it looks no further than its part. */
function requireAppUser(actor: Actor) {
  const { limits, app_id, account, token_id } = requirePerson(actor)
  const isWhole = limits?.kind === 'app-user' && limits.resource_owner_id === null
  if (!isWhole || app_id === null) throw new Problem('forbidden', wanted)
  return { app_id, viewer_id: account.id, token_id: token_id ?? 0 }
}
