import type { Kept } from '../../holders/model.ts'
import { findOwner, organizationFrame, settingsPathOf } from '../dashboard/owner.ts'
import {
  mayVisitor,
  pathOf,
  type RepositoryVisit,
  repositoryFrame,
  repositoryPage,
} from '../dashboard/repository-page.ts'
import { placeOfOrganization, placeOfRepository } from '../kept-values/kept-values.ts'
import type { UserVisit, WebAnswer, WebRoute } from '../web/route.ts'
import { findAudiences } from './audience.ts'
import { findElsewhere } from './elsewhere.ts'
import type { ValueVisit } from './model.ts'

type Page = (
  method: 'GET' | 'POST',
  path: string,
  handler: (visit: ValueVisit) => Promise<WebAnswer>,
) => WebRoute

/** Pages where a repository's secrets are, or its variables. */
export const ofRepositories =
  (kept: Kept): Page =>
  (method, path, handler) => {
    const access = `${kept}s:${method === 'GET' ? 'read' : 'write'}` as const
    return repositoryPage(method, `/settings/${kept}s/actions${path}`, access, async (visit) =>
      handler(await atRepository(visit, kept)),
    )
  }

async function atRepository(visit: RepositoryVisit, kept: Kept): Promise<ValueVisit> {
  const { repository } = visit
  return {
    ...visit,
    kept,
    place: placeOfRepository(repository),
    settings: `${pathOf(repository)}/settings`,
    mayWrite: await mayVisitor(visit, `${kept}s:write`),
    findAround: () => findElsewhere(visit, kept),
    frame: (page) => repositoryFrame(visit, 'secrets', page),
  }
}

/** The same of an organisation, for its owners: to others they are not there. */
export const ofOrganizations =
  (kept: Kept): Page =>
  (method, path, handler) => ({
    method,
    path: `/organizations/:org/settings/${kept}s/actions${path}`,
    for: 'user',
    handler: async (visit) => await handler(await atOrganization(visit, kept)),
  })

async function atOrganization(visit: UserVisit, kept: Kept): Promise<ValueVisit> {
  const organization = await findOwner(visit)
  const { login } = organization
  const of = { login, isOwner: true }
  return {
    ...visit,
    kept,
    place: placeOfOrganization(organization),
    settings: settingsPathOf({ org: login }),
    mayWrite: true,
    findAround: () => findAudiences(visit, kept, organization),
    frame: async (page) => organizationFrame(of, 'settings/secrets/actions', page),
  }
}
