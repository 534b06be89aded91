import { html } from 'ghtml'
import { pagination } from '../elements/pagination.ts'
import { hookFrame } from '../hook-places/hook-places.ts'
import type { HookVisit } from '../hook-places/model.ts'
import { alert, hiddenInputs } from '../web/layout.ts'
import type { Page } from '../web/route.ts'
import { lagChart, lagsShown } from './lag-chart.ts'
import { attemptPage, failedPage, newestDeliveries } from './queries.ts'
import { type Counted, redeliveryForm } from './redelivery-form.ts'
import { deliveryItem } from './render-delivery.ts'

const pageRows = 30

export const listDeliveries = (visit: HookVisit): Promise<Page> => deliveryListPage(visit)

/** What was sent to a hook, newest first; with what came of asking for some of it again. */
export async function deliveryListPage(
  visit: HookVisit,
  asked: { readonly counted?: Counted; readonly refusal?: string } = {},
): Promise<Page> {
  const { app, live, query, formToken } = visit
  const { read } = app.store
  const hook = await visit.find()
  const before = beforeIn(query)
  const isFailed = query['status'] === 'failed'
  const page = { hook_id: hook.id, before, limit: pageRows + 1 }
  const [found, newest, mayWrite] = await Promise.all([
    read.all(isFailed ? failedPage : attemptPage, page),
    read.all(newestDeliveries, { hook_id: hook.id, limit: lagsShown }),
    visit.may('write'),
  ])
  const now = app.now()
  const path = visit.pathsOf(hook).deliveries
  const shown = found.slice(0, pageRows)
  const last = found.length > pageRows && shown.at(-1)
  const kept: Record<string, string> = isFailed ? { status: 'failed' } : {}
  const pages = pagination(path, kept, {
    ...(before !== newestOfAll && { newer: { before: '' } }),
    ...(last && { older: { before: String(last.id) } }),
  })
  const items = shown.map((one) => deliveryItem(one, { path, now, mayWrite }))
  const list =
    items.length === 0 ? emptyList(isFailed) : listForm({ items, path, live, formToken, mayWrite })
  const main = html`!${alert(asked.refusal)}
!${newest.length > 1 ? html`<section id="lags" data-live="${live}"><h2>From event to arrival</h2>!${lagChart(newest, now)}</section>` : ''}
<div class="heading"><h2>Deliveries</h2><nav class="inline" aria-label="Which deliveries">!${filterLink(path, 'All', !isFailed)}!${filterLink(`${path}?status=failed`, 'Failed', isFailed)}</nav></div>
!${list}!${pages}
!${mayWrite ? redeliveryForm({ path, formToken, ...asked }) : ''}`
  return await hookFrame(visit, hook, { tab: 'deliveries', title: 'Recent deliveries', main })
}

const newestOfAll = Number.MAX_SAFE_INTEGER

const beforeIn = ({ before = '' }: HookVisit['query']) =>
  /^\d{1,15}$/.test(before) ? Number(before) : newestOfAll

const filterLink = (to: string, word: string, isCurrent: boolean) =>
  html`<a class="button" href="${to}"!${isCurrent ? ' aria-current="page"' : ''}>${word}</a>`

const emptyList = (isFailed: boolean) =>
  isFailed
    ? '<div class="empty"><h2>Nothing failed</h2><p>Every delivery that is kept has arrived.</p></div>'
    : '<div class="empty"><h2>Nothing was sent yet</h2><p>Deploy something, or send a ping from the settings.</p></div>'

type ListForm = {
  readonly items: readonly string[]
  readonly path: string
  readonly live: string
  readonly formToken: string
  readonly mayWrite: boolean
}

function listForm({ items, path, live, formToken, mayWrite }: ListForm): string {
  const list = html`<ul class="box" id="deliveries" data-live-list="${live}">!${items.join('')}</ul>`
  if (!mayWrite) return list
  return html`<form method="post" action="${path}">!${hiddenInputs({ form_token: formToken })}!${list}
<p class="actions"><button name="what" value="chosen">Redeliver the chosen</button></p></form>`
}
