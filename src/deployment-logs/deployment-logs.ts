import { html } from 'ghtml'
import { findDeployment } from '../deployments/find-deployment.ts'
import type { Deployment } from '../deployments/model.ts'
import { pathOf, type RepositoryVisit } from '../pages/dashboard/repository-page.ts'
import type { Document } from '../pages/web/route.ts'
import { idIn } from '../repositories/repositories.ts'
import type { Db } from '../store/engine.ts'
import { type Part, partsOf } from './ansi.ts'
import { findLogSize, readLog } from './logs.ts'

/** Of a long log a page begins with the end. */
const shownBytesMax = 256 * 1024

type Lines = {
  readonly lines: readonly (readonly Part[])[]
  /** Where the next line begins. */
  readonly offset: number
  /** Nothing more is to come. */
  readonly isEnded: boolean
}

type Asked = { readonly deployment: Pick<Deployment, 'id' | 'state'>; readonly from: number }

/** Whole lines from `from` on; the last one may have no end once nothing more is to come. */
async function findLines(db: Db, { deployment: { id, state }, from }: Asked): Promise<Lines> {
  const bytes = await readLog(db, id, from)
  const hasEnded = state !== null && ['success', 'failure', 'error', 'inactive'].includes(state)
  const isEnded = hasEnded && bytes.length === 0
  const end = hasEnded ? bytes.length : bytes.lastIndexOf('\n') + 1
  const texts = bytes.toString('utf8', 0, end).replace(/\n$/, '').split('\n')
  const lines = end === 0 ? [] : texts.map(partsOf)
  return { lines, offset: from + end, isEnded }
}

/** The log of a deployment as a part of its page; empty where there is none. */
export async function findLogSection(
  { app, repository }: Pick<RepositoryVisit, 'app' | 'repository'>,
  deployment: Deployment,
): Promise<string> {
  const { read } = app.store
  const size = await findLogSize(read, deployment.id)
  if (size === 0) return ''
  const skipped = Math.max(0, size - shownBytesMax)
  const from = skipped === 0 ? 0 : await findLineAfter(read, deployment.id, skipped)
  const { lines, offset, isEnded } = await findLines(read, { deployment, from })
  const place = `${pathOf(repository)}/deployments/${deployment.id}/log`
  return html`<h2 id="log-title">Log</h2><div class="inline log-tools" data-live-keep><input type="search" aria-label="Search the log" placeholder="Search" hidden><span class="muted" role="status"></span><label class="choice" hidden><input type="checkbox" checked> Follow</label><a href="${place}">Raw</a></div>
!${from === 0 ? '' : '<p class="muted">The beginning is in the raw log.</p>'}<div class="log" dir="ltr" tabindex="0" role="region" aria-labelledby="log-title" data-live-keep data-more="${place}/lines"!${isEnded ? '' : html` data-offset="${offset}"`}>!${lines.map(lineOf).join('')}</div>`
}

async function findLineAfter(db: Db, id: number, from: number): Promise<number> {
  const end = (await readLog(db, id, from)).indexOf('\n')
  return from + end + 1
}

const lineOf = (parts: readonly Part[]) =>
  html`<div>!${parts.map(({ text, look }) => (look === '' ? html`${text}` : html`<span class="${look}">${text}</span>`)).join('')}</div>`

const findIt = ({ app, repository, params }: RepositoryVisit) =>
  findDeployment(app.store.read, repository.id, idIn(params['id']))

/** What came since, for the script that follows. */
export async function giveLines(visit: RepositoryVisit): Promise<Document> {
  const deployment = await findIt(visit)
  const { offset = '' } = visit.query
  const from = /^\d{1,15}$/.test(offset) ? Number(offset) : 0
  const lines = await findLines(visit.app.store.read, { deployment, from })
  return { kind: 'document', type: 'application/json', text: JSON.stringify(lines) }
}

/** All of it, as it was printed. */
export async function giveRaw(visit: RepositoryVisit): Promise<Document> {
  const { id } = await findIt(visit)
  const { read } = visit.app.store
  const parts: Buffer[] = []
  for (let offset = 0; ; ) {
    const part = await readLog(read, id, offset)
    if (part.length === 0) break
    offset += part.length
    parts.push(part)
  }
  const text = Buffer.concat(parts).toString()
  return { kind: 'document', type: 'text/plain; charset=utf-8', text }
}
