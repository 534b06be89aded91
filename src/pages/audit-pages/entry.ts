import { html } from 'ghtml'
import { type AuditEntry, entryOf } from '../../audit/model.ts'
import type { AuditEntryRow } from '../../tables/events.ts'
import { theirs } from '../elements/code.ts'
import { icon } from '../elements/icon.ts'
import { ago } from '../elements/when.ts'

/** One line of the log; what was before and after is behind it. */
export function entryItem(row: AuditEntryRow, now: Date): string {
  const entry = entryOf(row)
  const refusal =
    entry.refusal === null
      ? ''
      : html`<div class="state bad">!${icon('no-entry')} <span class="wrap">Refused: !${theirs(entry.refusal)}</span></div>`
  return html`<li><div class="row"><div><strong>!${actorName(entry)}</strong> <code>${entry.action}</code> !${about(entry)}</div><span class="muted">!${ago(entry.created_at, now)}</span></div>
!${refusal}!${details(entry, row)}</li>`
}

function actorName({ actor }: AuditEntry): string {
  if (actor.login !== null) return theirs(actor.login)
  return (
    { system: 'Slipway', operator: 'Whoever runs the server' }[actor.kind as string] ?? 'Somebody'
  )
}

function about({ repository, environment, subject }: AuditEntry): string {
  const said = [repository, environment, subject].filter((one) => one !== null)
  return said.map(theirs).join(' · ')
}

function details(entry: AuditEntry, { position, hash }: AuditEntryRow): string {
  const facts: (readonly [string, string | number | null])[] = [
    ['From', entry.address],
    ['Program', entry.user_agent],
    ['By', entry.token === null ? null : `${entry.token.kind} ${entry.token.id ?? ''}`],
    ['Request', entry.request_id],
    ['Place in the chain', position],
    ['Hash', hash],
  ]
  const list = facts
    .filter(([, value]) => value !== null)
    .map(([word, value]) => html`<dt>${word}</dt><dd>!${theirs(String(value))}</dd>`)
  return html`<details><summary class="muted">Details</summary><dl>!${list.join('')}</dl>!${json('Before', entry.before)}!${json('After', entry.after)}</details>`
}

const json = (word: string, value: unknown): string =>
  value === null ? '' : html`<h3>${word}</h3><pre>${JSON.stringify(value, null, 2)}</pre>`
