import { html } from 'ghtml'
import type { Hook } from '../../hooks/model.ts'
import { alert, hiddenInputs } from '../web/layout.ts'
import { eventTree } from './event-tree.ts'
import type { hookBodyOf } from './parse-hook-form.ts'

type Typed = ReturnType<typeof hookBodyOf>

type HookForm = {
  readonly action: string
  readonly formToken: string
  readonly typed: Typed
  readonly refusal: string | undefined
  readonly mayWrite: boolean
  /** The one that is edited; none for a new one. */
  readonly hook?: Hook
}

/** A hook as its form shows it. */
export const typedHookOf = (hook: Hook): Typed => ({
  config: {
    url: hook.url,
    content_type: hook.content_type,
    insecure_ssl: String(hook.insecure_ssl),
    secret: '',
  },
  events: hook.events,
  active: hook.active === 1,
})

/** Everything that GitHub asks about a hook. */
export function renderHookForm({
  action,
  formToken,
  typed,
  refusal,
  mayWrite,
  hook,
}: HookForm): string {
  const { config, active } = typed
  const submit = hook ? 'Update webhook' : 'Add webhook'
  return html`!${hook ? '' : '<h1>Add webhook</h1>'}!${alert(refusal)}
<form class="card" method="post" action="${action}">!${hiddenInputs({ form_token: formToken })}<fieldset!${mayWrite ? '' : ' disabled'}>
<label for="url">Payload URL</label>
<input id="url" name="url" type="url" required value="${config.url}" placeholder="https://example.com/postreceive">
<label for="content_type">Content type</label>
<select id="content_type" name="content_type">!${option('json', 'application/json', config.content_type)}!${option('form', 'application/x-www-form-urlencoded', config.content_type)}</select>
!${secretField(hook)}
<fieldset><legend>SSL verification</legend>
!${radio({ name: 'insecure_ssl', value: '0', chosen: config.insecure_ssl, words: 'Verify the certificate of the receiver' })}
!${radio({ name: 'insecure_ssl', value: '1', chosen: config.insecure_ssl, words: 'Do not: anybody between could read the payloads and take the receiver’s place' })}
</fieldset>
!${eventTree(typed.events)}
<label class="choice"><input type="checkbox" name="active" value="1"!${active ? ' checked' : ''}> <span>Active <span class="muted">Events are sent while this is ticked.</span></span></label>
</fieldset>
!${mayWrite ? html`<p class="actions"><button class="go">${submit}</button></p>` : ''}
</form>`
}

const option = (value: string, word: string, chosen: string) =>
  html`<option value="${value}"!${value === chosen ? ' selected' : ''}>${word}</option>`

type Radio = {
  readonly name: string
  readonly value: string
  readonly chosen: string
  readonly words: string
}

const radio = ({ name, value, chosen, words }: Radio) =>
  html`<label class="choice"><input type="radio" name="${name}" value="${value}"!${value === chosen ? ' checked' : ''}> ${words}</label>`

/** What was typed is not shown again: it would lie in the browser's history. */
function secretField(hook: Hook | undefined): string {
  const hasOne = hook !== undefined && hook.secret !== null
  const hint = hasOne
    ? 'There is one. Leave this empty to keep it; a new one signs from the next request on.'
    : 'Signs every request (X-Hub-Signature-256), so that the receiver knows who sent it. It takes any text; openssl rand -hex 32 makes a good one.'
  const remove = hasOne
    ? html`<label class="choice"><input type="checkbox" name="no_secret" value="1"> Remove the secret: requests are no longer signed</label>`
    : ''
  return html`<label for="secret">Secret</label>
<input id="secret" name="secret" autocomplete="off" spellcheck="false" maxlength="4096" aria-describedby="secret-hint">
<p id="secret-hint" class="muted">${hint}</p>!${remove}`
}
