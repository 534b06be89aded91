import { html } from 'ghtml'
import { knownScopes, scopesWithin } from '../../auth/scopes.ts'
import { createToken } from '../../auth/tokens.ts'
import { wordsOfScope } from '../consent/consent.ts'
import { answerForm } from '../dashboard/form.ts'
import { settingsFrame } from '../dashboard/settings-frame.ts'
import { alert, hiddenInputs } from '../web/layout.ts'
import type { Page, UserVisit, WebAnswer } from '../web/route.ts'
import { defaultLifetime, lifetimeSelect, parseLifetime } from './lifetime.ts'
import { newTokenPage, noteInput, parseNote } from './new-token-page.ts'

type Typed = {
  readonly note: string
  readonly lifetime: string
  readonly scopes: readonly string[]
  readonly refusal?: string
}

/** `?scopes=repo_deployment&description=CI` fills in the form, as on GitHub. */
export async function showClassicForm(visit: UserVisit): Promise<WebAnswer> {
  const { description = '', scopes = '' } = visit.query
  return classicForm(visit, {
    note: description,
    lifetime: defaultLifetime,
    scopes: scopes.split(/[ ,]+/),
  })
}

export async function createClassicToken(visit: UserVisit): Promise<WebAnswer> {
  const { app, form, formLists, session } = visit
  const scopes = formLists['scope'] ?? []
  const act = async () => {
    const note = parseNote(form['note'])
    const expires_at = parseLifetime(form['lifetime'], app.now())
    return newTokenPage(
      visit,
      await createToken(app, session.account, { note, scopes, expires_at }),
    )
  }
  const typed = { note: form['note'] ?? '', lifetime: form['lifetime'] ?? '', scopes }
  return await answerForm(act, async (refusal) => classicForm(visit, { ...typed, refusal }))
}

function classicForm(visit: UserVisit, { note, lifetime, scopes, refusal }: Typed): Page {
  return settingsFrame(visit, '/settings/tokens', {
    title: 'New personal access token (classic)',
    main: html`<h1>New personal access token (classic)</h1>
<p>It acts as you wherever you may act, as far as its scopes go. Where it need reach a few repositories only, take a <a href="/settings/personal-access-tokens/new">fine-grained token</a>.</p>
!${alert(refusal)}
<form method="post" action="/settings/tokens">
!${hiddenInputs({ form_token: visit.formToken })}
!${noteInput(note)}
!${lifetimeSelect(lifetime)}
<fieldset><legend>Scopes</legend>
<p class="muted">Without any it sees what is public, and who you are.</p>
!${scopeTree(rootsFor(visit), new Set(scopes))}
</fieldset>
<p class="actions"><a class="button" href="/settings/tokens">Cancel</a><button class="go">Create token</button></p>
</form>`,
  })
}

/** Those that no other contains, of things that are here. */
function rootsFor({ session }: UserVisit): string[] {
  const contained = new Set(knownScopes.flatMap(scopesWithin))
  const isFor = (scope: string) => scope !== 'site_admin' || session.account.site_admin === 1
  return knownScopes.filter((scope) => !contained.has(scope) && wordsOfScope(scope) && isFor(scope))
}

/** Each scope, and below it those that it contains already. */
function scopeTree(scopes: readonly string[], chosen: ReadonlySet<string>): string {
  return scopes
    .filter((scope) => wordsOfScope(scope))
    .map((scope) => {
      const within = scopeTree(scopesWithin(scope), chosen)
      return scopeChoice(scope, chosen) + (within && html`<div class="tree">!${within}</div>`)
    })
    .join('')
}

function scopeChoice(scope: string, chosen: ReadonlySet<string>): string {
  const { gives = '', not } = wordsOfScope(scope) ?? {}
  const without = not === undefined ? '' : html` <span class="muted">Not ${not}</span>`
  return html`<label class="choice"><input type="checkbox" name="scope" value="${scope}"!${chosen.has(scope) ? ' checked' : ''}><span><code>${scope}</code> ${gives}!${without}</span></label>`
}
