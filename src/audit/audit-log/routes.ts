import { requireUser } from '../../auth/auth.ts'
import type { Call, Route } from '../../auth/route.ts'
import { type Answer, ok } from '../../http/answer.ts'
import { pageOf } from '../../http/page.ts'
import { notFound } from '../../lib/problem.ts'
import { organizationRoute } from '../../organizations/organizations.ts'
import { repositoryRoute } from '../../repositories/repositories.ts'
import { entryOf } from '../model.ts'
import { findEntries, type Of } from './audit-log.ts'
import { cursorIn, cursorOf } from './model.ts'

const docs = 'https://docs.github.com/rest/orgs/orgs#get-the-audit-log-for-an-organization'

/** Who did what: of a repository, of an organisation, of all. For who administrates it. */
export const auditRoutes: readonly Route[] = [
  ...repositoryRoute('GET', '/audit', { access: 'audit:read', docs }, (call) =>
    listEntries(call, { term: 'of repository', id: call.repository.id }),
  ),
  organizationRoute('GET', '/audit', { access: 'organization-audit:read', docs }, (call) =>
    listEntries(call, { term: 'of owner', id: call.organization.id }),
  ),
  { method: 'GET', path: '/audit', accepted: 'site_admin', docs, handler: listAll },
]

/** For others than site administrators it is not there. */
async function listAll(call: Call): Promise<Answer> {
  const { account, scopes } = requireUser(call.actor)
  if (account.site_admin !== 1 || !scopes.has('site_admin')) throw notFound()
  return await listEntries(call, undefined)
}

async function listEntries({ app, query, urls, path }: Call, of: Of | undefined): Promise<Answer> {
  const { limit } = pageOf(query)
  const asked = { phrase: query['phrase'] ?? '', before: cursorIn(query), limit }
  const { rows, last } = await findEntries(app, asked, of)
  const shown = rows.map((row) => ({ position: row.position, hash: row.hash, ...entryOf(row) }))
  if (!last) return ok(shown)
  const next = new URLSearchParams({ ...query, after: cursorOf(last.id) })
  const url = `${urls.web}/api/slipway/v1${path.replace(/\?.*/s, '')}?${next}`
  return ok(shown, { link: `<${url}>; rel="next"` })
}
