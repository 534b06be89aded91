import { html } from 'ghtml'
import { findHook } from '../../hooks/find-hooks.ts'
import { findBacklog } from '../../hooks/hook-options/hook-options.ts'
import { type Hook, holderOfRepository } from '../../hooks/model.ts'
import type { Repository } from '../../repositories/model.ts'
import { idIn } from '../../repositories/repositories.ts'
import {
  mayVisitor,
  pathOf,
  type RepositoryVisit,
  repositoryFrame,
} from '../dashboard/repository-page.ts'
import { theirs } from '../elements/code.ts'
import type { Page } from '../web/route.ts'
import { renderStanding } from './standing.ts'

/** Throws `not_found` for a hook that is not the repository's. */
export const findVisitedHook = ({ app, repository, params }: RepositoryVisit): Promise<Hook> =>
  findHook(app.store.read, holderOfRepository(repository), idIn(params['hook_id']))

export const hooksPath = (repository: Repository): string => `${pathOf(repository)}/settings/hooks`

export const hookPath = (repository: Repository, id: number): string =>
  `${hooksPath(repository)}/${id}`

const tabs = [
  ['settings', 'Settings', ''],
  ['deliveries', 'Recent deliveries', '/deliveries'],
] as const

type Part = Omit<Page, 'kind' | 'layout'> & { readonly tab: (typeof tabs)[number][0] }

/** A page about one hook: which it is, whether it gets anything, then the page's own part. */
export async function hookFrame(
  visit: RepositoryVisit,
  hook: Hook,
  { tab, main, ...page }: Part,
): Promise<Page> {
  const { app, repository, formToken } = visit
  const path = hookPath(repository, hook.id)
  const backlog = await findBacklog(app.store.read, hook.id)
  const mayWrite = await mayVisitor(visit, 'hooks:write')
  const links = tabs.map(
    ([name, word, end]) =>
      html`<a href="${path}${end}"!${name === tab ? ' aria-current="page"' : ''}>${word}</a>`,
  )
  const standing = renderStanding({ hook, backlog, path, formToken, mayWrite, now: app.now() })
  return await repositoryFrame(visit, 'hooks', {
    ...page,
    main: html`<nav class="crumbs" aria-label="Up"><a href="${hooksPath(repository)}">Webhooks</a><span aria-hidden="true">/</span></nav>
<h1 class="long">!${theirs(hook.url)}</h1>
<div id="hook-standing" data-live="repository:${repository.id}">!${standing}</div>
<nav class="tabs" aria-label="Pages of the webhook">!${links.join('')}</nav>
!${main}`,
  })
}
