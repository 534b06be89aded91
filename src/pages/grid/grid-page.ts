import { html } from 'ghtml'
import type { Current, GridRow } from '../../current/model.ts'
import { pathOf } from '../dashboard/repository-page.ts'
import { theirs } from '../elements/code.ts'
import { icon } from '../elements/icon.ts'
import { pagination, withQuery } from '../elements/pagination.ts'
import type { Page } from '../web/route.ts'
import { cell, type Place } from './cell.ts'
import { type Column, type Columns, columnsOf, environmentIn, keyOf } from './columns.ts'
import type { Drift } from './drift.ts'
import { type Filter, hasFailed, hasWord, toggled } from './filter.ts'

export type Grid = {
  /** Of one organisation, or of all that the reader may see. */
  readonly path: string
  readonly title: string
  readonly filter: Filter
  readonly isWallboard: boolean
  readonly rows: readonly GridRow[]
  /** Repositories that the reader wants to see first. */
  readonly pinned: ReadonlySet<number>
  /** Repositories without a deployment, which have no row. */
  readonly bare: readonly GridRow['repository'][]
  /** Whether there is any repository, whatever the filter says. */
  readonly hasRepositories: boolean
  readonly page: number
  readonly hasMore: boolean
  readonly drift: Drift
  readonly now: Date
}

/** Repositories by environments: what runs where. */
export function gridPage(grid: Grid): Page {
  return {
    kind: 'page',
    layout: grid.isWallboard ? 'board' : 'wide',
    title: grid.title,
    main: html`!${heading(grid)}
<div id="grid" data-live="any">
!${body(grid)}
</div>`,
  }
}

function heading(grid: Grid): string {
  const { title, path, filter, isWallboard } = grid
  const only = hasWord(filter, 'is:problem')
  const links = [
    html`<a class="button" href="${linkTo(grid, { filter: toggled(filter, 'is:problem') })}"!${only ? ' aria-current="true"' : ''}>!${icon('alert')} Only problems</a>`,
    html`<a class="button" href="${linkTo(grid, { wallboard: isWallboard ? '' : '1' })}">!${icon(isWallboard ? 'x' : 'eye')} ${isWallboard ? 'Leave wallboard' : 'Wallboard'}</a>`,
  ]
  const search = html`<form class="inline" action="${path}" role="search">
<input type="search" name="filter" value="${filter.text}" placeholder="repo: owner: env: state: by:" aria-label="Filter repositories and environments" autocomplete="off" spellcheck="false">
<button>!${icon('search')} Filter</button>
</form>`
  return html`<div class="heading"><h1>${title}</h1>
!${isWallboard ? '' : search}
!${links.join('\n')}
</div>`
}

function body(grid: Grid): string {
  if (!grid.hasRepositories) return firstSteps
  if (grid.rows.length === 0) return nothing(grid)
  const columns = columnsOf(grid.rows)
  return html`!${summary(grid)}
!${table(grid, columns)}
!${bareRepositories(grid)}
!${pagination(grid.path, queryOf(grid), pagesAround(grid))}`
}

const firstSteps = html`<div class="empty">
<h2>Nothing is deployed yet</h2>
<p>As soon as something is, this page says what runs where.</p>
<p><a class="button go" href="/start">!${icon('rocket')} Make a first deployment</a></p>
</div>`

function nothing(grid: Grid): string {
  if (grid.filter.text === '') return firstSteps
  return html`<div class="empty">
<h2>Nothing fits this filter</h2>
<p class="muted"><code>${grid.filter.text}</code></p>
<p><a class="button" href="${linkTo(grid, { filter: '' })}">Show everything</a></p>
</div>
!${pagination(grid.path, queryOf(grid), pagesAround(grid))}`
}

/** How many there are of what somebody may want to look at: each leads to those alone. */
function summary(grid: Grid): string {
  const all = grid.rows.flatMap(({ environments }) => environments)
  const counted = counts
    .map(([word, holds, label]) => ({ word, label, count: all.filter(holds).length }))
    .filter(({ count }) => count > 0)
    .map(
      ({ word, label, count }) =>
        html`<a href="${linkTo(grid, { filter: toggled(grid.filter, word) })}"!${hasWord(grid.filter, word) ? ' aria-current="true"' : ''}><strong>${count}</strong> ${label}</a>`,
    )
  const { length } = grid.rows
  const rest = `${length} ${length === 1 ? 'repository' : 'repositories'}, ${all.length} ${all.length === 1 ? 'environment' : 'environments'}`
  return html`<p class="summary"><span class="muted">${rest}</span> !${counted.join(' ')}</p>`
}

const counts: readonly (readonly [string, (environment: Current) => boolean, string])[] = [
  ['is:failed', ({ latest }) => hasFailed(latest), 'failed'],
  ['is:waiting', ({ waiting }) => waiting !== null, 'waiting'],
  ['is:running', ({ in_progress }) => in_progress !== null, 'in progress'],
  ['is:locked', ({ lock }) => lock !== null, 'locked'],
]

function table(grid: Grid, { shown, folded }: Columns): string {
  const heads = shown.map(({ name }) => html`<th scope="col">!${theirs(name)}</th>`)
  const more = folded.size > 0 ? html`<th scope="col">Elsewhere</th>` : ''
  const rows = grid.rows.map((row) => rowOf(row, { shown, folded }, grid))
  return html`<div class="scroll"><table class="grid">
<thead><tr><th scope="col">Repository</th>!${heads.join('')}!${more}</tr></thead>
<tbody>
!${rows.join('\n')}
</tbody>
</table></div>`
}

function rowOf(row: GridRow, { shown, folded }: Columns, { drift, now, pinned }: Grid): string {
  const { repository } = row
  const place = { repository, drift, now }
  const cells = shown.map((column) => cellOf(row, column, place))
  return html`<tr id="repository-${repository.id}" data-row>
<th scope="row"><a href="${pathOf(repository)}/deployments"><span class="muted">${repository.owner.login}/!${pinned.has(repository.id) ? html` !${icon('pin', 'Pinned')}` : ''}</span> <bdi title="${repository.name}">${repository.name}</bdi></a></th>
!${cells.join('\n')}!${folded.size > 0 ? elsewhere(row, folded, place) : ''}
</tr>`
}

function cellOf(row: GridRow, { key }: Column, place: Place): string {
  const environment = environmentIn(row, key)
  if (!environment) return '<td class="none"></td>'
  return html`<td id="environment-${environment.environment_id}">!${where(environment)}!${cell(environment, place)}</td>`
}

/** On a small screen there are no columns to say it. */
const where = ({ name }: Current) => html`<div class="where">!${theirs(name)}</div>`

function elsewhere(row: GridRow, folded: ReadonlySet<string>, place: Place): string {
  const others = row.environments.filter(({ name }) => folded.has(keyOf(name)))
  if (others.length === 0) return '<td class="none"></td>'
  const cells = others.map(
    (environment) =>
      html`<div id="environment-${environment.environment_id}" class="folded"><strong>!${theirs(environment.name)}</strong>!${cell(environment, place)}</div>`,
  )
  const word = others.length === 1 ? '1 environment' : `${others.length} environments`
  return html`<td><details id="elsewhere-${row.repository.id}"><summary>${word}</summary>!${cells.join('')}</details></td>`
}

function bareRepositories({ bare }: Grid): string {
  if (bare.length === 0) return ''
  const links = bare.map(
    (repository) =>
      html`<a href="${pathOf(repository)}/deployments">${repository.owner.login}/!${theirs(repository.name)}</a>`,
  )
  const word = bare.length === 1 ? '1 repository' : `${bare.length} repositories`
  return html`<details id="bare" class="small"><summary>${word} without a deployment</summary><p class="bare">!${links.join(' ')}</p></details>`
}

const queryOf = ({ filter, isWallboard, page }: Grid) => ({
  filter: filter.text,
  wallboard: isWallboard ? '1' : '',
  page: page > 1 ? String(page) : '',
})

const linkTo = (grid: Grid, change: Readonly<Record<string, string>>) =>
  withQuery(grid.path, { ...queryOf(grid), page: '', ...change })

const pagesAround = ({ page, hasMore }: Grid) => ({
  ...(page > 1 ? { newer: { page: page === 2 ? '' : String(page - 1) } } : {}),
  ...(hasMore ? { older: { page: String(page + 1) } } : {}),
})
