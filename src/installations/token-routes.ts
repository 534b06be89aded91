import { requireUser } from '../auth/auth.ts'
import type { Actor } from '../auth/model.ts'
import { permissionsIn } from '../auth/permissions.ts'
import type { Call, Route } from '../auth/route.ts'
import { revokeToken } from '../auth/tokens.ts'
import { type Answer, noContent, ok } from '../http/answer.ts'
import { linkHeader, pageOf } from '../http/page.ts'
import { Problem } from '../lib/problem.ts'
import { findInstallation } from './installations.ts'
import { repositoriesUrlOf } from './payload.ts'
import { findCoveredPage } from './repository-pages.ts'

const docs = 'https://docs.github.com/rest/apps/installations'

/** What an installation's token can ask about itself. */
export const installationTokenRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/installation/repositories',
    accepted: '',
    permissions: 'metadata=read',
    docs: `${docs}#list-repositories-accessible-to-the-app-installation`,
    handler: listRepositories,
  },
  {
    method: 'DELETE',
    path: '/installation/token',
    accepted: '',
    docs: `${docs}#revoke-an-installation-access-token`,
    handler: deleteToken,
  },
]

async function listRepositories({ app, actor, query, urls }: Call): Promise<Answer> {
  const { id: installation_id, app_id, ...token } = requireInstallation(actor)
  const { read } = app.store
  const installation = await findInstallation(read, { id: app_id }, installation_id)
  const { limit, offset } = pageOf(query)
  const asked = {
    words: token.isNarrowed ? (['chosen'] as const) : [],
    installation_id,
    token_id: token.token_id,
    viewer_id: token.account.id,
    page: { limit, offset },
    permissions: token.permissions,
  }
  const { repositories, total } = await findCoveredPage(read, asked, urls)
  const selection = token.isNarrowed ? 'selected' : installation.repository_selection
  const body = { total_count: total, repository_selection: selection, repositories }
  return ok(body, linkHeader(repositoriesUrlOf(urls), query, total))
}

async function deleteToken({ app, actor }: Call): Promise<Answer> {
  await revokeToken(app, requireInstallation(actor).token_id)
  return noContent
}

const wanted =
  'You must authenticate with an installation access token in order to list repositories for an installation.'

/** Throws 403 for every other kind of token. */
function requireInstallation(actor: Actor) {
  const { limits, app_id, token_id, account } = requireUser(actor)
  if (limits?.kind !== 'installation') throw new Problem('forbidden', wanted)
  return {
    id: limits.installation_id ?? 0,
    app_id: app_id ?? 0,
    token_id: token_id ?? 0,
    account,
    permissions: permissionsIn(limits.permissions),
    isNarrowed: limits.repository_selection === 'selected',
  }
}
