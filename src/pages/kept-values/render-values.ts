import { html } from 'ghtml'
import type { Holder, Kept } from '../../holders/model.ts'
import type { SecretRow, VariableRow } from '../../tables/secrets.ts'
import { askFirst } from '../dashboard/form.ts'
import { icon } from '../elements/icon.ts'
import { ago } from '../elements/when.ts'
import { alert, hiddenInputs } from '../web/layout.ts'
import type { KeptSecrets, KeptVariables } from './kept-values.ts'
import { words } from './words.ts'

/** What lists show of a secret, and of a variable. */
export type Row = Pick<SecretRow, 'id' | 'name' | 'visibility' | 'updated_at'>

type Values = {
  readonly kind: Holder['kind']
  /** Of the list, which its forms are posted to. */
  readonly path: string
  readonly formToken: string
  readonly now: Date
  readonly typed: Readonly<Record<string, string>>
  readonly refusal: string | undefined
  readonly mayWrite: boolean
  /** Markup: what else there is to say of one. */
  readonly about?: (row: Row) => string
  /** Markup: what is asked besides of a new one. */
  readonly more?: string
}

const nameInput = (id: string, value: string) =>
  html`<label for="${id}">Name</label><input id="${id}" name="name" required maxlength="255" pattern="[A-Za-z_][A-Za-z0-9_]*" value="${value}" placeholder="API_TOKEN" autocomplete="off" autocapitalize="characters" spellcheck="false">`

/** Names and times: a value never comes back. */
export function renderSecrets(values: Values & KeptSecrets): string {
  const { kind, path, secrets, refusal, mayWrite } = values
  const { title, getter } = words[kind]
  const items = secrets.map(
    (row) =>
      html`<li class="row"><div>!${icon('lock')} !${nameAndTime(row, values)}</div>!${buttons(row, values, 'secret')}</li>`,
  )
  return html`<section id="secrets"><h2>${title} secrets</h2>
<p class="muted">${getter} gets them; nobody sees them again, on no page and by no API.</p>
!${alert(refusal)}
!${items.length === 0 ? '' : html`<ul class="box">!${items.join('')}</ul>`}
!${mayWrite ? secretForm(values, `${path}#secrets`) : ''}</section>`
}

function secretForm(values: Values & KeptSecrets, action: string): string {
  const { typed, more = '' } = values
  return html`!${openSealing(values, action)}
!${nameInput('secret-name', typed['name'] ?? '')}
!${valueToSeal(values.kind, 'Value', 'A name that is there gets this value.')}!${more}
<p class="actions"><button class="go">Save secret</button></p></form>`
}

type Sealing = Pick<Values, 'formToken'> & Pick<KeptSecrets, 'pair'>

/** The start of a form whose `value` a script seals (assets/seal.js). */
export const openSealing = ({ pair, formToken }: Sealing, action: string): string =>
  html`<form class="card" method="post" action="${action}" data-public-key="${pair.public_key}" data-key-id="${pair.key_id}">!${hiddenInputs({ form_token: formToken })}`

/** Where a secret is typed, and how it travels. */
export const valueToSeal = (kind: Holder['kind'], label: string, hint: string): string =>
  html`<label for="secret-value">${label}</label><textarea id="secret-value" name="value" rows="3" required autocomplete="off" spellcheck="false" aria-describedby="secret-way"></textarea>
<p id="secret-way" class="muted" data-sealed="It is sealed in this browser, with ${words[kind].whose} public key, before it is sent. ${hint}">Without JavaScript it is sent as it is, over this connection, and sealed by the server on receipt. ${hint}</p>`

export function renderVariables(values: Values & KeptVariables): string {
  const { kind, path, variables, refusal, mayWrite } = values
  const { title, seers } = words[kind]
  const items = variables.map((row) => variableItem(row, values))
  return html`<section id="variables"><h2>${title} variables</h2>
<p class="muted">For what is no secret: ${seers} sees them.</p>
!${alert(refusal)}
!${items.length === 0 ? '' : html`<ul class="box">!${items.join('')}</ul>`}
!${mayWrite ? variableForm(values, `${path}#variables`) : ''}</section>`
}

const variableForm = ({ typed, formToken, more = '' }: Values, action: string) =>
  html`<form class="card" method="post" action="${action}">!${hiddenInputs({ form_token: formToken })}
!${nameInput('variable-name', typed['name'] ?? '')}
<label for="variable-value">Value</label><textarea id="variable-value" name="value" rows="2">${typed['value'] ?? ''}</textarea>!${more}
<p class="actions"><button class="go">Add variable</button></p></form>`

/** With its value to be changed in place; an organization's has a page of its own. */
function variableItem(row: VariableRow, values: Values): string {
  const { kind, path, formToken, mayWrite } = values
  const head = html`<div class="row"><div>!${nameAndTime(row, values)}</div>!${buttons(row, values, 'variable')}</div>`
  if (!mayWrite || kind === 'organization') return html`<li>!${head}<pre>${row.value}</pre></li>`
  return html`<li>!${head}
<form class="inline" method="post" action="${path}/${row.name}#variables">!${hiddenInputs({ form_token: formToken })}!${valueField(row)}<button>Change</button></form></li>`
}

const nameAndTime = (row: Row, { now, about }: Values) =>
  html`<code>${row.name}</code> <span class="muted">updated !${ago(row.updated_at, now)}</span>!${about?.(row) ?? ''}`

function buttons({ name }: Row, values: Values, what: Kept): string {
  const { kind, path, formToken, mayWrite } = values
  if (!mayWrite) return ''
  const change =
    kind === 'organization'
      ? html`<a class="button" href="${path}/${name}" aria-label="Change ${name}">Change</a>`
      : ''
  const deletion = askFirst({
    ask: 'Delete',
    says: html`${words[kind].getter} no longer gets <code>${name}</code>.`,
    confirm: `Delete this ${what}`,
    action: `${path}/${name}/delete#${what}s`,
    fields: { form_token: formToken },
  })
  return html`!${change}!${deletion}`
}

/** A field of one line would join several. */
function valueField({ name, value }: VariableRow): string {
  const lines = value.split('\n').length
  if (lines === 1) return html`<input name="value" value="${value}" aria-label="Value of ${name}">`
  return html`<textarea name="value" rows="${lines}" aria-label="Value of ${name}">${value}</textarea>`
}
