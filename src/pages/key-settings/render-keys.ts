import { html } from 'ghtml'
import type { DeployKey } from '../../deploy-keys/model.ts'
import { keyKindOf } from '../../deploy-keys/public-key.ts'
import type { Page } from '../../http/page.ts'
import { askFirst } from '../dashboard/form.ts'
import { theirs } from '../elements/code.ts'
import { icon } from '../elements/icon.ts'
import { pagination } from '../elements/pagination.ts'
import { ago } from '../elements/when.ts'
import { alert, hiddenInputs } from '../web/layout.ts'

type KeyList = {
  readonly keys: readonly DeployKey[]
  readonly total: number
  readonly page: Page
  readonly path: string
  readonly mayWrite: boolean
  readonly formToken: string
  readonly now: Date
}

export function renderKeys(list: KeyList): string {
  const { keys, total, page, path, mayWrite } = list
  const add = mayWrite
    ? html`<a class="button go" href="${path}/new">!${icon('plus')} Add deploy key</a>`
    : ''
  const older = page.offset + keys.length < total && { older: { page: `${page.page + 1}` } }
  const newer = page.page > 1 && { newer: { page: `${page.page - 1}` } }
  return html`<div class="heading"><h1>Deploy keys</h1>!${add}</div>
<p>A deploy key lets a machine clone this one repository over SSH, or push to it as well, as nobody in particular.</p>
!${keys.length === 0 ? empty : html`<ul class="box">!${keys.map((key) => keyItem(key, list)).join('')}</ul>`}
!${pagination(path, {}, { ...older, ...newer })}`
}

const empty = html`<div class="empty"><h2>No deploy keys yet</h2>
<p>Make a pair where it is to be used, and add its public half here:</p>
<p><code>ssh-keygen -t ed25519 -N '' -f deploy-key</code></p></div>`

/** Below this a modulus is short for what is to last (NIST SP 800-57, part 1: 112 bits, until 2030). */
const rsaBitsEnough = 3072

function keyItem(key: DeployKey, { path, mayWrite, formToken, now }: KeyList): string {
  const { name, rsaBits } = keyKindOf(key.key)
  const isShort = rsaBits !== undefined && rsaBits < rsaBitsEnough
  const from = key.last_used_address === null ? '' : ` from ${key.last_used_address}`
  const used = key.last_used
    ? html`last used !${ago(key.last_used, now)}${from}, over SSH`
    : 'never used'
  return html`<li class="row"><div>
<div>!${icon('key')} <strong>!${theirs(key.title)}</strong> <span class="label">${key.read_only ? 'Read-only' : 'Read and write'}</span></div>
<div><span class="label">${name}!${rsaBits ? html` ${rsaBits}` : ''}</span> <code>${key.fingerprint}</code></div>
!${isShort ? html`<div class="state bad">!${icon('alert')} Short for RSA</div> <span class="muted">Replace it by an Ed25519 key, or by RSA with ${rsaBitsEnough} bits or more.</span>` : ''}
<div class="muted">Added !${ago(key.created_at, now)} by ${key.added_by ?? 'somebody who is gone'} · !${used}</div></div>
!${mayWrite ? deleteForm(key, path, formToken) : ''}</li>`
}

const deleteForm = ({ id, title }: DeployKey, path: string, formToken: string) =>
  askFirst({
    ask: 'Delete',
    says: html`Whoever uses !${theirs(title)} can no longer reach this repository.`,
    confirm: 'I understand, delete this key',
    action: `${path}/${id}/delete`,
    fields: { form_token: formToken },
  })

type NewKey = {
  readonly path: string
  readonly formToken: string
  readonly typed: Readonly<Record<string, string>>
  readonly refusal: string | undefined
}

export function renderNewKey({ path, formToken, typed, refusal }: NewKey): string {
  const { title = '', key = '', can_push } = typed
  // A private key is shown to nobody once more, not even to whoever pasted it.
  const shown = /^\s*(?:ssh|ecdsa|sk)-/.test(key) ? key : ''
  return html`<h1>Add a deploy key</h1>
!${alert(refusal)}
<form class="card" method="post" action="${path}">!${hiddenInputs({ form_token: formToken })}
<label for="title">Title</label>
<input id="title" name="title" value="${title}" maxlength="255" placeholder="Web server in Oslo">
<label for="key">Public key</label>
<textarea id="key" name="key" rows="5" required spellcheck="false" autocomplete="off" aria-describedby="key-hint" placeholder="ssh-ed25519 AAAA…">${shown}</textarea>
<p id="key-hint" class="muted">The one line of the <code>.pub</code> file. It may be in use in no other place: a key opens one repository.</p>
<label class="choice"><input type="checkbox" name="can_push" value="1"!${can_push === '1' ? ' checked' : ''}> <span>Allow write access <span class="muted">Whoever has the key can push to this repository.</span></span></label>
<p class="actions"><a class="button" href="${path}">Cancel</a> <button class="go">Add key</button></p>
</form>`
}
