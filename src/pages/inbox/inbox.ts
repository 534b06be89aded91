import { html } from 'ghtml'
import { countAsked } from '../asked/asked.ts'
import { icon } from '../elements/icon.ts'
import { assets } from '../web/assets.ts'
import { alert, hiddenInputs, reviewsLink } from '../web/layout.ts'
import type { Page, UserVisit, WebAnswer } from '../web/route.ts'
import { findItems, itemsMax } from './find-items.ts'
import type { Item } from './model.ts'
import { itemRow } from './rows.ts'

/** What could not be answered, and what was typed. */
type Refused = {
  readonly messages: readonly string[]
  readonly comment: string
  readonly chosen: readonly string[]
}

const nothing: Refused = { messages: [], comment: '', chosen: [] }

export const showInbox = (visit: UserVisit): Promise<Page> => inboxPage(visit, nothing)

/** The link to here that every page has, for open pages to take over. */
export async function countReviews({ app, session }: UserVisit): Promise<WebAnswer> {
  const asked = await countAsked(app.store.read, session.account_id)
  return { kind: 'document', type: 'text/html; charset=utf-8', text: reviewsLink(asked, true) }
}

/** All that waits for the viewer, in every repository; below it what waits for others. */
export async function inboxPage(visit: UserVisit, refused: Refused): Promise<Page> {
  const items = await findItems(visit.app, visit.session.account.id)
  const [own, others] = [
    items.filter(({ asksViewer }) => asksViewer),
    items.filter(({ asksViewer }) => !asksViewer),
  ]
  const now = visit.app.now()
  const rows = (some: readonly Item[]) =>
    some.map((item) =>
      itemRow(item, now, refused.chosen.includes(`${item.repository_id}/${item.id}`)),
    )
  return {
    ...{ kind: 'page', layout: 'wide', title: 'Reviews', scripts: [assets.reviews.path] },
    status: refused.messages.length > 0 ? 422 : 200,
    main: html`<h1>Reviews</h1>!${refused.messages.map(alert).join('')}
<section id="own" data-live="any"><h2>Waiting for you !${countOf(own)}</h2>!${own.length === 0 ? noneLeft : form(visit, rows(own), refused.comment)}</section>
<section id="others" data-live="any">!${others.length === 0 ? '' : html`<h2>Waiting for others !${countOf(others)}</h2><ul class="box">!${rows(others).join('')}</ul>`}</section>
!${items.length < itemsMax ? '' : html`<p class="muted">These are the ${itemsMax} that wait longest.</p>`}`,
  }
}

const countOf = ({ length }: readonly Item[]) => html`<span class="count">${length}</span>`

const noneLeft = html`<div class="empty"><p>!${icon('check')} Nothing waits for your review.</p><p class="muted">Environments name their reviewers in their settings; what waits for you in any repository comes here.</p></div>`

const form = ({ formToken }: UserVisit, rows: readonly string[], comment: string) =>
  html`<form method="post" action="/reviews" id="reviews">!${hiddenInputs({ form_token: formToken })}
<ul class="box">!${rows.join('')}</ul>
<div class="card"><label for="comment">Comment, for all that are chosen</label><textarea id="comment" name="comment" maxlength="65535">${comment}</textarea>
<div class="inline"><button class="go" name="answer" value="approved">!${icon('check')} Approve and deploy</button><button class="danger" name="answer" value="rejected">!${icon('x')} Reject</button>
<span class="muted keys" hidden data-live-keep><kbd>j</kbd> <kbd>k</kbd> through the list, <kbd>a</kbd> approve, <kbd>r</kbd> reject</span></div></div></form>`
