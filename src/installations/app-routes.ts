import { findAccount, findAccountById, findOrganization } from '../accounts/accounts.ts'
import type { Account } from '../accounts/model.ts'
import { requireApp } from '../auth/auth.ts'
import { permissionsIn } from '../auth/permissions.ts'
import type { Call, Method, Route } from '../auth/route.ts'
import { type Answer, noContent, ok } from '../http/answer.ts'
import { parseBody } from '../http/body.ts'
import { linkHeader, pageOf, type Query } from '../http/page.ts'
import { notFound } from '../lib/problem.ts'
import { toSecond } from '../lib/time.ts'
import {
  findRepositoryById,
  idIn,
  locateRepository,
  movedAnswer,
} from '../repositories/repositories.ts'
import { issueAccessToken } from './access-token.ts'
import {
  findInstallation,
  findInstallationFor,
  findInstallationOn,
  removeInstallation,
  resumeInstallation,
  suspendInstallation,
  withNames,
} from './installations.ts'
import { narrowing } from './model.ts'
import { narrow } from './narrow.ts'
import { installationPayload, shownPermissions } from './payload.ts'
import { countInstallationsOf, type InstallationWord, installationsOf } from './queries.ts'
import { findCoveredPage } from './repository-pages.ts'

const docs = 'https://docs.github.com/rest/apps/apps'
const one = '/app/installations/:installation_id'

/** Only for the App itself, by its JWT (contract 7.8). */
const forApp = (
  method: Method,
  path: string,
  operation: string,
  handler: Route['handler'],
): Route => ({ method, path, accepted: '', docs: `${docs}#${operation}`, handler })

const ofRepository = 'get-a-repository-installation-for-the-authenticated-app'

export const installationRoutes: readonly Route[] = [
  forApp(
    'GET',
    '/app/installations',
    'list-installations-for-the-authenticated-app',
    listInstallations,
  ),
  forApp(
    'GET',
    '/app/installation-requests',
    'list-installation-requests-for-the-authenticated-app',
    listRequests,
  ),
  forApp('GET', one, 'get-an-installation-for-the-authenticated-app', getInstallation),
  forApp('DELETE', one, 'delete-an-installation-for-the-authenticated-app', deleteInstallation),
  forApp('PUT', `${one}/suspended`, 'suspend-an-app-installation', putSuspended),
  forApp('DELETE', `${one}/suspended`, 'unsuspend-an-app-installation', deleteSuspended),
  forApp(
    'POST',
    `${one}/access_tokens`,
    'create-an-installation-access-token-for-an-app',
    postAccessToken,
  ),
  forApp(
    'GET',
    '/orgs/:org/installation',
    'get-an-organization-installation-for-the-authenticated-app',
    getOrganizationInstallation,
  ),
  forApp(
    'GET',
    '/users/:username/installation',
    'get-a-user-installation-for-the-authenticated-app',
    getUserInstallation,
  ),
  forApp('GET', '/repos/:owner/:repo/installation', ofRepository, getRepositoryInstallation),
  forApp(
    'GET',
    '/repositories/:repository_id/installation',
    ofRepository,
    getInstallationByRepositoryId,
  ),
]

async function listInstallations({ app, actor, query, urls }: Call): Promise<Answer> {
  const { id: app_id } = requireApp(actor)
  const { words, since } = filtersIn(query)
  const { limit, offset } = pageOf(query)
  const [rows, counted] = await Promise.all([
    app.store.read.all(installationsOf(words), { app_id, since, limit, offset }),
    app.store.read.first(countInstallationsOf(words), { app_id, since }),
  ])
  return ok(
    rows.map((row) => installationPayload(withNames(row), urls)),
    linkHeader(`${urls.api}/app/installations`, query, counted?.count ?? 0),
  )
}

/** Nonsense is as good as nothing, as with `per_page`. */
function filtersIn(query: Query): { words: InstallationWord[]; since: string } {
  const time = Date.parse(query['since'] ?? '')
  const words: InstallationWord[] = Number.isNaN(time) ? [] : ['since']
  if (query['outdated'] === 'true') words.push('outdated')
  return { words, since: Number.isNaN(time) ? '' : new Date(time).toISOString() }
}

/** Here, who may install an App installs it: nobody has to ask. */
async function listRequests({ actor }: Call): Promise<Answer> {
  requireApp(actor)
  return ok([])
}

const findOwn = ({ app, actor, params }: Call) =>
  findInstallation(app.store.read, requireApp(actor), idIn(params['installation_id']))

/** As whom an App is told of what it does by its own signature. */
async function findBot({ app, actor }: Call): Promise<Account> {
  const bot = await findAccountById(app.store.read, requireApp(actor).bot_id)
  if (!bot) throw notFound()
  return bot
}

async function getInstallation(call: Call): Promise<Answer> {
  return ok(installationPayload(await findOwn(call), call.urls))
}

/** The version of the API in which GitHub takes the wish, and says so (contract 8.3). */
const acceptingVersion = '2026-03-10'

async function deleteInstallation(call: Call): Promise<Answer> {
  await removeInstallation(call.app, await findOwn(call), await findBot(call))
  const isAccepted = call.headers['x-github-api-version'] === acceptingVersion
  return isAccepted ? { status: 202, body: {} } : noContent
}

async function putSuspended(call: Call): Promise<Answer> {
  await suspendInstallation(call.app, await findOwn(call), await findBot(call))
  return noContent
}

async function deleteSuspended(call: Call): Promise<Answer> {
  await resumeInstallation(call.app, await findOwn(call), await findBot(call))
  return noContent
}

async function postAccessToken(call: Call): Promise<Answer> {
  const { app, urls } = call
  const { read } = app.store
  const self = requireApp(call.actor)
  const installation = await findOwn(call)
  const narrowed = await narrow(
    read,
    installation,
    parseBody(call.body, narrowing, 'InstallationToken'),
  )
  const { token, row } = await issueAccessToken(app, self, installation, narrowed)
  const permissions = shownPermissions(JSON.stringify(narrowed.permissions))
  const body = {
    token: token.reveal(),
    expires_at: toSecond(row.expires_at ?? ''),
    permissions,
    repository_selection: narrowed.repository_ids
      ? ('selected' as const)
      : installation.repository_selection,
  }
  if (!narrowed.repository_ids) return { status: 201, body }
  const asked = {
    words: ['chosen'],
    installation_id: installation.id,
    token_id: row.id,
    viewer_id: self.bot_id,
    page: { limit: narrowed.repository_ids.length, offset: 0 },
    permissions: permissionsIn(row.permissions),
  } as const
  const { repositories } = await findCoveredPage(read, asked, urls)
  return { status: 201, body: { ...body, repositories } }
}

async function getOrganizationInstallation(call: Call): Promise<Answer> {
  const { app, actor, params, urls } = call
  const self = requireApp(actor)
  const account = await findOrganization(app.store.read, params['org'] ?? '')
  return ok(installationPayload(await findInstallationOn(app.store.read, self, account), urls))
}

async function getUserInstallation(call: Call): Promise<Answer> {
  const { app, actor, params, urls } = call
  const self = requireApp(actor)
  const account = await findAccount(app.store.read, params['username'] ?? '')
  return ok(installationPayload(await findInstallationOn(app.store.read, self, account), urls))
}

async function getRepositoryInstallation(call: Call): Promise<Answer> {
  const { app, actor, params, urls } = call
  const self = requireApp(actor)
  const { owner = '', repo = '' } = params
  const { repository, moved } = await locateRepository(app.store.read, owner, repo)
  const installation = await findInstallationFor(app.store.read, self, repository)
  return moved ? movedAnswer(call, 'GET', repository) : ok(installationPayload(installation, urls))
}

async function getInstallationByRepositoryId(call: Call): Promise<Answer> {
  const { app, actor, params, urls } = call
  const self = requireApp(actor)
  const repository = await findRepositoryById(app.store.read, idIn(params['repository_id']))
  return ok(installationPayload(await findInstallationFor(app.store.read, self, repository), urls))
}
