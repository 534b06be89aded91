import { loginKeyOf } from '../../accounts/model.ts'
import { creatorIn } from '../../deployments/find-deployment.ts'
import { environmentKeyOf } from '../../environments/model.ts'
import type { Db } from '../../store/engine.ts'
import type { RowOf } from '../../store/query.ts'
import { type Cursor, type Filters, filterNames, type Listed } from './model.ts'
import { historyOf, type Word } from './queries.ts'

const pageRows = 25

export type History = {
  /** Newest first. */
  readonly rows: readonly Listed[]
  /** Whether there are some before the first, and behind the last. */
  readonly hasNewer: boolean
  readonly hasOlder: boolean
}

/** A page of a repository's deployments, by one query. */
export async function findHistory(
  db: Db,
  repositoryId: number,
  filters: Filters,
  cursor: Cursor,
): Promise<History> {
  const { after, before } = cursor
  const rows = await db.all(historyOf(wordsFor(filters, cursor)), {
    repository_id: repositoryId,
    ...{ environment_key: environmentKeyOf(filters.environment), ref: filters.ref },
    ...{ creator_key: loginKeyOf(filters.creator), task: filters.task },
    state: filters.state === 'destroyed' ? 'inactive' : filters.state,
    ...{ before: before ?? 0, after: after ?? 0, limit: pageRows + 1 },
  })
  const page = rows.slice(0, pageRows).map(listedIn)
  const hasMore = rows.length > pageRows
  if (after === undefined) return { rows: page, hasNewer: before !== undefined, hasOlder: hasMore }
  // Less than a page is newer: that is the first page, with what comes behind it.
  if (!hasMore) return await findHistory(db, repositoryId, filters, fromStart)
  return { rows: page.toReversed(), hasNewer: true, hasOlder: true }
}

const fromStart: Cursor = { before: undefined, after: undefined }

function wordsFor(filters: Filters, { before, after }: Cursor): Word[] {
  const { state } = filters
  const named = filterNames.filter((name) => filters[name] !== '')
  const words: readonly (Word | false)[] = [
    ...named,
    state === 'inactive' && 'lasting',
    state === 'destroyed' && 'transient',
    before !== undefined && 'before',
    after !== undefined && 'after',
  ]
  return words.filter((word) => word !== false)
}

function listedIn(row: RowOf<ReturnType<typeof historyOf>>): Listed {
  const { started_at, ended_at, superseded, environment_url, log_url } = row
  return {
    ...{ id: row.id, sha: row.sha, ref: row.ref, task: row.task, state: row.state },
    ...{ environment: row.environment, transient_environment: row.transient_environment },
    ...{ created_at: row.created_at, updated_at: row.updated_at, app_name: row.app_name },
    creator: creatorIn(row),
    isSuperseded: superseded === 1,
    ...{ environment_url: environment_url ?? '', log_url: log_url ?? '' },
    tookMs:
      ended_at === null ? null : Date.parse(ended_at) - Date.parse(started_at ?? row.created_at),
  }
}
