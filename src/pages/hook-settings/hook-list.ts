import { html } from 'ghtml'
import { findHooks } from '../../hooks/find-hooks.ts'
import type { Holder, Hook } from '../../hooks/model.ts'
import { pageOf } from '../../http/page.ts'
import { theirs } from '../elements/code.ts'
import { icon } from '../elements/icon.ts'
import { pagination } from '../elements/pagination.ts'
import { sparkline, sparklineStart } from '../elements/sparkline.ts'
import { lastResult } from '../hook-places/hook-places.ts'
import type { HookPaths, HookVisit } from '../hook-places/model.ts'
import type { WebAnswer } from '../web/route.ts'
import { type AttemptDay, attemptDays, openBreakers } from './queries.ts'

export async function listHooks(visit: HookVisit): Promise<WebAnswer> {
  const { app, holder, live, query } = visit
  const { read } = app.store
  const [now, page] = [app.now(), pageOf(query)]
  const of = { holder_id: holder.id }
  const [{ hooks, total }, days, breakers, mayWrite] = await Promise.all([
    findHooks(read, holder, page),
    read.all(attemptDays(holder), { ...of, since: sparklineStart(now) }),
    read.all(openBreakers(holder), of),
    visit.may('write'),
  ])
  const { path } = visit.above
  const daysOf = Map.groupBy(days, ({ hook_id }) => hook_id)
  const pausedUntil = new Map(breakers.map((one) => [one.hook_id, one.breaker_until]))
  const items = hooks.map((hook) =>
    hookItem({
      ...{ hook, paths: visit.pathsOf(hook), now, days: daysOf.get(hook.id) ?? [] },
      pausedUntil: pausedUntil.get(hook.id) ?? null,
    }),
  )
  const older = page.offset + hooks.length < total && { older: { page: `${page.page + 1}` } }
  const newer = page.page > 1 && { newer: { page: `${page.page - 1}` } }
  const add = mayWrite
    ? html`<a class="button go" href="${path}/new">!${icon('plus')} Add webhook</a>`
    : ''
  const main = html`<div class="heading"><h1>Webhooks</h1>!${add}</div>
<p>A webhook tells another program of what happens ${whereWords[holder.type]}, such as the one that deploys: each event is a signed POST to its URL.</p>
!${items.length === 0 ? emptyOf(holder) : html`<ul class="box" id="hooks" data-live="${live}">!${items.join('')}</ul>`}
!${pagination(path, {}, { ...older, ...newer })}`
  return await visit.frame({ title: 'Webhooks', main })
}

const whereWords: Readonly<Record<Holder['type'], string>> = {
  repository: 'here',
  organization: 'in any repository of the organization',
  integration: 'where the App is installed',
}

const emptyOf = ({ type }: Holder) => html`<div class="empty"><h2>No webhooks yet</h2>
<p>!${type === 'repository' ? emptyRepository : 'Add the URL of a program that is to hear of every deployment of the organization, also of repositories that come later.'}</p></div>`

const emptyRepository =
  'Nobody hears of the deployments of this repository but those who ask. Add the URL of your receiver, or let <code>slipway agent init</code> do it for you.'

type Item = {
  readonly hook: Hook
  readonly paths: HookPaths
  readonly days: readonly AttemptDay[]
  readonly pausedUntil: string | null
  readonly now: Date
}

function hookItem({ hook, paths, days, pausedUntil, now }: Item): string {
  const { url, events } = hook
  return html`<li class="row"><div>
<div><a href="${paths.settings}"><strong>!${theirs(url)}</strong></a></div>
<div class="muted">${eventWords(events)}</div>
<div>!${lastResult(hook, pausedUntil, now)}</div></div>
<div>!${sparkline(days, now)}</div>
<div class="inline"><a class="button" href="${paths.deliveries}" aria-label="Recent deliveries to ${url}">Deliveries</a><a class="button" href="${paths.settings}" aria-label="Edit ${url}">Edit</a></div></li>`
}

const eventsShown = 4

function eventWords(events: readonly string[]): string {
  if (events.includes('*')) return 'Everything'
  const rest = events.length - eventsShown
  const shown = events.slice(0, eventsShown).join(', ')
  return rest > 0 ? `${shown} and ${rest} more` : shown || 'No events'
}
