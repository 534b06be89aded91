import { findAccount } from '../../accounts/accounts.ts'
import type { App } from '../../app.ts'
import { findRows } from '../../current/current.ts'
import type { GridRow } from '../../current/model.ts'
import { notFound } from '../../lib/problem.ts'
import { findPinned } from '../../pins/pins.ts'
import type { Repository } from '../../repositories/model.ts'
import { findRepositories } from '../../repositories/repositories.ts'
import { actorOf } from '../dashboard/dashboard.ts'
import type { UserVisit, WebAnswer, WebRoute } from '../web/route.ts'
import { findDrift } from './drift.ts'
import { admits, type Filter, looksIntoCells, narrow, parseFilter } from './filter.ts'
import { gridPage } from './grid-page.ts'

export const gridPages: readonly WebRoute[] = [
  { method: 'GET', path: '/', for: 'user', handler: showAll },
  { method: 'GET', path: '/orgs/:org/deployments', for: 'user', handler: showOrganization },
]

/** Beyond this one filters by `owner:`, or looks at an organisation's own page. */
const repositoriesMax = 1000
/** Repositories on a page; more where a filter leaves few of them (no more than fit one question). */
const rowsMax = { usually: 30, filtered: 100 }
const pageMax = 1000

type Words = Parameters<typeof findRepositories>[2]

async function showAll(visit: UserVisit): Promise<WebAnswer> {
  const words: Words = ['owned', 'collaborating', 'organizations', 'visible', 'full_name']
  const subject = { id: visit.session.account.id, path: '/', title: 'Deployments' }
  return await show(visit, subject, words)
}

async function showOrganization(visit: UserVisit): Promise<WebAnswer> {
  const { id, login, type } = await findAccount(visit.app.store.read, visit.params['org'] ?? '')
  if (type !== 'Organization') throw notFound()
  const path = `/orgs/${encodeURIComponent(login)}/deployments`
  const title = `Deployments of ${login}`
  return await show(visit, { id, path, title }, ['owned', 'visible', 'full_name'])
}

type Subject = { readonly id: number; readonly path: string; readonly title: string }

async function show(visit: UserVisit, subject: Subject, words: Words): Promise<WebAnswer> {
  const { app, session, query } = visit
  const filter = parseFilter(query['filter'])
  const listed = {
    subject_id: subject.id,
    since: '',
    before: '',
    limit: repositoriesMax,
    offset: 0,
  }
  const found = await findRepositories(app.store.read, actorOf(session), words, listed)
  const pinned = await findPinned(app.store.read, session.account)
  const repositories = pinnedFirst(
    found.map(({ repository }) => repository),
    pinned,
  )
  const page = pageIn(query['page'])
  const part = partOf(repositories, filter, page)
  const { rows, bare } = await findPart(app, part.repositories, filter)
  return gridPage({
    ...{ ...subject, filter, page, rows, bare, pinned },
    isWallboard: query['wallboard'] !== undefined,
    hasRepositories: repositories.length > 0,
    hasMore: part.hasMore,
    drift: await findDrift(app, rows),
    now: app.now(),
  })
}

const pinnedFirst = (repositories: readonly Repository[], pinned: ReadonlySet<number>) => {
  const isPinned = ({ id }: Repository) => pinned.has(id)
  return [...repositories.filter(isPinned), ...repositories.filter((one) => !isPinned(one))]
}

function pageIn(text = ''): number {
  return /^\d{1,4}$/.test(text) ? Math.min(Math.max(Number(text), 1), pageMax) : 1
}

function partOf(all: readonly Repository[], filter: Filter, page: number) {
  const limit = looksIntoCells(filter) ? rowsMax.filtered : rowsMax.usually
  const admitted = all.filter((repository) => admits(filter, repository))
  const repositories = admitted.slice((page - 1) * limit, page * limit)
  return { repositories, hasMore: admitted.length > page * limit }
}

async function findPart(
  app: Pick<App, 'store' | 'now'>,
  repositories: readonly Repository[],
  filter: Filter,
): Promise<{ rows: GridRow[]; bare: Repository[] }> {
  const all = await findRows(app, app.store.read, repositories)
  const hasAny = ({ environments }: GridRow) => environments.length > 0
  const bare = looksIntoCells(filter) ? [] : all.filter((row) => !hasAny(row))
  const rows = all.map((row) => narrow(filter, row)).filter(hasAny)
  return { rows, bare: bare.map(({ repository }) => repository) }
}
