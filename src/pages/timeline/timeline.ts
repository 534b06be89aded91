import { html } from 'ghtml'
import type { App } from '../../app.ts'
import { findRows } from '../../current/current.ts'
import type { Current } from '../../current/model.ts'
import { environmentKeyOf } from '../../environments/model.ts'
import { findPinned } from '../../pins/pins.ts'
import { fullNameOf, type Repository } from '../../repositories/model.ts'
import {
  mayVisitor,
  pathOf,
  type RepositoryVisit,
  repositoryFrame,
} from '../dashboard/repository-page.ts'
import { theirs } from '../elements/code.ts'
import { icon } from '../elements/icon.ts'
import { pagination } from '../elements/pagination.ts'
import { assets } from '../web/assets.ts'
import type { Page, Redirect } from '../web/route.ts'
import { type Kept, liveCards, sidebar } from './environments.ts'
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
import { pinForm } from './pin.ts'
import { sidebarOf } from './queries.ts'
import { historyRow } from './rows.ts'

/** What was deployed in a repository: what is live, and all that was, newest first. */
export async function showTimeline(visit: RepositoryVisit): Promise<Page> {
  const { app, repository, query } = visit
  const { read } = app.store
  const filters = filtersIn(query)
  const cursor = cursorIn(query)
  const [[row], kept, history, pinned, ...may] = await Promise.all([
    findRows(app, read, [repository]),
    read.all(sidebarOf, { repository_id: repository.id }),
    findHistory(read, repository.id, filters, cursor),
    findPinned(read, visit.session.account),
    mayVisitor(visit, 'deployments:write'),
    mayVisitor(visit, 'environments:write'),
  ])
  const titles = await findTitles(
    app,
    repository,
    history.rows.map(({ sha }) => sha),
  )
  const facts = {
    ...{ filters, cursor, history, titles, mayDeploy: may[0], mayConfigure: may[1] },
    environments: row?.environments ?? [],
    kept: new Map(
      kept.map(({ name_key, count, pinned_at }) => [name_key, { count: Number(count), pinned_at }]),
    ),
    isPinned: pinned.has(repository.id),
  }
  const title = filters.environment === '' ? 'Deployments' : `Deployments to ${filters.environment}`
  return await repositoryFrame(visit, 'deployments', {
    ...{ title, main: render(visit, facts), scripts: [assets.copy.path] },
  })
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
  readonly mayConfigure: boolean
  readonly environments: readonly Current[]
  readonly kept: Kept
  /** The repository, for whoever looks at it. */
  readonly isPinned: boolean
}

function render(visit: RepositoryVisit, facts: Facts): string {
  const { app, repository, urls, query } = visit
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
!${sidebar(environments, facts.kept, { ...frame, live })}
<div><div class="heading"><h1>Deployments!${heading}</h1>!${buttonsOf(visit, facts)}</div>
<div id="live" data-live="${live}">!${liveCards(environments, facts.kept, frame)}</div>
!${filterForm(base, filters, environments)}
!${list}
!${pagination(`${base}/deployments`, { ...query, before: '', after: '' }, cursorsOf(history))}
</div></div>`
}

/** What can be done with the environment that is looked at, or with the repository. */
function buttonsOf({ repository, formToken }: RepositoryVisit, facts: Facts): string {
  const { filters, environments, kept, isPinned, mayConfigure } = facts
  const base = pathOf(repository)
  const key = environmentKeyOf(filters.environment)
  if (key === '') {
    const title = 'Pinned repositories are first in your grid'
    return pinForm({ action: `${base}/pin`, formToken, isPinned, what: 'repository', title })
  }
  const chosen = environments.find(({ name }) => environmentKeyOf(name) === key)
  if (!chosen || !mayConfigure) return ''
  const settings = `${base}/settings/environments/${chosen.environment_id}`
  const pin = pinForm({
    ...{ formToken, what: 'environment', environment: chosen.name },
    action: `${settings}/pin`,
    isPinned: Boolean(kept.get(key)?.pinned_at),
    title: 'Pinned environments are first, for everybody',
  })
  return html`!${pin}<a class="button" href="${settings}/edit">!${icon('gear')} Configure</a>`
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
