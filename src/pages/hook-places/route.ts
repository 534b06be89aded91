import { findHook } from '../../hooks/find-hooks.ts'
import { type Holder, holderOfOrganization, holderOfRepository } from '../../hooks/model.ts'
import { idIn } from '../../repositories/repositories.ts'
import { findOwner, organizationFrame, settingsPathOf } from '../dashboard/owner.ts'
import {
  mayVisitor,
  pathOf,
  type RepositoryVisit,
  repositoryFrame,
  repositoryPage,
} from '../dashboard/repository-page.ts'
import type { UserVisit, WebAnswer, WebRoute } from '../web/route.ts'
import type { HookVisit } from './model.ts'

type Handler = (visit: HookVisit) => Promise<WebAnswer>

/** Where people find the hooks of a kind of holder. */
export type HookLevel = {
  /** Where the deliveries of one are, below what `page` adds to. */
  readonly deliveries: string
  readonly page: (
    method: 'GET' | 'POST',
    path: string,
    to: 'read' | 'write' | 'delete',
    handler: Handler,
  ) => WebRoute[]
}

/** What those share whose hooks are many, each below their list. */
const listed = (visit: UserVisit, holder: Holder, list: string) => ({
  ...{ holder, above: { path: list, name: 'Webhooks' } },
  pathsOf({ id }: { readonly id: number }) {
    const settings = `${list}/${id}`
    return { settings, deliveries: `${settings}/deliveries`, resume: `${settings}/resume` }
  },
  find: () => findHook(visit.app.store.read, holder, idIn(visit.params['hook_id'])),
})

export const ofRepositories: HookLevel = {
  deliveries: '/:hook_id/deliveries',
  page: (method, path, to, handler) => [
    repositoryPage(method, `/settings/hooks${path}`, `hooks:${to}`, (visit) =>
      handler(atRepository(visit)),
    ),
  ],
}

const atRepository = (visit: RepositoryVisit): HookVisit => ({
  ...visit,
  ...listed(
    visit,
    holderOfRepository(visit.repository),
    `${pathOf(visit.repository)}/settings/hooks`,
  ),
  may: (to) => mayVisitor(visit, `hooks:${to}`),
  live: `repository:${visit.repository.id}`,
  frame: (page) => repositoryFrame(visit, 'hooks', page),
})

export const ofOrganizations: HookLevel = {
  deliveries: '/:hook_id/deliveries',
  page: (method, path, _to, handler) => [
    {
      method,
      path: `/organizations/:org/settings/hooks${path}`,
      for: 'user',
      handler: async (visit) => await handler(await atOrganization(visit)),
    },
  ],
}

/** Owners see them, and may do all; to others they are not there. */
async function atOrganization(visit: UserVisit): Promise<HookVisit> {
  const organization = await findOwner(visit)
  const { login } = organization
  const list = `${settingsPathOf({ org: login })}/hooks`
  return {
    ...visit,
    ...listed(visit, holderOfOrganization(organization), list),
    may: async () => true,
    live: 'any',
    frame: async (page) => organizationFrame({ login, isOwner: true }, 'settings/hooks', page),
  }
}
