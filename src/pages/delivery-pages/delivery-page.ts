import { isUtf8 } from 'node:buffer'
import { html } from 'ghtml'
import { requestPayload } from '../../hooks/replay/payload.ts'
import { notFound } from '../../lib/problem.ts'
import { idIn } from '../../repositories/repositories.ts'
import { theirs } from '../elements/code.ts'
import { icon } from '../elements/icon.ts'
import { ago, moment } from '../elements/when.ts'
import { hookFrame } from '../hook-places/hook-places.ts'
import type { HookVisit } from '../hook-places/model.ts'
import { alert, hiddenInputs } from '../web/layout.ts'
import type { Page } from '../web/route.ts'
import { curlOf } from './curl.ts'
import { explainAttempt } from './explain-attempt.ts'
import { type AttemptWhole, attemptById } from './queries.ts'
import { answerPill, attemptWords, durationOf, nameOf, nextWords } from './render-delivery.ts'

export const showDelivery = (visit: HookVisit): Promise<Page> => deliveryPage(visit)

/** Throws `not_found`. */
export async function findVisitedAttempt(visit: HookVisit, hookId: number) {
  const ids = { hook_id: hookId, id: idIn(visit.params['delivery_id']) }
  const attempt = await visit.app.store.read.first(attemptById, ids)
  if (!attempt) throw notFound()
  return attempt
}

/** One attempt: what was sent, what came back, and why it failed if it did. */
export async function deliveryPage(visit: HookVisit, refusal?: string): Promise<Page> {
  const { app, formToken } = visit
  const hook = await visit.find()
  const attempt = await findVisitedAttempt(visit, hook.id)
  const path = visit.pathsOf(hook).deliveries
  const again = (await visit.may('write'))
    ? html`<form method="post" action="${path}/${attempt.id}">!${hiddenInputs({ form_token: formToken })}<button class="go">!${icon('sync')} Redeliver</button></form>`
    : ''
  const main = html`!${alert(refusal)}
<div class="heading"><h2>!${theirs(nameOf(attempt))} <code>${attempt.guid}</code></h2>!${again}</div>
!${renderAttempt(attempt, app.now())}`
  return await hookFrame(visit, hook, { tab: 'deliveries', title: 'Delivery', main })
}

function renderAttempt(attempt: AttemptWhole, now: Date): string {
  const why = explainAttempt(attempt)
  const { headers, body } = requestPayload({ ...attempt, id: attempt.delivery_id })
  return html`<p>!${answerPill(attempt)} <span class="muted">!${ago(attempt.started_at, now)} · ${durationOf(attempt.duration_ms)} · ${attemptWords(attempt)}!${nextWords(attempt, now)}</span></p>
!${why ? html`<div class="note warning"><strong>Why it failed.</strong> ${why}</div>` : ''}
<dl><dt>Sent</dt><dd>!${moment(attempt.started_at)}, for an event of !${moment(attempt.created_at)}</dd>
<dt>To</dt><dd>!${theirs(attempt.url)}!${attempt.remote_address ? html` <span class="muted">at ${attempt.remote_address}</span>` : ''}</dd></dl>
<details class="part" open><summary>Request</summary><h3>Headers</h3>!${headerLines(headers)}<h3>Payload</h3>!${renderPayload(attempt.payload)}
!${body.length > shownMax ? '' : html`<details><summary>As a curl command</summary><p class="muted">This very request, signature and all.</p><pre tabindex="0">${curlOf({ url: attempt.url, headers, body })}</pre></details>`}</details>
<details class="part" open><summary>Response <span class="count">${attempt.status_code > 0 ? attempt.status_code : 'none'}</span></summary>!${renderResponse(attempt)}</details>`
}

type Headers = readonly (readonly [name: string, value: string])[]

const headerLines = (headers: Headers) =>
  html`<pre tabindex="0">!${headers.map(([name, value]) => html`<strong>${name}:</strong> <bdi>${value}</bdi>`).join('\n')}</pre>`

/** In characters: what a page can bear. Payloads may have 25 MB. */
const shownMax = 256 * 1024

/** Of bytes that were stored as JSON, made for people. */
function renderPayload(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString('utf8')
  if (text.length <= shownMax)
    return html`<pre tabindex="0">${JSON.stringify(JSON.parse(text), null, 2)}</pre>`
  return html`<p class="muted">The first ${shownMax} of ${text.length} characters; the API has all of them.</p><pre tabindex="0">${text.slice(0, shownMax)}</pre>`
}

function renderResponse(attempt: AttemptWhole): string {
  if (attempt.status_code === 0) return '<p class="muted">Nothing came back.</p>'
  const { response_body: body, body_bytes, truncated } = attempt
  const cut = truncated
    ? html`<p class="muted">The first ${body.byteLength} bytes; at least ${body_bytes} were sent.</p>`
    : ''
  return html`<h3>Headers</h3>!${headerLines(JSON.parse(attempt.response_headers) as Headers)}<h3>Body</h3>!${cut}!${bodyOf(body)}`
}

function bodyOf(body: Uint8Array): string {
  if (body.byteLength === 0)
    return '<p class="muted">It is empty, or was deleted: bodies are kept for three days.</p>'
  if (!isUtf8(body)) return html`<p class="muted">${body.byteLength} bytes that are no text.</p>`
  return html`<pre tabindex="0"><bdi>${Buffer.from(body).toString('utf8')}</bdi></pre>`
}
