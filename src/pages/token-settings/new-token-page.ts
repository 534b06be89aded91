import { html } from 'ghtml'
import { Problem } from '../../lib/problem.ts'
import type { Secret } from '../../lib/secret.ts'
import type { TokenRow } from '../../tables/accounts.ts'
import { settingsFrame } from '../dashboard/settings-frame.ts'
import { moment } from '../elements/when.ts'
import type { Page, UserVisit } from '../web/route.ts'

type Made = { readonly token: Secret; readonly row: TokenRow }

const noteCharactersMax = 255

/** The answer to the form itself, so that the token stands in no address and no history. */
export function newTokenPage(visit: UserVisit, { token, row }: Made): Page {
  const until =
    row.expires_at === null
      ? 'It does not expire.'
      : html`It works until !${moment(row.expires_at)}.`
  return settingsFrame(visit, '/settings/tokens', {
    title: 'Your new token',
    main: html`<h1>Your new token</h1>
<p class="note warning" role="status">Copy it now: it is shown this once, and kept nowhere.</p>
<label for="token">Token <bdi>${row.note}</bdi></label>
<input id="token" class="sha" readonly value="${token.reveal()}" autocomplete="off" spellcheck="false">
<p>!${until} Try it:</p>
<pre>curl -H "Authorization: Bearer $TOKEN" ${visit.urls.api}/user</pre>
<p class="actions"><a class="button" href="/settings/tokens">Done, I have copied it</a></p>`,
  })
}

export const noteInput = (note: string): string =>
  html`<label for="note">Name</label>
<input id="note" name="note" required maxlength="${noteCharactersMax}" value="${note}" aria-describedby="note-help">
<p class="muted" id="note-help">What it is for, so that you know later whether it is still needed.</p>`

/** Throws `invalid` for what is no name. */
export function parseNote(text: string | undefined): string {
  const note = text?.trim() ?? ''
  if (/^[^\p{Cc}]+$/u.test(note) && note.length <= noteCharactersMax) return note
  throw new Problem(
    'invalid',
    `Name the token, in one line of at most ${noteCharactersMax} characters`,
  )
}
