import { requireSiteAdmin } from '../dashboard/dashboard.ts'
import { findOwner, organizationFrame } from '../dashboard/owner.ts'
import { repositoryFrame, repositoryPage } from '../dashboard/repository-page.ts'
import { settingsFrame } from '../dashboard/settings-frame.ts'
import type { UserVisit, WebAnswer, WebRoute } from '../web/route.ts'
import { checkedPage } from './check.ts'
import { showLog } from './log-page.ts'

const ofAll = '/admin/audit'
const ofOrganization = '/organizations/:org/settings/audit-log'

export const auditPages: readonly WebRoute[] = [
  repositoryPage('GET', '/settings/audit', 'audit:read', async (visit) =>
    showLog(visit, {
      of: { term: 'of repository', id: visit.repository.id },
      path: `/${visit.params['owner']}/${visit.params['repo']}/settings/audit`,
      frame: (page) => repositoryFrame(visit, 'audit', page),
    }),
  ),
  { method: 'GET', path: ofOrganization, for: 'user', handler: showOrganizations },
  { method: 'GET', path: ofAll, for: 'user', handler: showAll },
  { method: 'GET', path: `${ofAll}/check`, for: 'user', handler: showCheck },
]

async function showOrganizations(visit: UserVisit): Promise<WebAnswer> {
  const { id, login } = await findOwner(visit)
  return await showLog(visit, {
    of: { term: 'of owner', id },
    path: ofOrganization.replace(':org', encodeURIComponent(login)),
    frame: async (page) => organizationFrame({ login, isOwner: true }, 'settings/audit-log', page),
  })
}

async function showAll(visit: UserVisit): Promise<WebAnswer> {
  requireSiteAdmin(visit)
  return await showLog(visit, {
    of: undefined,
    path: ofAll,
    frame: async (page) => settingsFrame(visit, ofAll, page),
  })
}

async function showCheck(visit: UserVisit): Promise<WebAnswer> {
  requireSiteAdmin(visit)
  return settingsFrame(visit, ofAll, await checkedPage(visit.app))
}
