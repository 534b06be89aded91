import { html } from 'ghtml'
import type { Account } from '../accounts/model.ts'
import { permissionItems } from '../pages/consent/consent.ts'
import { alert, hiddenInputs } from '../pages/web/layout.ts'
import type { Page, UserVisit } from '../pages/web/route.ts'
import { type AppManifest, nameCharactersMax } from './model.ts'

/** For who comes without a manifest. */
export const emptyPage = (base: string): Page => ({
  kind: 'page',
  title: 'Register a GitHub App',
  main: html`<form class="card" method="post" action="${base}/new">
<p>Programs that bring a manifest lead here by themselves. One that you have as JSON can be pasted; without one, <a href="${base}/register">fill in the form</a>.</p>
<label for="manifest">Manifest</label>
<textarea id="manifest" name="manifest" rows="12" required spellcheck="false"></textarea>
<p class="actions"><button class="go">Continue</button></p>
</form>`,
})

type Asked = {
  readonly base: string
  readonly owner: Account
  readonly manifest: AppManifest
  /** As they came, to come again with the answer. */
  readonly fields: Readonly<Record<string, string>>
  readonly refusal: string | undefined
}

/** What the App would be, in words, before there is one. */
export function manifestPage({ formToken }: UserVisit, asked: Asked): Page {
  const { base, owner, manifest, fields, refusal } = asked
  const { description, redirect_url: back } = manifest
  const goesTo =
    back === undefined
      ? ''
      : html`<p class="muted">This takes you to <strong>${new URL(back).origin}</strong>, which gets its private key.</p>`
  return {
    kind: 'page',
    title: 'Register a GitHub App',
    main: html`!${alert(refusal)}
<form class="card" method="post" action="${base}">
!${hiddenInputs({ ...fields, form_token: formToken })}
<p>It will belong to <strong>${owner.login}</strong>, and may be installed by !${manifest.public ? 'everybody' : 'its owner alone'}.</p>
<label for="name">Name</label>
<input id="name" name="name" required maxlength="${nameCharactersMax}" value="${manifest.name}">
!${description ? html`<p class="muted">${description}</p>` : ''}
<h2>Where it is installed, it would be able to</h2>
<ul class="plain">!${permissionItems(manifest.default_permissions)}</ul>
<h2>It would hear of</h2>
!${eventList(manifest)}
<p class="actions"><button class="go">Register the App</button></p>
!${goesTo}
</form>`,
  }
}

function eventList({ hook_attributes: hook, default_events: events }: AppManifest): string {
  if (!hook) return html`<p>Nothing: it has no hook.</p>`
  const also = html`<li>its own installations</li>`
  const items = events.map((event) => html`<li>${event.replaceAll('_', ' ')}</li>`)
  return html`<ul class="plain">!${items.join('')}!${also}</ul>
<p class="muted">By a hook at <strong>${hook.url}</strong>.</p>`
}

/** For an App that nobody waits for: its code, which is shown this once. */
export const agreedPage = ({ urls }: UserVisit, code: string): Page => ({
  kind: 'page',
  title: 'The App can be registered',
  main: html`<div class="card"><p>Within an hour, this answers with the App, its secrets and its private key, once:</p>
<pre>curl -X POST ${urls.api}/app-manifests/${code}/conversions</pre></div>`,
})
