import type { App } from '../app.ts'
import { findAppById } from '../apps/apps.ts'
import type { InstallationActor } from '../auth/auth.ts'
import type { UserActor } from '../auth/model.ts'
import { recordEvent } from '../events/events.ts'
import type { Commit } from '../git/model.ts'
import { notFound, Problem } from '../lib/problem.ts'
import type { Repository } from '../repositories/model.ts'
import { eventFrame } from '../repositories/payload.ts'
import type { Db, Tx } from '../store/engine.ts'
import type { CheckSuiteRow } from '../tables/commits.ts'
import { sumUp } from './decide-check.ts'
import type { CheckSuite } from './model.ts'
import { checkSuiteInEvent } from './payload.ts'
import {
  countRunsOfSuite,
  insertSuite,
  progressOfSuite,
  suiteById,
  suiteOfApp,
  updateSuite,
} from './queries.ts'
import { withReporters } from './reporters.ts'

export type Recorder = Pick<App, 'store' | 'git' | 'now' | 'signals' | 'urls'>

/** Who writes checks: an App alone (contract 9.2). */
export type Author = InstallationActor

/** Whom events name as their sender. */
type Sender = Pick<UserActor, 'account'>

/** Throws `invalid` for a sha that is no commit's here. */
export async function findHead(
  { git }: Pick<App, 'git'>,
  { id }: Repository,
  sha: string,
): Promise<Commit> {
  const isSha = /^[0-9a-f]{40}$/i.test(sha)
  const commit = isSha ? await git.commit(id, sha.toLowerCase()) : undefined
  if (!commit) throw new Problem('invalid', `No commit found for SHA: ${sha}`)
  return commit
}

/** Throws `not_found`. */
export async function findSuite(db: Db, { id }: Repository, suiteId: number): Promise<CheckSuite> {
  const row = await db.first(suiteById, { id: suiteId, repository_id: id })
  const [suite] = await withReporters(db, row ? [row] : [])
  if (!suite) throw notFound()
  return suite
}

type Place = {
  readonly repository: Repository
  readonly head: Commit
  readonly branch: string | null
}

/** The App's suite for the commit, made where there is none. */
export async function ensureSuite(
  app: Recorder,
  tx: Tx,
  { app_id, actor }: { readonly app_id: number; readonly actor: Sender },
  { repository, head, branch }: Place,
): Promise<{ suite: CheckSuite; isNew: boolean }> {
  const reporter = await findAppById(tx, app_id)
  const key = { repository_id: repository.id, head_sha: head.sha, app_id }
  const found = await tx.first(suiteOfApp, key)
  if (found) return { suite: { ...found, app: reporter }, isNew: false }
  const now = app.now().toISOString()
  const state = { status: 'queued', conclusion: null } as const
  const times = { created_at: now, updated_at: now }
  const row = await tx.first(insertSuite, { ...key, head_branch: branch, ...state, ...times })
  if (!row) throw new Error('The new check suite was not returned')
  const suite = { ...row, app: reporter }
  await recordSuiteEvent(app, tx, 'requested', { suite, repository, head, actor })
  return { suite, isNew: true }
}

/** The branch that the commit is the head of, if it is one's: what GitHub calls the suite's branch. */
export async function branchAt({ git }: Pick<App, 'git'>, { id }: Repository, sha: string) {
  return (await git.headsAt(id, sha))[0]?.name ?? null
}

type Moved = {
  readonly suite: CheckSuite
  readonly repository: Repository
  readonly head: Commit
  readonly actor: Sender
}

/** Sums up the suite's runs anew, in the transaction that changed one; tells of its completion. */
export async function refreshSuite(app: Recorder, tx: Tx, moved: Moved): Promise<CheckSuite> {
  const { suite } = moved
  const progress = sumUp(await tx.all(progressOfSuite, { check_suite_id: suite.id }))
  const updated_at = app.now().toISOString()
  const row = await tx.first(updateSuite, { id: suite.id, ...progress, updated_at })
  if (!row) throw new Error(`The check suite ${suite.id} is gone`)
  const after = { ...suite, ...row }
  const isDone = after.status === 'completed' && suite.status !== 'completed'
  if (isDone) await recordSuiteEvent(app, tx, 'completed', { ...moved, suite: after })
  return after
}

export async function rerequestSuite(app: Recorder, moved: Moved): Promise<void> {
  await app.store.transaction(async (tx) => {
    const suite = await queueSuite(app, tx, moved.suite)
    await recordSuiteEvent(app, tx, 'rerequested', { ...moved, suite })
  }, moved.repository.id)
}

/** As if none of its runs had ended. Throws `not_found`. */
export async function queueSuite(
  app: Pick<App, 'now'>,
  tx: Tx,
  suite: CheckSuite,
): Promise<CheckSuite> {
  const state = { status: 'queued', conclusion: null, updated_at: app.now().toISOString() } as const
  const row = await tx.first(updateSuite, { id: suite.id, ...state })
  if (!row) throw notFound()
  return { ...suite, ...row }
}

async function recordSuiteEvent(
  app: Recorder,
  tx: Tx,
  action: 'requested' | 'rerequested' | 'completed',
  { suite, repository, head, actor }: Moved,
): Promise<void> {
  const facts = { head, runs: await countRuns(tx, suite) }
  await recordEvent(app, tx, {
    repository_id: repository.id,
    name: 'check_suite',
    payload: {
      action,
      check_suite: checkSuiteInEvent(suite, facts, repository, app.urls),
      ...eventFrame(repository, actor.account, app.urls),
    },
    ordering_key: `commit:${head.sha}`,
  })
}

export async function countRuns(db: Db, { id }: Pick<CheckSuiteRow, 'id'>): Promise<number> {
  return (await db.first(countRunsOfSuite, { check_suite_id: id }))?.count ?? 0
}
