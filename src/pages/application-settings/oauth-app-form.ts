import { html } from 'ghtml'
import type { Account } from '../../accounts/model.ts'
import type { Secret } from '../../lib/secret.ts'
import type { NewOauthApp } from '../../oauth/oauth-apps/oauth-apps.ts'
import { oauthAppsFrame, oauthAppsPathOf } from '../dashboard/owner.ts'
import type { Page, UserVisit } from '../web/route.ts'

const urlCharactersMax = 2048

/** What the form says an OAuth app is. */
export const typedApp = ({ form }: Pick<UserVisit, 'form'>): NewOauthApp => ({
  name: form['name']?.trim() ?? '',
  url: form['url'] ?? '',
  callback_url: form['callback_url'] ?? '',
  device_flow: form['device_flow'] !== undefined,
})

export const oauthAppInputs = ({ name, url, callback_url, device_flow }: NewOauthApp): string =>
  html`<label for="name">Name</label>
<input id="name" name="name" required maxlength="100" value="${name}">
<label for="url">Homepage URL</label>
<input id="url" name="url" type="url" required maxlength="${urlCharactersMax}" value="${url}" placeholder="https://board.example.com">
<label for="callback_url">Callback URL</label>
<input id="callback_url" name="callback_url" type="url" required maxlength="${urlCharactersMax}" value="${callback_url}" placeholder="https://board.example.com/callback" aria-describedby="callback-help">
<p class="muted" id="callback-help">Where people are sent back to with their code; addresses below it are good as well.</p>
<label class="choice"><input type="checkbox" name="device_flow" value="1"!${device_flow ? ' checked' : ''}><span>Device flow <span class="muted">for programs that have no browser of their own</span></span></label>`

type Registered = {
  readonly owner: Account
  readonly name: string
  readonly client_id: string
  readonly secret: Secret
}

/** The answer to the form itself, so that the secret stands in no address and no history. */
export const secretPage = (
  visit: UserVisit,
  { owner, name, client_id, secret }: Registered,
): Page =>
  oauthAppsFrame(visit, owner, {
    title: `The secret of ${name}`,
    main: html`<h1>The secret of <bdi>${name}</bdi></h1>
<p class="note warning" role="status">Copy it now: it is shown this once, and kept nowhere.</p>
<label for="client-id">Client ID</label>
<input id="client-id" class="sha" readonly value="${client_id}">
<label for="secret">Client secret</label>
<input id="secret" class="sha" readonly value="${secret.reveal()}" autocomplete="off" spellcheck="false">
<p class="actions"><a class="button" href="${oauthAppsPathOf(visit.params)}/${client_id}">Done, I have copied it</a></p>`,
  })
