import type { UserActor } from '../auth/model.ts'
import { recordEvent } from '../events/events.ts'
import type { Commit } from '../git/model.ts'
import { invalidField, notFound, Problem } from '../lib/problem.ts'
import type { Repository } from '../repositories/model.ts'
import { eventFrame } from '../repositories/payload.ts'
import type { Db, Tx } from '../store/engine.ts'
import type { CheckRunRow } from '../tables/commits.ts'
import {
  type Author,
  branchAt,
  ensureSuite,
  findHead,
  findSuite,
  queueSuite,
  type Recorder,
  refreshSuite,
} from './check-suites.ts'
import { decideProgress } from './decide-check.ts'
import { type CheckRun, type CheckRunEdit, checkNameKeyOf, type NewCheckRun } from './model.ts'
import { checkRunInEvent } from './payload.ts'
import { insertAnnotation, insertRun, runById, updateRun } from './queries.ts'

/** Throws `not_found`. */
export async function findRun(db: Db, repository: Repository, id: number): Promise<CheckRun> {
  const row = await db.first(runById, { id, repository_id: repository.id })
  if (!row) throw notFound()
  return { ...row, suite: await findSuite(db, repository, row.check_suite_id) }
}

/** Throws `invalid` for a sha that is no commit's, and for a completed run without a conclusion. */
export async function createRun(
  app: Recorder,
  author: Author,
  repository: Repository,
  request: NewCheckRun,
): Promise<CheckRun> {
  const head = await findHead(app, repository, request.head_sha)
  const branch = await branchAt(app, repository, head.sha)
  return await app.store.transaction(async (tx) => {
    const { suite } = await ensureSuite(app, tx, author, { repository, head, branch })
    const now = app.now().toISOString()
    const blank = {
      ...unstarted,
      check_suite_id: suite.id,
      repository_id: repository.id,
      head_sha: head.sha,
      started_at: now,
    }
    const inserted = await tx.first(insertRun, edited(blank, request, now))
    if (!inserted) throw new Error('The new check run was not returned')
    const place = { repository, head, actor: author.actor }
    return await settle(app, tx, { ...place, run: { ...inserted, suite }, request, was: undefined })
  }, repository.id)
}

const unstarted = {
  name: '',
  name_key: '',
  external_id: '',
  details_url: null,
  status: 'queued',
  conclusion: null,
  completed_at: null,
  title: null,
  summary: null,
  details: null,
  annotations_count: 0,
} as const

/** Only the App that made the run may change it. Throws `forbidden` for another, `invalid` as `createRun`. */
export async function editRun(
  app: Recorder,
  author: Author,
  repository: Repository,
  { id, request }: { readonly id: number; readonly request: CheckRunEdit },
): Promise<CheckRun> {
  const found = await findRun(app.store.read, repository, id)
  refuseOthers(found, author, 'modified')
  const head = await findHead(app, repository, found.head_sha)
  return await app.store.transaction(async (tx) => {
    const { suite, ...before } = await findRun(tx, repository, id)
    const row = await tx.first(updateRun, {
      id,
      ...edited(before, request, app.now().toISOString()),
    })
    if (!row) throw notFound()
    const place = { repository, head, actor: author.actor }
    return await settle(app, tx, { ...place, run: { ...row, suite }, request, was: before.status })
  }, repository.id)
}

function refuseOthers({ suite }: CheckRun, { app_id }: Author, done: string): void {
  if (suite.app_id === app_id) return
  const message = `Invalid app_id \`${app_id}\` - check run can only be ${done} by the GitHub App that created it.`
  throw new Problem('forbidden', message)
}

type Fields = Omit<CheckRunRow, 'id'>

function edited(before: Fields, told: CheckRunEdit, now: string): Fields {
  const progress = decideProgress(before, told)
  if (!progress) {
    throw invalidField({ resource: 'CheckRun', field: 'conclusion', code: 'missing_field' })
  }
  const { output } = told
  const name = told.name ?? before.name
  const isDone = progress.status === 'completed'
  return {
    ...before,
    ...progress,
    name,
    name_key: checkNameKeyOf(name),
    external_id: told.external_id ?? before.external_id,
    details_url: told.details_url ?? before.details_url,
    started_at: isoOf(told.started_at) ?? before.started_at,
    completed_at: isDone ? (isoOf(told.completed_at) ?? before.completed_at ?? now) : null,
    title: output?.title ?? before.title,
    summary: output ? output.summary : before.summary,
    details: output ? (output.text ?? null) : before.details,
    annotations_count: before.annotations_count + (output?.annotations.length ?? 0),
  }
}

const isoOf = (at: string | undefined) =>
  at === undefined ? undefined : new Date(at).toISOString()

type Settled = {
  readonly run: CheckRun
  readonly request: CheckRunEdit
  /** The status before; undefined for a new run. */
  readonly was: CheckRunRow['status'] | undefined
  readonly repository: Repository
  readonly head: Commit
  readonly actor: UserActor
}

/** What follows from a run's change, in its transaction: annotations, events, the suite. */
async function settle(app: Recorder, tx: Tx, settled: Settled): Promise<CheckRun> {
  const { run, request, was, repository, head, actor } = settled
  for (const annotation of request.output?.annotations ?? []) {
    const row = { check_run_id: run.id, annotation: JSON.stringify(annotation) }
    await tx.all(insertAnnotation, row)
  }
  const suite = await refreshSuite(app, tx, { suite: run.suite, repository, head, actor })
  const after = { ...run, suite }
  const told = { run: after, repository, actor }
  if (was === undefined) await recordRunEvent(app, tx, 'created', told)
  const isDone = run.status === 'completed' && was !== 'completed'
  if (isDone) await recordRunEvent(app, tx, 'completed', told)
  return after
}

type Told = {
  readonly run: CheckRun
  readonly repository: Repository
  readonly actor: UserActor
}

/**
 * Asks the App to run it again: its suite is queued anew, and the run is as it was until the App
 * says otherwise (https://docs.github.com/rest/checks/runs#rerequest-a-check-run). Throws
 * `forbidden` for another App's.
 */
export async function rerequestRun(app: Recorder, author: Author, told: Told): Promise<void> {
  const { run, repository } = told
  refuseOthers(run, author, 'rerequested')
  await app.store.transaction(async (tx) => {
    // Told with the suite as it was, as GitHub's webhooks describe it.
    await recordRunEvent(app, tx, 'rerequested', told)
    await queueSuite(app, tx, run.suite)
  }, repository.id)
}

async function recordRunEvent(
  app: Recorder,
  tx: Tx,
  action: 'created' | 'completed' | 'rerequested',
  { run, repository, actor }: Told,
): Promise<void> {
  await recordEvent(app, tx, {
    repository_id: repository.id,
    name: 'check_run',
    payload: {
      action,
      check_run: checkRunInEvent(run, repository, app.urls),
      ...eventFrame(repository, actor.account, app.urls),
    },
    ordering_key: `commit:${run.head_sha}`,
  })
}
