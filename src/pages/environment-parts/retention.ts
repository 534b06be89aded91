import { html } from 'ghtml'
import type { Lifetime } from '../../lifetimes/model.ts'
import { alert, hiddenInputs } from '../web/layout.ts'
import type { About } from './section.ts'

/** For how long deployments to here stay on record, and those of a transient environment live. */
export function renderRetention(lifetime: Lifetime, about: About): string {
  const { path, formToken, typed, refusal } = about
  const field = (name: keyof Lifetime, label: string) => {
    const value = refusal === undefined ? (lifetime[name] ?? '') : (typed[name] ?? '')
    return html`<label for="${name}">${label}</label><input id="${name}" name="${name}" type="number" min="1" value="${value}" placeholder="no limit">`
  }
  return html`<section id="retention"><h2>Retention</h2>
<p class="muted">A deployment goes once it is beyond both limits; one that is live or under way stays.</p>!${alert(refusal)}
<form class="card" method="post" action="${path}/retention#retention">!${hiddenInputs({ form_token: formToken })}
!${field('keep', 'So many of the newest stay, however old')}
!${field('days', 'What is younger than so many days stays, however many')}
!${field('transient_hours', 'A transient environment is inactive so many hours after its success')}
<p class="actions"><button name="what" value="save">Save limits</button> <button name="what" value="drop">Go by the repository’s limits</button></p></form></section>`
}
