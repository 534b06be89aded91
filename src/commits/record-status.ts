import type { Account } from '../accounts/model.ts'
import type { App } from '../app.ts'
import { findProtectedBranches } from '../branch-protection/branch-protection.ts'
import { recordEvent } from '../events/events.ts'
import type { Commit, Named } from '../git/model.ts'
import { invalidField, Problem } from '../lib/problem.ts'
import { toSecond } from '../lib/time.ts'
import { fullNameOf, type Repository } from '../repositories/model.ts'
import { eventFrame } from '../repositories/payload.ts'
import type { Tx } from '../store/engine.ts'
import type { CommitStatusRow } from '../tables/commits.ts'
import { findAuthors } from './commits.ts'
import { type CommitStatus, contextKeyOf, type NewCommitStatus } from './model.ts'
import { type Authors, avatarUrlOf, commitPayload, shortBranch } from './payload.ts'
import { countInContext, insertStatus } from './queries.ts'

type Recorder = Pick<App, 'store' | 'git' | 'now' | 'signals' | 'urls'>

type Reported = {
  readonly repository: Repository
  readonly sha: string
  readonly request: NewCommitStatus
}

/** Contract 9.1. */
const inContextMax = 1000

/** Throws `invalid` for a sha that is no commit's, and where sha and context have had their 1,000 statuses. */
export async function recordStatus(
  app: Recorder,
  creator: Account,
  { repository, sha, request }: Reported,
): Promise<CommitStatus> {
  const commit = await findCommit(app, repository, sha)
  const [branches, authors, protectedBranches] = await Promise.all([
    app.git.headsAt(repository.id, commit.sha),
    findAuthors(app, [commit]),
    findProtectedBranches(app.store.read, repository.id),
  ])
  const row = rowOf(request, { repository, commit, creator, now: app.now().toISOString() })
  return await app.store.transaction(async (tx) => {
    await refuseTooMany(tx, row)
    const inserted = await tx.first(insertStatus, row)
    if (!inserted) throw new Error('The new status was not returned')
    const status = { ...inserted, creator }
    const facts = { repository, commit, branches, protectedBranches, authors, sender: creator }
    await recordEvent(app, tx, {
      repository_id: repository.id,
      name: 'status',
      payload: statusEvent(app, status, facts),
      ordering_key: `commit:${commit.sha}`,
    })
    return status
  }, repository.id)
}

async function findCommit({ git }: Recorder, { id }: Repository, sha: string): Promise<Commit> {
  const isSha = /^[0-9a-f]{40}$/i.test(sha)
  const commit = isSha ? await git.commit(id, sha.toLowerCase()) : undefined
  if (!commit) throw new Problem('invalid', `No commit found for SHA: ${sha}`)
  return commit
}

type Facts = { repository: Repository; commit: Commit; creator: Account; now: string }

function rowOf(
  { state, target_url, description, context }: NewCommitStatus,
  { repository, commit, creator, now }: Facts,
): Omit<CommitStatusRow, 'id'> {
  const named = context || 'default'
  return {
    repository_id: repository.id,
    sha: commit.sha,
    creator_id: creator.id,
    state,
    context: named,
    context_key: contextKeyOf(named),
    description: description ?? null,
    target_url: target_url ?? null,
    created_at: now,
    updated_at: now,
  }
}

async function refuseTooMany(tx: Tx, row: Omit<CommitStatusRow, 'id'>): Promise<void> {
  const found = await tx.first(countInContext, row)
  if (found === undefined || found.count < inContextMax) return
  throw invalidField({
    resource: 'Status',
    code: 'custom',
    message: 'This SHA and context has reached the maximum number of statuses.',
  })
}

type EventFacts = {
  readonly repository: Repository
  readonly commit: Commit
  readonly branches: readonly Named[]
  readonly protectedBranches: ReadonlySet<string>
  readonly authors: Authors
  readonly sender: Account
}

/** Contract 6.8. */
function statusEvent({ urls }: Pick<App, 'urls'>, status: CommitStatus, facts: EventFacts) {
  const { repository, commit, branches, protectedBranches, authors, sender } = facts
  return {
    id: status.id,
    sha: status.sha,
    name: fullNameOf(repository),
    avatar_url: avatarUrlOf(status.creator, urls),
    target_url: status.target_url,
    context: status.context,
    description: status.description,
    state: status.state,
    commit: withoutVerifiedAt(commitPayload(commit, { repository, urls, authors })),
    branches: branches.map((branch) =>
      shortBranch(branch, { repository, urls, protectedBranches }),
    ),
    created_at: offsetTime(status.created_at),
    updated_at: offsetTime(status.updated_at),
    ...eventFrame(repository, sender, urls),
  }
}

/** The webhook's schema is closed and older than `verified_at`. */
function withoutVerifiedAt(payload: ReturnType<typeof commitPayload>) {
  const { verified_at, ...verification } = payload.commit.verification
  return { ...payload, commit: { ...payload.commit, verification } }
}

/** The one event whose times end in `+00:00`. */
const offsetTime = (iso: string) => toSecond(iso).replace('Z', '+00:00')
