import { html } from 'ghtml'
import { findHooks } from '../../hooks/find-hooks.ts'
import { type Hook, holderOfApp } from '../../hooks/model.ts'
import { notFound } from '../../lib/problem.ts'
import { appsFrame } from '../dashboard/owner.ts'
import { hookStanding, lastResult } from '../hook-places/hook-places.ts'
import type { HookVisit } from '../hook-places/model.ts'
import type { HookLevel } from '../hook-places/route.ts'
import { hiddenInputs } from '../web/layout.ts'
import type { UserVisit } from '../web/route.ts'
import { findOwn, type Own } from './own-app.ts'

/** The pages of a person's Apps, and of an organisation's. */
export const appsPaths = ['/settings/apps', '/organizations/:org/settings/apps'] as const

/** An App has one hook: its settings are on the App's own page, its deliveries where GitHub has them. */
export const ofApps: HookLevel = {
  deliveries: '/advanced',
  page: (method, path, _to, handler) =>
    appsPaths.map((base) => ({
      method,
      path: `${base}/:slug${path}`,
      for: 'user',
      handler: async (visit) => await handler(hookVisitOf(visit, await findOwn(visit))),
    })),
}

export function hookVisitOf(visit: UserVisit, { of, owner, path }: Own): HookVisit {
  const holder = holderOfApp(of)
  return {
    ...visit,
    ...{ holder, above: { path, name: of.name } },
    pathsOf: () => ({
      settings: path,
      deliveries: `${path}/advanced`,
      resume: `${path}/hook/resume`,
    }),
    async find() {
      const { hooks } = await findHooks(visit.app.store.read, holder, { limit: 1, offset: 0 })
      if (!hooks[0]) throw notFound()
      return hooks[0]
    },
    may: async () => true,
    live: 'any',
    frame: async (page) => appsFrame(visit, owner, page),
  }
}

/** The App's hook on the App's page: how it fares, and where it leads. */
export async function renderAppHook(visit: HookVisit, hook: Hook | undefined): Promise<string> {
  const { formToken, form, above } = visit
  return html`!${hook ? await renderState(visit, hook) : '<h2>Webhook</h2>'}
<form method="post" action="${above.path}/hook">!${hiddenInputs({ form_token: formToken })}
<label for="url">URL</label>
<input id="url" name="url" type="url" required value="${form['url'] ?? hook?.url ?? ''}">
<label for="secret">Secret <span class="muted">!${hook ? 'empty to leave it as it is' : 'signs what is sent'}</span></label>
<input id="secret" name="secret" type="password" autocomplete="off">
!${hook ? html`<label class="choice"><input type="checkbox" name="active" value="1"!${hook.active === 1 ? ' checked' : ''}><span>Active <span class="muted">otherwise nothing is sent</span></span></label>` : ''}
<button>!${hook ? 'Save the webhook' : 'Add a webhook'}</button></form>`
}

async function renderState(visit: HookVisit, hook: Hook): Promise<string> {
  const { deliveries } = visit.pathsOf(hook)
  const last = hook.active === 1 ? html`<p>!${lastResult(hook, null, visit.app.now())}</p>` : ''
  return html`<div class="heading"><h2>Webhook</h2><a class="button" href="${deliveries}">Recent deliveries</a></div>
!${await hookStanding(visit, hook)}!${last}`
}
