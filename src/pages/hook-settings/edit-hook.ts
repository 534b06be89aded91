import { z } from 'zod'
import { filterOf } from '../../hooks/hook-filters/model.ts'
import { findOptions } from '../../hooks/hook-options/hook-options.ts'
import { createHook, editHook, removeHook, resumeHook } from '../../hooks/hooks.ts'
import { type Hook, holderOfRepository, hookEdit, newHook } from '../../hooks/model.ts'
import { parseBody } from '../../http/body.ts'
import { answerForm } from '../dashboard/form.ts'
import { mayVisitor, type RepositoryVisit, repositoryFrame } from '../dashboard/repository-page.ts'
import type { Page, WebAnswer } from '../web/route.ts'
import { renderHookForm, typedHookOf } from './hook-form.ts'
import { findVisitedHook, hookFrame, hookPath, hooksPath } from './hook-settings.ts'
import { hookBodyOf } from './parse-hook-form.ts'
import { renderExtras } from './render-extras.ts'

export const showNewHook = (visit: RepositoryVisit): Promise<Page> => newHookPage(visit)

async function newHookPage(visit: RepositoryVisit, refusal?: string): Promise<Page> {
  const { repository, formToken } = visit
  const body = refusal === undefined ? undefined : hookBodyOf(visit, { isNew: true })
  const main = renderHookForm({
    ...{ formToken, refusal, action: hooksPath(repository), mayWrite: true },
    typed: body ?? { ...firstHook, config: { ...firstHook.config } },
  })
  return await repositoryFrame(visit, 'hooks', { title: 'Add webhook', main })
}

/** What a form begins with: what a receiver of deployments wants. */
const firstHook = {
  config: { url: '', content_type: 'json', insecure_ssl: '0', secret: '' },
  events: ['deployment', 'deployment_status'],
  active: true,
}

export async function addHook(visit: RepositoryVisit): Promise<WebAnswer> {
  const { app, repository, session } = visit
  return await answerForm(
    async () => {
      const { body } = visit.call({ body: hookBodyOf(visit, { isNew: true }) })
      const request = parseBody(body, newHook, 'Hook')
      const hook = await createHook(app, holderOfRepository(repository), request, session.account)
      return `${hookPath(repository, hook.id)}/deliveries`
    },
    (refusal) => newHookPage(visit, refusal),
  )
}

export async function showHook(visit: RepositoryVisit): Promise<Page> {
  return await hookPage(visit, await findVisitedHook(visit))
}

/** The settings of a hook; after a refusal with what was typed into the form that it is about. */
export async function hookPage(
  visit: RepositoryVisit,
  hook: Hook,
  refused: { readonly refusal?: string; readonly typed?: ReturnType<typeof hookBodyOf> } = {},
): Promise<Page> {
  const { app, repository, formToken } = visit
  const path = hookPath(repository, hook.id)
  const [options, mayWrite, mayDelete] = await Promise.all([
    findOptions(app.store.read, hook),
    mayVisitor(visit, 'hooks:write'),
    mayVisitor(visit, 'hooks:delete'),
  ])
  const form = renderHookForm({
    ...{ formToken, mayWrite, action: path, hook, refusal: refused.refusal },
    typed: refused.typed ?? typedHookOf(hook),
  })
  const extras = renderExtras({
    ...{ hook, options, path, formToken, mayWrite, mayDelete, repository, now: app.now() },
    filter: filterOf(hook),
  })
  return await hookFrame(visit, hook, {
    tab: 'settings',
    title: 'Webhook',
    main: form + extras,
  })
}

export async function saveHook(visit: RepositoryVisit): Promise<WebAnswer> {
  const { app, repository } = visit
  const hook = await findVisitedHook(visit)
  const typed = hookBodyOf(visit, { isNew: false })
  return await answerForm(
    async () => {
      const edit = parseBody(visit.call({ body: typed }).body, hookEdit, 'Hook')
      await editHook(app, holderOfRepository(repository), hook.id, edit)
      return hookPath(repository, hook.id)
    },
    (refusal) => hookPage(visit, hook, { refusal, typed }),
  )
}

const backlog = z.enum(['all', 'latest', 'none']).catch('latest')

export async function switchOn(visit: RepositoryVisit): Promise<WebAnswer> {
  const { app, repository, form } = visit
  const { id } = await findVisitedHook(visit)
  await resumeHook(app, holderOfRepository(repository), id, backlog.parse(form['backlog']))
  return { kind: 'redirect', to: `${hookPath(repository, id)}/deliveries` }
}

export async function deleteHook(visit: RepositoryVisit): Promise<WebAnswer> {
  const { app, repository } = visit
  const { id } = await findVisitedHook(visit)
  await removeHook(app, holderOfRepository(repository), id)
  return { kind: 'redirect', to: hooksPath(repository) }
}
