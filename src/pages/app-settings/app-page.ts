import { html } from 'ghtml'
import { createKey, findKeys, removeKey } from '../../apps/apps.ts'
import type { GitHubApp } from '../../apps/model.ts'
import { eventsIn } from '../../apps/payload.ts'
import { permissionsIn } from '../../auth/permissions.ts'
import { findHooks } from '../../hooks/find-hooks.ts'
import { createMissingHook, editHook, editHookConfig } from '../../hooks/hooks.ts'
import { holderOfApp, hookEdit } from '../../hooks/model.ts'
import { idIn } from '../../repositories/repositories.ts'
import type { AppKeyRow } from '../../tables/programs.ts'
import { permissionItems } from '../consent/consent.ts'
import { answerForm, askFirst } from '../dashboard/form.ts'
import { appsFrame } from '../dashboard/owner.ts'
import { outward, theirs } from '../elements/code.ts'
import { ago } from '../elements/when.ts'
import { alert, hiddenInputs } from '../web/layout.ts'
import type { Page, UserVisit, WebAnswer } from '../web/route.ts'
import { hookVisitOf, renderAppHook } from './app-hook.ts'
import { deletion } from './edit-app.ts'
import { findOwn, type Own } from './own-app.ts'
import { installationCounts } from './queries.ts'
import { newKeyPage } from './shown-once.ts'

export const showApp = async (visit: UserVisit): Promise<WebAnswer> =>
  await appPage(visit, await findOwn(visit))

export async function addKey(visit: UserVisit): Promise<WebAnswer> {
  const { of, owner } = await findOwn(visit)
  const { privateKey } = await createKey(visit.app, of)
  return newKeyPage(visit, of, owner, privateKey)
}

export async function dropKey(visit: UserVisit): Promise<WebAnswer> {
  const own = await findOwn(visit)
  const act = async () => {
    await removeKey(visit.app, own.of, idIn(visit.params['key_id']))
    return own.path
  }
  return await answerForm(act, (refusal) => appPage(visit, own, refusal))
}

/** A secret that is left empty stays what it is. */
export async function saveHook(visit: UserVisit): Promise<WebAnswer> {
  const own = await findOwn(visit)
  const { url = '', secret = '', active } = visit.form
  const act = async () => {
    const holder = holderOfApp(own.of)
    const edit = { url, ...(secret === '' ? {} : { secret }) }
    const [hook] = (await findHooks(visit.app.store.read, holder, { limit: 1, offset: 0 })).hooks
    if (hook) {
      await editHookConfig(visit.app, holder, hook.id, edit)
      const isActive = hookEdit.parse({ active: active !== undefined })
      await editHook(visit.app, holder, hook.id, isActive)
    } else await createMissingHook(visit.app, holder, { content_type: 'json', ...edit })
    return own.path
  }
  return await answerForm(act, (refusal) => appPage(visit, own, refusal))
}

async function appPage(visit: UserVisit, own: Own, refusal?: string): Promise<Page> {
  const { of, owner, path } = own
  const { read } = visit.app.store
  const [keys, { hooks }, counts] = await Promise.all([
    findKeys(read, of),
    findHooks(read, holderOfApp(of), { limit: 1, offset: 0 }),
    read.first(installationCounts, { app_id: of.id }),
  ])
  const installations = { all: counts?.all ?? 0, outdated: counts?.outdated ?? 0 }
  const permissions = Object.entries(permissionsIn(of.permissions))
  return appsFrame(visit, owner, {
    title: of.name,
    main: html`<div class="heading"><h1><bdi>${of.name}</bdi></h1><a class="button" href="${path}/edit">Edit</a><a class="button go" href="/apps/${of.slug}/installations/new">Install</a></div>
!${alert(refusal)}
!${of.description ? html`<p>!${theirs(of.description)}</p>` : ''}
<dl><dt>App ID</dt><dd><code>${of.id}</code></dd><dt>Client ID</dt><dd><code>${of.client_id}</code></dd>
!${of.external_url ? html`<dt>Homepage</dt><dd>!${outward(of.external_url, of.external_url)}</dd>` : ''}
<dt>May be installed by</dt><dd>${of.public === 1 ? 'anybody' : `${owner.login} alone`}</dd>
<dt>Hears of</dt><dd>!${eventWords(of)}</dd>
<dt>Installed</dt><dd>${counted(installations)}</dd></dl>
<h2>Permissions</h2>
<ul class="plain">!${permissionItems(Object.fromEntries(permissions))}</ul>
!${await renderAppHook(hookVisitOf(visit, own), hooks[0])}
!${keyList(visit, path, keys)}
!${deletion(visit, own, installations.all)}`,
  })
}

type Counts = { readonly all: number; readonly outdated: number }

function counted({ all, outdated }: Counts): string {
  if (all === 0) return 'nowhere yet'
  const places = `in ${all} ${all === 1 ? 'place' : 'places'}`
  if (outdated === 0) return places
  return `${places}, of which ${outdated} ${outdated === 1 ? 'has' : 'have'} yet to accept other permissions`
}

const eventWords = ({ events }: GitHubApp) =>
  eventsIn(events)
    .map((event) => html`<code>${event}</code>`)
    .join(', ') || 'its own installations alone'

function keyList(visit: UserVisit, path: string, keys: readonly AppKeyRow[]): string {
  const items = keys.map((key) => keyItem(visit, path, key))
  return html`<div class="heading"><h2>Private keys</h2>
<form method="post" action="${path}/keys">!${hiddenInputs({ form_token: visit.formToken })}<button>Generate a key</button></form></div>
<p>The App signs with one of them who it is. To change keys, make another, give it to the program, then delete the old one.</p>
<ul class="box">!${items.join('')}</ul>`
}

function keyItem({ app, formToken }: UserVisit, path: string, key: AppKeyRow): string {
  const removing = askFirst({
    ask: 'Delete',
    says: 'What is signed with it is refused from now on.',
    confirm: 'Delete this key',
    action: `${path}/keys/${key.id}/delete`,
    fields: { form_token: formToken },
  })
  return html`<li class="row"><div><code>${key.fingerprint}</code><div class="muted">Made !${ago(key.created_at, app.now())}</div></div>!${removing}</li>`
}
