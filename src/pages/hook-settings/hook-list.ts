import { html } from 'ghtml'
import { findHooks } from '../../hooks/find-hooks.ts'
import { type Hook, holderOfRepository } from '../../hooks/model.ts'
import { pageOf } from '../../http/page.ts'
import { mayVisitor, type RepositoryVisit, repositoryFrame } from '../dashboard/repository-page.ts'
import { theirs } from '../elements/code.ts'
import { icon } from '../elements/icon.ts'
import { pagination } from '../elements/pagination.ts'
import { sparkline, sparklineStart } from '../elements/sparkline.ts'
import { ago } from '../elements/when.ts'
import type { WebAnswer } from '../web/route.ts'
import { hooksPath } from './hook-settings.ts'
import { type AttemptDay, attemptDays, openBreakers } from './queries.ts'

export async function listHooks(visit: RepositoryVisit): Promise<WebAnswer> {
  const { app, repository, query } = visit
  const { read } = app.store
  const [now, page] = [app.now(), pageOf(query)]
  const of = { repository_id: repository.id }
  const [{ hooks, total }, days, breakers, mayWrite] = await Promise.all([
    findHooks(read, holderOfRepository(repository), page),
    read.all(attemptDays, { ...of, since: sparklineStart(now) }),
    read.all(openBreakers, of),
    mayVisitor(visit, 'hooks:write'),
  ])
  const path = hooksPath(repository)
  const daysOf = Map.groupBy(days, ({ hook_id }) => hook_id)
  const pausedUntil = new Map(breakers.map((one) => [one.hook_id, one.breaker_until]))
  const items = hooks.map((hook) =>
    hookItem({
      ...{ hook, path, now, days: daysOf.get(hook.id) ?? [] },
      pausedUntil: pausedUntil.get(hook.id) ?? null,
    }),
  )
  const older = page.offset + hooks.length < total && { older: { page: `${page.page + 1}` } }
  const newer = page.page > 1 && { newer: { page: `${page.page - 1}` } }
  const add = mayWrite
    ? html`<a class="button go" href="${path}/new">!${icon('plus')} Add webhook</a>`
    : ''
  const main = html`<div class="heading"><h1>Webhooks</h1>!${add}</div>
<p>A webhook tells another program of what happens here, such as the one that deploys: each event is a signed POST to its URL.</p>
!${items.length === 0 ? empty : html`<ul class="box" id="hooks" data-live="repository:${repository.id}">!${items.join('')}</ul>`}
!${pagination(path, {}, { ...older, ...newer })}`
  return await repositoryFrame(visit, 'hooks', { title: 'Webhooks', main })
}

const empty = html`<div class="empty"><h2>No webhooks yet</h2>
<p>Nobody hears of the deployments of this repository but those who ask. Add the URL of your receiver, or let <code>slipway agent init</code> do it for you.</p></div>`

type Item = {
  readonly hook: Hook
  readonly path: string
  readonly days: readonly AttemptDay[]
  readonly pausedUntil: string | null
  readonly now: Date
}

function hookItem({ hook, path, days, pausedUntil, now }: Item): string {
  const { id, url, events } = hook
  return html`<li class="row"><div>
<div><a href="${path}/${id}"><strong>!${theirs(url)}</strong></a></div>
<div class="muted">${eventWords(events)}</div>
<div>!${lastResult(hook, pausedUntil, now)}</div></div>
<div>!${sparkline(days, now)}</div>
<div class="inline"><a class="button" href="${path}/${id}/deliveries" aria-label="Recent deliveries to ${url}">Deliveries</a><a class="button" href="${path}/${id}" aria-label="Edit ${url}">Edit</a></div></li>`
}

const eventsShown = 4

function eventWords(events: readonly string[]): string {
  if (events.includes('*')) return 'Everything'
  const rest = events.length - eventsShown
  const shown = events.slice(0, eventsShown).join(', ')
  return rest > 0 ? `${shown} and ${rest} more` : shown || 'No events'
}

/** In GitHub's words: what came of the last delivery. */
function lastResult(hook: Hook, pausedUntil: string | null, now: Date): string {
  if (hook.disabled_at) return pill('bad', 'stop', `Switched off: ${hook.disabled_reason ?? ''}`)
  if (hook.active !== 1) return pill('past', 'circle-slash', 'Not active')
  if (pausedUntil)
    return html`!${pill('wait', 'hourglass', 'Paused')} <span class="muted">asked again !${ago(pausedUntil, now)}</span>`
  if (hook.last_status === 'unused')
    return pill('past', 'dot-fill', 'This hook has never been triggered')
  if (hook.last_status === 'active')
    return pill('good', 'check-circle-fill', 'Last delivery was successful')
  return pill('bad', 'x-circle-fill', `Last delivery failed: ${hook.last_message ?? ''}`)
}

const pill = (tone: string, picture: Parameters<typeof icon>[0], words: string) =>
  html`<span class="state ${tone}">!${icon(picture)} <span class="wrap">${words}</span></span>`
