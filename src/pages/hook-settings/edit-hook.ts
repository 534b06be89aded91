import { findOptions } from '../../hooks/hook-options/hook-options.ts'
import { createHook, editHook, removeHook } from '../../hooks/hooks.ts'
import { type Hook, hookEdit, newHook } from '../../hooks/model.ts'
import { parseBody } from '../../http/body.ts'
import { callOf } from '../dashboard/dashboard.ts'
import { answerForm } from '../dashboard/form.ts'
import { hookFrame } from '../hook-places/hook-places.ts'
import type { HookVisit } from '../hook-places/model.ts'
import type { Page, WebAnswer } from '../web/route.ts'
import { renderHookForm, typedHookOf } from './hook-form.ts'
import { hookBodyOf } from './parse-hook-form.ts'
import { renderExtras } from './render-extras.ts'

export const showNewHook = (visit: HookVisit): Promise<Page> => newHookPage(visit)

async function newHookPage(visit: HookVisit, refusal?: string): Promise<Page> {
  const { above, formToken } = visit
  const body = refusal === undefined ? undefined : hookBodyOf(visit, { isNew: true })
  const main = renderHookForm({
    ...{ formToken, refusal, action: above.path, mayWrite: true },
    typed: body ?? { ...firstHook, config: { ...firstHook.config } },
  })
  return await visit.frame({ title: 'Add webhook', main })
}

/** What a form begins with: what a receiver of deployments wants. */
const firstHook = {
  config: { url: '', content_type: 'json', insecure_ssl: '0', secret: '' },
  events: ['deployment', 'deployment_status'],
  active: true,
}

export async function addHook(visit: HookVisit): Promise<WebAnswer> {
  const { app, holder, session } = visit
  return await answerForm(
    async () => {
      const { body } = callOf(visit, { body: hookBodyOf(visit, { isNew: true }) })
      const request = parseBody(body, newHook, 'Hook')
      const hook = await createHook(app, holder, request, session.account)
      return visit.pathsOf(hook).deliveries
    },
    (refusal) => newHookPage(visit, refusal),
  )
}

export async function showHook(visit: HookVisit): Promise<Page> {
  return await hookPage(visit, await visit.find())
}

/** The settings of a hook; after a refusal with what was typed into the form that it is about. */
export async function hookPage(
  visit: HookVisit,
  hook: Hook,
  refused: { readonly refusal?: string; readonly typed?: ReturnType<typeof hookBodyOf> } = {},
): Promise<Page> {
  const { app, holder, formToken } = visit
  const path = visit.pathsOf(hook).settings
  const [options, mayWrite, mayDelete] = await Promise.all([
    findOptions(app.store.read, hook),
    visit.may('write'),
    visit.may('delete'),
  ])
  const form = renderHookForm({
    ...{ formToken, mayWrite, action: path, hook, refusal: refused.refusal },
    typed: refused.typed ?? typedHookOf(hook),
  })
  const extras = renderExtras({
    ...{ hook, options, path, formToken, mayWrite, mayDelete, now: app.now() },
    isOfRepository: holder.type === 'repository',
  })
  return await hookFrame(visit, hook, {
    tab: 'settings',
    title: 'Webhook',
    main: form + extras,
  })
}

export async function saveHook(visit: HookVisit): Promise<WebAnswer> {
  const { app, holder } = visit
  const hook = await visit.find()
  const typed = hookBodyOf(visit, { isNew: false })
  return await answerForm(
    async () => {
      const edit = parseBody(callOf(visit, { body: typed }).body, hookEdit, 'Hook')
      await editHook(app, holder, hook.id, edit)
      return visit.pathsOf(hook).settings
    },
    (refusal) => hookPage(visit, hook, { refusal, typed }),
  )
}

export async function deleteHook(visit: HookVisit): Promise<WebAnswer> {
  const { id } = await visit.find()
  await removeHook(visit.app, visit.holder, id)
  return { kind: 'redirect', to: visit.above.path }
}
