import { html } from 'ghtml'
import type { Environment } from '../../environments/model.ts'
import { alert, hiddenInputs } from '../web/layout.ts'
import type { About } from './section.ts'

/** What GitHub cannot do: another name. */
export function renderName(
  { name }: Environment,
  { path, formToken, typed, refusal }: About,
): string {
  return html`<section id="name"><h2>Name</h2>
<p class="muted">Its deployments, rules, secrets and locks come along. Approvals that were given to what waits are asked for anew, and programs have to be told the new name.</p>!${alert(refusal)}
<form class="card inline" method="post" action="${path}/name#name">!${hiddenInputs({ form_token: formToken })}<label class="visually-hidden" for="new-name">New name</label><input id="new-name" name="name" required maxlength="255" value="${typed['name'] ?? name}" autocomplete="off"><button>Rename</button></form></section>`
}
