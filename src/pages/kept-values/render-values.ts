import { html } from 'ghtml'
import { askFirst } from '../dashboard/form.ts'
import { icon } from '../elements/icon.ts'
import { ago } from '../elements/when.ts'
import { alert, hiddenInputs } from '../web/layout.ts'
import type { KeptValues } from './kept-values.ts'

type Values = {
  readonly kept: KeptValues
  /** What the addresses of their forms begin with. */
  readonly path: string
  readonly formToken: string
  readonly now: Date
  readonly typed: Readonly<Record<string, string>>
  readonly refusal: string | undefined
}

const nameInput = (id: string, value: string) =>
  html`<label for="${id}">Name</label><input id="${id}" name="name" required maxlength="255" pattern="[A-Za-z_][A-Za-z0-9_]*" value="${value}" placeholder="API_TOKEN" autocomplete="off" autocapitalize="characters" spellcheck="false">`

/** Names and times: a value never comes back. */
export function renderSecrets({ kept, path, formToken, now, typed, refusal }: Values): string {
  const { secrets, pair } = kept
  const items = secrets.map(
    ({ name, updated_at }) =>
      html`<li class="row"><div>!${icon('lock')} <code>${name}</code> <span class="muted">updated !${ago(updated_at, now)}</span></div>!${askFirst(
        {
          ask: 'Delete',
          says: html`What deploys here no longer gets <code>${name}</code>.`,
          confirm: 'Delete this secret',
          action: `${path}/secrets/${name}/delete#secrets`,
          fields: { form_token: formToken },
        },
      )}</li>`,
  )
  return html`<section id="secrets"><h2>Environment secrets</h2>
<p class="muted">What deploys here gets them; nobody sees them again, on no page and by no API.</p>
!${alert(refusal)}
!${items.length === 0 ? '' : html`<ul class="box">!${items.join('')}</ul>`}
<form class="card" method="post" action="${path}/secrets#secrets" data-public-key="${pair.public_key}" data-key-id="${pair.key_id}">!${hiddenInputs({ form_token: formToken })}
!${nameInput('secret-name', typed['name'] ?? '')}
<label for="secret-value">Value</label><textarea id="secret-value" name="value" rows="3" required autocomplete="off" spellcheck="false" aria-describedby="secret-way"></textarea>
<p id="secret-way" class="muted" data-sealed="It is sealed in this browser, with the environment’s public key, before it is sent. A name that is there gets this value.">Without JavaScript it is sent as it is, over this connection, and sealed by the server on receipt. A name that is there gets this value.</p>
<p class="actions"><button class="go">Save secret</button></p></form></section>`
}

export function renderVariables({ kept, path, formToken, now, typed, refusal }: Values): string {
  const items = kept.variables.map(({ name, value, updated_at }) => {
    const at = `${path}/variables/${name}`
    const hidden = hiddenInputs({ form_token: formToken })
    return html`<li><div class="row"><div><code>${name}</code> <span class="muted">updated !${ago(updated_at, now)}</span></div>!${askFirst(
      {
        ask: 'Delete',
        says: html`What deploys here no longer gets <code>${name}</code>.`,
        confirm: 'Delete this variable',
        action: `${at}/delete#variables`,
        fields: { form_token: formToken },
      },
    )}</div>
<form class="inline" method="post" action="${at}#variables">!${hidden}!${valueField(name, value)}<button>Change</button></form></li>`
  })
  return html`<section id="variables"><h2>Environment variables</h2>
<p class="muted">For what is no secret: everybody who may push sees them.</p>
!${alert(refusal)}
!${items.length === 0 ? '' : html`<ul class="box">!${items.join('')}</ul>`}
<form class="card" method="post" action="${path}/variables#variables">!${hiddenInputs({ form_token: formToken })}
!${nameInput('variable-name', typed['name'] ?? '')}
<label for="variable-value">Value</label><textarea id="variable-value" name="value" rows="2">${typed['value'] ?? ''}</textarea>
<p class="actions"><button class="go">Add variable</button></p></form></section>`
}

/** A field of one line would join several. */
function valueField(name: string, value: string): string {
  const lines = value.split('\n').length
  if (lines === 1) return html`<input name="value" value="${value}" aria-label="Value of ${name}">`
  return html`<textarea name="value" rows="${lines}" aria-label="Value of ${name}">${value}</textarea>`
}
