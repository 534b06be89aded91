import { html } from 'ghtml'
import { findEntries, type Of } from '../../audit/audit-log/audit-log.ts'
import { cursorIn, cursorOf } from '../../audit/audit-log/model.ts'
import { entryOf } from '../../audit/model.ts'
import { Problem } from '../../lib/problem.ts'
import type { AuditEntryRow } from '../../tables/events.ts'
import { refusalText } from '../dashboard/form.ts'
import { pagination, withQuery } from '../elements/pagination.ts'
import { alert } from '../web/layout.ts'
import type { Document, Page, UserVisit, WebAnswer } from '../web/route.ts'
import { entryItem } from './entry.ts'

type Shown = {
  /** Undefined for everybody's. */
  readonly of: Of | undefined
  readonly path: string
  readonly frame: (page: Omit<Page, 'kind' | 'layout'>) => Promise<Page>
}

const entriesPerPage = 50
/** A download stays small enough to be made at once; all of it is written by `slipway audit export`. */
const entriesPerExport = 5000

/** Who did what, searched as GitHub's is; `?format=jsonl` gives the same as a file. */
export async function showLog(visit: UserVisit, shown: Shown): Promise<WebAnswer> {
  const { query, app } = visit
  const asked = { phrase: query['q'] ?? '', before: cursorIn(query) }
  try {
    if (query['format'] === 'jsonl') {
      return exported(await findEntries(app, { ...asked, limit: entriesPerExport }, shown.of))
    }
    const { rows, last } = await findEntries(app, { ...asked, limit: entriesPerPage }, shown.of)
    return await shown.frame({ title: 'Audit log', main: logMain(visit, shown, { rows, last }) })
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'bad_request') throw error
    const nothing = { rows: [], last: undefined, refusal: refusalText(error) }
    return {
      ...(await shown.frame({ title: 'Audit log', main: logMain(visit, shown, nothing) })),
      status: 422,
    }
  }
}

type Found = {
  readonly rows: readonly AuditEntryRow[]
  readonly last: AuditEntryRow | undefined
  readonly refusal?: string
}

function exported({ rows }: Found): Document {
  const lines = rows.map((row) =>
    JSON.stringify({ position: row.position, hash: row.hash, ...entryOf(row) }),
  )
  return {
    kind: 'document',
    type: 'application/jsonl; charset=utf-8',
    text: lines.map((line) => `${line}\n`).join(''),
    headers: { 'content-disposition': 'attachment; filename="audit.jsonl"' },
  }
}

function logMain({ app, query }: UserVisit, { path, of }: Shown, found: Found): string {
  const { q = '' } = query
  const { rows, last, refusal } = found
  const now = app.now()
  const items = rows.map((row) => entryItem(row, now))
  const check =
    of === undefined ? html`<a class="button" href="${path}/check">Check the chain</a>` : ''
  return html`<div class="heading"><h1>Audit log</h1>!${check}<a class="button" href="${withQuery(path, { q, format: 'jsonl' })}" download="audit.jsonl">Export</a></div>
!${alert(refusal)}
<form method="get" action="${path}" role="search"><label for="q">Search</label>
<div class="inline"><input id="q" name="q" type="search" value="${q}" placeholder="action:deployment actor:octocat" aria-describedby="q-help" spellcheck="false" autocapitalize="none"><button>Search</button></div>
<p class="muted" id="q-help">By <code>action:</code> <code>actor:</code> <code>repo:</code> <code>environment:</code> <code>since:</code> <code>until:</code> and <code>is:refused</code>. An export has the newest ${entriesPerExport} of what is found.</p></form>
!${items.length === 0 ? nothingFound : html`<ul class="box">!${items.join('')}</ul>`}
!${pagination(path, { q }, last ? { older: { after: cursorOf(last.id) } } : {})}`
}

const nothingFound = html`<div class="empty"><h2>Nothing was found</h2><p>What is changed here from now on is written down, with who did it.</p></div>`
