import { html } from 'ghtml'
import type { App } from '../../app.ts'
import { findRows } from '../../current/current.ts'
import type { Current } from '../../current/model.ts'
import { fullNameOf, type Repository } from '../../repositories/model.ts'
import {
  mayVisitor,
  pathOf,
  type RepositoryVisit,
  repositoryFrame,
} from '../dashboard/repository-page.ts'
import { theirs } from '../elements/code.ts'
import { pagination } from '../elements/pagination.ts'
import type { Page, Redirect } from '../web/route.ts'
import { liveCards, sidebar } from './environments.ts'
import { filterForm, isNarrowed } from './filter-form.ts'
import { findHistory, type History } from './history.ts'
import {
  type Cursor,
  cursorIn,
  environmentPlace,
  type Filters,
  filtersIn,
  titleOf,
} from './model.ts'
import { countsOf } from './queries.ts'
import { historyRow } from './rows.ts'

/** What was deployed in a repository: what is live, and all that was, newest first. */
export async function showTimeline(visit: RepositoryVisit): Promise<Page> {
  const { app, repository, query } = visit
  const { read } = app.store
  const filters = filtersIn(query)
  const cursor = cursorIn(query)
  const [[row], counts, history, mayDeploy] = await Promise.all([
    findRows(app, read, [repository]),
    read.all(countsOf, { repository_id: repository.id }),
    findHistory(read, repository.id, filters, cursor),
    mayVisitor(visit, 'deployments:write'),
  ])
  const titles = await findTitles(
    app,
    repository,
    history.rows.map(({ sha }) => sha),
  )
  const facts = {
    ...{ filters, cursor, history, titles, mayDeploy },
    environments: row?.environments ?? [],
    counts: new Map(counts.map(({ name_key, count }) => [name_key, Number(count)])),
  }
  const title = filters.environment === '' ? 'Deployments' : `Deployments to ${filters.environment}`
  return await repositoryFrame(visit, 'deployments', { title, main: render(visit, facts) })
}

/** The first line of each commit's message, by one git for all of them. */
async function findTitles(
  { git }: Pick<App, 'git'>,
  { id }: Pick<Repository, 'id'>,
  shas: readonly string[],
): Promise<Map<string, string>> {
  const commits = await git.commits(id, [...new Set(shas)])
  return new Map(commits.map(({ sha, message }) => [sha, titleOf(message)]))
}

type Facts = {
  readonly filters: Filters
  readonly cursor: Cursor
  readonly history: History
  readonly titles: ReadonlyMap<string, string>
  readonly mayDeploy: boolean
  readonly environments: readonly Current[]
  readonly counts: ReadonlyMap<string, number>
}

function render({ app, repository, urls, query }: RepositoryVisit, facts: Facts): string {
  const base = pathOf(repository)
  const { filters, environments, history } = facts
  const frame = { base, now: app.now(), chosen: filters.environment }
  const live = `repository:${repository.id}`
  const heading = filters.environment === '' ? '' : html` to !${theirs(filters.environment)}`
  const list =
    history.rows.length === 0
      ? html`<div id="history" data-live="${live}">!${emptyHistory(base, filters, `${urls.api}/repos/${fullNameOf(repository)}`)}</div>`
      : html`<ol class="box" id="history"!${isAtStart(facts) ? html` data-live-list="${live}"` : ''}>!${history.rows.map((row) => historyRow(row, { ...frame, ...facts })).join('')}</ol>`
  return html`<div class="columns">
!${sidebar(environments, facts.counts, { ...frame, live })}
<div><h1>Deployments!${heading}</h1>
<div id="live" data-live="${live}">!${liveCards(environments, frame)}</div>
!${filterForm(base, filters, environments)}
!${list}
!${pagination(`${base}/deployments`, { ...query, before: '', after: '' }, cursorsOf(history))}
</div></div>`
}

/** A page further back has nothing new. */
const isAtStart = ({ cursor: { before, after } }: Facts) =>
  before === undefined && after === undefined

function cursorsOf({ rows, hasNewer, hasOlder }: History) {
  const [first, last] = [rows[0], rows.at(-1)]
  return {
    ...(hasNewer && first ? { newer: { after: String(first.id) } } : {}),
    ...(hasOlder && last ? { older: { before: String(last.id) } } : {}),
  }
}

const emptyHistory = (base: string, filters: Filters, api: string) =>
  isNarrowed(filters)
    ? html`<p class="empty">No deployment is like that. <a href="${base}/deployments">Show all</a></p>`
    : html`<div class="empty"><h2>Nothing was deployed yet</h2><p>Ask for a deployment with a token of yours:</p><pre>curl -H "Authorization: Bearer $TOKEN" ${api}/deployments -d '{"ref": "main", "environment": "production"}'</pre></div>`

/** GitHub's addresses of one environment, `/deployments/{environment}` and the older `activity_log`. */
export async function leadToEnvironment({
  repository,
  params,
  query,
}: RepositoryVisit): Promise<Redirect> {
  const environment = query['environment'] || params['*'] || params['id'] || ''
  return { kind: 'redirect', to: environmentPlace(pathOf(repository), environment) }
}
