import type { Account } from '../accounts/model.ts'
import type { Commit } from '../git/model.ts'
import { type Answer, ok } from '../http/answer.ts'
import { linkHeader, pageOf, type Query } from '../http/page.ts'
import { notFound } from '../lib/problem.ts'
import type { Repository } from '../repositories/model.ts'
import type { RepositoryCall } from '../repositories/repositories.ts'
import type { Db, Tx } from '../store/engine.ts'
import { countRuns, ensureSuite, findHead, type Recorder } from './check-suites.ts'
import { checkNameKeyOf } from './model.ts'
import { checkRunPayload, checkSuitePayload } from './payload.ts'
import {
  checkersOf,
  countRunsFor,
  countSuitesFor,
  latestRunsOf,
  putSettings,
  type RunFilter,
  runsFor,
  type SuiteFilter,
  settingsOf,
  suiteById,
  suitesFor,
} from './queries.ts'
import { withReporters } from './reporters.ts'

/** Whether checks that ended as `neutral` or `skipped` pass here: they do not unless the repository says so (contract 9.3, D4). */
export async function doNeutralChecksPass(db: Db, repositoryId: number): Promise<boolean> {
  const settings = await db.first(settingsOf, { repository_id: repositoryId })
  return settings?.neutral_checks_pass === 1
}

export async function letNeutralChecksPass(
  tx: Tx,
  repositoryId: number,
  isPass: boolean,
): Promise<void> {
  const row = { repository_id: repositoryId, neutral_checks_pass: isPass ? 1 : 0 } as const
  await tx.all(putSettings, row)
}

type Context = { readonly id: number; readonly context: string; readonly state: string }

/**
 * The newest check run under each name, as contexts that a deployment may
 * require (contract 9.3): what is not complete is `pending`, the rest as it ended.
 */
export async function findCheckContexts(
  db: Db,
  of: { readonly repository_id: number; readonly head_sha: string },
): Promise<Context[]> {
  const runs = await db.all(latestRunsOf, of)
  return runs.map(({ id, name, conclusion }) => ({
    id,
    context: name,
    state: conclusion ?? 'pending',
  }))
}

/** The Apps that are asked about what is pushed here: those that may write checks, as far as the repository lets them be asked. */
export async function findCheckers(db: Db, repositoryId: number): Promise<number[]> {
  const rows = await db.all(checkersOf, { repository_id: repositoryId })
  return rows.map(({ app_id }) => app_id)
}

type Pushed = {
  readonly repository: Repository
  readonly sender: Account
  /** Of branches. */
  readonly heads: readonly { readonly branch: string; readonly head: Commit }[]
  /** What `findCheckers` found. */
  readonly checkers: readonly number[]
}

/** So many branches of one push; of more it is not known which somebody waits for. */
const askedHeadsMax = 20

/** Makes a suite of each App for each new head, which tells the App to look at it (contract 9.2). */
export async function requestSuites(
  app: Recorder,
  tx: Tx,
  { repository, sender, heads, checkers }: Pushed,
): Promise<void> {
  for (const place of heads.slice(0, askedHeadsMax)) {
    for (const app_id of checkers) {
      const author = { app_id, actor: { account: sender } }
      await ensureSuite(app, tx, author, { repository, ...place })
    }
  }
}

const pathOf = (call: RepositoryCall) =>
  call.path.replace(/^\/(?:repos\/[^/]+\/[^/]+|repositories\/\d+)|\?.*$/g, '')

/** `GET …/commits/{ref}/check-runs` */
export async function listRunsAt(call: RepositoryCall): Promise<Answer> {
  const sha = await shaAt(call)
  return await listRuns(call, { head_sha: sha, check_suite_id: 0 }, [])
}

/** `GET …/check-suites/{id}/check-runs` */
export async function listRunsOfSuite(call: RepositoryCall, suiteId: number): Promise<Answer> {
  const ids = { id: suiteId, repository_id: call.repository.id }
  if (!(await call.app.store.read.first(suiteById, ids))) throw notFound()
  return await listRuns(call, { head_sha: '', check_suite_id: suiteId }, ['suite'])
}

type Place = { readonly head_sha: string; readonly check_suite_id: number }

async function listRuns(
  { app, repository, urls, query, ...call }: RepositoryCall,
  place: Place,
  among: readonly RunFilter[],
): Promise<Answer> {
  const { read } = app.store
  const filters = [...among, ...runFiltersIn(query)]
  const wanted = {
    ...place,
    repository_id: repository.id,
    name_key: checkNameKeyOf(query['check_name'] ?? ''),
    status: statuses.find((known) => known === query['status']) ?? 'queued',
    app_id: Number(query['app_id'] ?? 0),
  }
  const [rows, count] = await Promise.all([
    read.all(runsFor(filters), { ...wanted, ...pageOf(query) }),
    read.first(countRunsFor(filters), wanted),
  ])
  const suites = await findSuites(read, rows, repository.id)
  const check_runs = rows.flatMap((row) => {
    const suite = suites.get(row.check_suite_id)
    return suite ? [checkRunPayload({ ...row, suite }, repository, urls)] : []
  })
  const total_count = count?.count ?? 0
  const url = `${urls.api}/repositories/${repository.id}${pathOf({ app, repository, urls, query, ...call })}`
  return ok({ total_count, check_runs }, linkHeader(url, query, total_count))
}

const statuses = ['queued', 'in_progress', 'completed'] as const

function runFiltersIn(query: Query): RunFilter[] {
  const filters: RunFilter[] = []
  if (query['check_name']) filters.push('name')
  if (statuses.some((known) => known === query['status'])) filters.push('status')
  if (/^\d{1,15}$/.test(query['app_id'] ?? '')) filters.push('app')
  if (query['filter'] === 'all') filters.push('all')
  return filters
}

async function findSuites(
  db: Db,
  runs: readonly { readonly check_suite_id: number }[],
  repositoryId: number,
) {
  const ids = [...new Set(runs.map(({ check_suite_id }) => check_suite_id))]
  const rows = await Promise.all(
    ids.map((id) => db.first(suiteById, { id, repository_id: repositoryId })),
  )
  const suites = await withReporters(
    db,
    rows.filter((row) => row !== undefined),
  )
  return new Map(suites.map((suite) => [suite.id, suite]))
}

/** `GET …/commits/{ref}/check-suites` */
export async function listSuitesAt(call: RepositoryCall): Promise<Answer> {
  const { app, repository, urls, query } = call
  const { read } = app.store
  const head_sha = await shaAt(call)
  const filters = suiteFiltersIn(query)
  const wanted = {
    repository_id: repository.id,
    head_sha,
    name_key: checkNameKeyOf(query['check_name'] ?? ''),
    app_id: Number(query['app_id'] ?? 0),
  }
  const [rows, count, head] = await Promise.all([
    read.all(suitesFor(filters), { ...wanted, ...pageOf(query) }),
    read.first(countSuitesFor(filters), wanted),
    findHead(app, repository, head_sha),
  ])
  const check_suites = await Promise.all(
    (await withReporters(read, rows)).map(async (suite) =>
      checkSuitePayload(suite, { head, runs: await countRuns(read, suite) }, repository, urls),
    ),
  )
  const total_count = count?.count ?? 0
  const url = `${urls.api}/repositories/${repository.id}${pathOf(call)}`
  return ok({ total_count, check_suites }, linkHeader(url, query, total_count))
}

function suiteFiltersIn(query: Query): SuiteFilter[] {
  const filters: SuiteFilter[] = []
  if (query['check_name']) filters.push('name')
  if (/^\d{1,15}$/.test(query['app_id'] ?? '')) filters.push('app')
  return filters
}

/** Throws `not_found` for a ref that names no commit. */
async function shaAt({ app, repository, params }: RepositoryCall): Promise<string> {
  const resolved = await app.git.resolve(repository.id, params['ref'] ?? '')
  if (!resolved) throw notFound()
  return resolved.sha
}
