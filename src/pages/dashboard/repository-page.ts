import { html } from 'ghtml'
import type { AccessName } from '../../auth/access.ts'
import type { Repository } from '../../repositories/model.ts'
import {
  authorize,
  isAuthorized,
  locateRepository,
  type RepositoryCall,
} from '../../repositories/repositories.ts'
import { type IconName, icon } from '../elements/icon.ts'
import type { Page, UserVisit, WebAnswer, WebRoute } from '../web/route.ts'
import { actorOf, callOf } from './dashboard.ts'

/** A visit to a page below a repository, by somebody who may. */
export type RepositoryVisit = UserVisit & {
  readonly repository: Repository
  /** The same request as the API would get it, for handlers of API routes. */
  readonly call: (asked?: Parameters<typeof callOf>[1]) => RepositoryCall
}

type Handler = (visit: RepositoryVisit) => Promise<WebAnswer>

/**
 * A page below `/:owner/:repo`, at GitHub's own address where it has one. Its handler runs for those
 * whom the access allows; to others it is not there, or forbidden, as contract 7.5 says.
 */
export const repositoryPage = (
  method: 'GET' | 'POST',
  path: string,
  access: AccessName,
  handler: Handler,
): WebRoute => ({
  method,
  path: `/:owner/:repo${path}`,
  for: 'user',
  handler: (visit) => visitRepository(visit, access, handler),
})

async function visitRepository(visit: UserVisit, access: AccessName, handler: Handler) {
  const { read } = visit.app.store
  const { owner = '', repo = '' } = visit.params
  const { repository, moved } = await locateRepository(read, owner, repo)
  const permission = await authorize(read, actorOf(visit.session), repository, access)
  if (moved) return { kind: 'redirect', to: pathOf(repository) } as const
  const call: RepositoryVisit['call'] = (asked) => ({
    ...callOf(visit, asked),
    repository,
    permission,
  })
  return await handler({ ...visit, repository, call })
}

/** Whether a button for it would lead anywhere. */
export const mayVisitor = ({ app, session, repository }: RepositoryVisit, access: AccessName) =>
  isAuthorized(app.store.read, actorOf(session), repository, access)

/** Where a repository's pages begin. */
export const pathOf = ({ owner, name }: Repository): string =>
  `/${encodeURIComponent(owner.login)}/${encodeURIComponent(name)}`

type Tab = 'deployments' | 'environments' | 'insights' | 'hooks' | 'secrets' | 'keys' | 'audit'

const tabs: readonly (readonly [Tab, string, string, IconName, AccessName])[] = [
  ['deployments', 'Deployments', '/deployments', 'rocket', 'deployments:read'],
  ['insights', 'Insights', '/insights', 'graph', 'deployments:read'],
  ['environments', 'Environments', '/settings/environments', 'server', 'environments:write'],
  ['hooks', 'Webhooks', '/settings/hooks', 'webhook', 'hooks:read'],
  ['secrets', 'Secrets and variables', '/settings/secrets/actions', 'lock', 'secrets:read'],
  ['keys', 'Deploy keys', '/settings/keys', 'key', 'keys:read'],
  ['audit', 'Audit log', '/settings/audit', 'history', 'audit:read'],
]

/** A wide page of a repository: whose it is, what else there is of it, then the page's own part. */
export async function repositoryFrame(
  visit: RepositoryVisit,
  current: Tab,
  { title, main, ...rest }: Omit<Page, 'kind' | 'layout'>,
): Promise<Page> {
  const open = await Promise.all(tabs.map(([, , , , access]) => mayVisitor(visit, access)))
  const { repository } = visit
  const base = pathOf(repository)
  const links = tabs
    .filter((_tab, at) => open[at])
    .map(
      ([name, word, path, picture]) =>
        html`<a href="${base}${path}"!${name === current ? ' aria-current="page"' : ''}>!${icon(picture)} ${word}</a>`,
    )
  return {
    ...rest,
    kind: 'page',
    layout: 'wide',
    title: `${title} · ${repository.owner.login}/${repository.name}`,
    main: html`<nav class="crumbs" aria-label="Repository"><a href="/?filter=${encodeURIComponent(`owner:${repository.owner.login}`)}">${repository.owner.login}</a><span aria-hidden="true">/</span><a href="${base}/deployments"><strong>${repository.name}</strong></a></nav>
<nav class="tabs" aria-label="Pages of the repository">!${links.join('')}</nav>
!${main}`,
  }
}
