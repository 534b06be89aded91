import { html } from 'ghtml'
import type { App } from '../../app.ts'
import { readChain } from '../../audit/export.ts'
import { type Verdict, verify } from '../../audit/link.ts'
import { lastLink } from '../../audit/queries.ts'
import { icon } from '../elements/icon.ts'
import type { Page } from '../web/route.ts'

/** What a page can follow while somebody waits; all of it is checked by `slipway audit verify`. */
const linksMax = 20_000

/** Whether the newest entries are as they were written, one hash over the next. */
export async function checkedPage(app: Pick<App, 'store'>): Promise<Omit<Page, 'kind' | 'layout'>> {
  const last = await app.store.read.first(lastLink, {})
  const after = Math.max((last?.position ?? 0) - linksMax, 0)
  const verdict = await verify(readChain(app, after))
  return {
    title: 'The chain of the audit log',
    main: html`<h1>The chain of the audit log</h1>
<p>Every entry carries a hash over itself and the one before it: whoever changes or removes one changes all that follow.</p>
!${verdictCard(verdict, after)}
<p><a class="button" href="/admin/audit">Back to the log</a></p>`,
  }
}

function verdictCard(verdict: Verdict, after: number): string {
  if (verdict.kind === 'broken') {
    return html`<p class="alert" role="alert">!${icon('alert')} Entry ${verdict.position} does not hold: ${verdict.reason}. Compare with an export that was kept elsewhere.</p>`
  }
  const { count, last } = verdict
  if (!last) return html`<p class="note">Nothing is chained yet.</p>`
  const skipped = after === 0 ? '' : html`<p>The ${after} before them were not followed here.</p>`
  return html`<div class="card"><p class="state good">!${icon('check-circle-fill')} Whole</p>
<p>${count} entries follow one another, up to place ${last.position}. Keep its hash elsewhere, and a later export can be held against it:</p>!${skipped}
<pre>${last.hash}</pre></div>`
}
