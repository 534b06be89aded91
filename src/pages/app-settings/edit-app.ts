import { html } from 'ghtml'
import type { GitHubApp } from '../../apps/model.ts'
import { eventsIn } from '../../apps/payload.ts'
import { permissionsIn } from '../../auth/permissions.ts'
import { Problem } from '../../lib/problem.ts'
import { editApp, parseManifest, removeApp } from '../../manifests/manifests.ts'
import { filledMatrix, isChoosable } from '../access-forms/access-forms.ts'
import { answerForm } from '../dashboard/form.ts'
import { appsFrame, settingsPathOf } from '../dashboard/owner.ts'
import { theirs } from '../elements/code.ts'
import { alert, hiddenInputs } from '../web/layout.ts'
import type { Page, UserVisit, WebAnswer } from '../web/route.ts'
import { findOwn, type Own } from './own-app.ts'
import { nameInputs, reachInputs, typedRegistration } from './register.ts'

export async function showEdit(visit: UserVisit): Promise<WebAnswer> {
  const own = await findOwn(visit)
  return editPage(visit, own, { form: formOf(own.of), events: eventsIn(own.of.events) })
}

/** Under another name it has another address. */
export async function edit(visit: UserVisit): Promise<WebAnswer> {
  const own = await findOwn(visit)
  const act = async () => {
    const { slug } = await editApp(visit.app, own.of, parseManifest(typedEdit(visit, own.of)))
    return `${settingsPathOf(visit.params)}/apps/${slug}`
  }
  const shown = { form: visit.form, events: visit.formLists['event'] ?? [] }
  return await answerForm(act, async (refusal) => editPage(visit, own, shown, refusal))
}

/** What the form does not ask for stays. */
function typedEdit(visit: UserVisit, { setup_url, permissions }: GitHubApp) {
  const typed = typedRegistration(visit)
  const others = Object.entries(permissionsIn(permissions)).filter(([name]) => !isChoosable(name))
  const default_permissions = { ...Object.fromEntries(others), ...typed.default_permissions }
  return { ...typed, setup_url, default_permissions }
}

/** The App as its form would have it. */
const formOf = (of: GitHubApp): Record<string, string> => ({
  ...{ name: of.name, description: of.description ?? '', url: of.external_url },
  callback_urls: (JSON.parse(of.callback_urls) as string[]).join('\n'),
  ...(of.device_flow === 1 ? { device_flow: '1' } : {}),
  ...(of.public === 1 ? { public: '1' } : {}),
  ...filledMatrix(permissionsIn(of.permissions)),
})

type Shown = { readonly form: UserVisit['form']; readonly events: readonly string[] }

function editPage(visit: UserVisit, own: Own, { form, events }: Shown, refusal?: string): Page {
  const { owner, of, path } = own
  return appsFrame(visit, owner, {
    title: `Edit ${of.name}`,
    main: html`<h1>Edit <a href="${path}"><bdi>${of.name}</bdi></a></h1>
!${alert(refusal)}
<form method="post" action="${path}/edit">!${hiddenInputs({ form_token: visit.formToken })}
!${nameInputs(form)}
<p class="note">Permissions that you take away are gone at once, wherever the App is installed, but for tokens that it has already: those end within the hour. Those that you add have to be accepted by whoever installed it. Events are heard of at once.</p>
!${reachInputs(form, events)}
<p class="actions"><a class="button" href="${path}">Cancel</a><button class="go">Save</button></p>
</form>`,
  })
}

/** It cannot be undone, and takes more with it than it seems: so its name has to be typed. */
export async function remove(visit: UserVisit): Promise<WebAnswer> {
  const { of } = await findOwn(visit)
  if (visit.form['name']?.trim() !== of.name) {
    throw new Problem('invalid', `Type "${of.name}" to delete it. It was not deleted.`)
  }
  await removeApp(visit.app, of)
  return { kind: 'redirect', to: `${settingsPathOf(visit.params)}/apps` }
}

export function deletion({ formToken }: UserVisit, { of, path }: Own, installations: number) {
  const places = installations === 1 ? 'its installation' : `its ${installations} installations`
  return html`<h2>Danger zone</h2>
<ul class="box"><li class="row"><span>Delete this GitHub App</span><details class="ask"><summary class="button danger">Delete</summary>
<form class="note warning" method="post" action="${path}/delete">!${hiddenInputs({ form_token: formToken })}
<p>With it go its keys, its webhook!${installations === 0 ? '' : html`, ${places}`} and every token it has. What it did stays, without its name.</p>
<label for="confirm">Type <strong>!${theirs(of.name)}</strong> to confirm</label>
<input id="confirm" name="name" required autocomplete="off" spellcheck="false">
<button class="danger">Delete this App</button></form></details></li></ul>`
}
