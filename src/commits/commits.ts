import { findAccountById } from '../accounts/accounts.ts'
import type { Account } from '../accounts/model.ts'
import type { App } from '../app.ts'
import { recordAudit } from '../audit/audit.ts'
import type { AuditLine } from '../audit/model.ts'
import { findCheckContexts, findCheckers, requestSuites } from '../checks/checks.ts'
import { recordEvent } from '../events/events.ts'
import { type Commit, type Named, noSha, type RefChange, type Signer } from '../git/model.ts'
import { notFound, Problem } from '../lib/problem.ts'
import { hostnameOf } from '../lib/urls.ts'
import type { Repository } from '../repositories/model.ts'
import { findRepositoryById } from '../repositories/repositories.ts'
import type { Db, Tx } from '../store/engine.ts'
import { decideDefaultBranch, parseRefName } from './decide-push.ts'
import type { Pusher } from './model.ts'
import type { Authors } from './payload.ts'
import {
  createPayload,
  type DescribedChange,
  deletePayload,
  type PushFrame,
  pushPayload,
} from './push-payload.ts'
import { accountByEmail, anyContextOf, latestContextsOf, touchPushed } from './queries.ts'

/** The latest status of each context of a commit and the latest check run of each name, oldest first: what `required_contexts` looks at (contract 1.7). */
export async function findContexts(db: Db, repositoryId: number, sha: string): Promise<Context[]> {
  if (!(await db.first(anyContextOf, { repository_id: repositoryId, sha }))) return []
  const [statuses, runs] = await Promise.all([
    db.all(latestContextsOf, { repository_id: repositoryId, sha }),
    findCheckContexts(db, { repository_id: repositoryId, head_sha: sha }),
  ])
  return [...inOrder(statuses), ...inOrder(runs)]
}

type Context = { readonly context: string; readonly state: string }

const inOrder = (rows: (Context & { readonly id: number })[]): Context[] =>
  rows.sort((a, b) => a.id - b.id).map(({ context, state }) => ({ context, state }))

/** Who the authors and committers of these commits are here. */
export async function findAuthors(
  app: Pick<App, 'store' | 'urls'>,
  commits: readonly { readonly author: Signer; readonly committer: Signer }[],
): Promise<Authors> {
  const emails = new Set<string>()
  for (const { author, committer } of commits) {
    emails.add(author.email.toLowerCase()).add(committer.email.toLowerCase())
  }
  const accounts = new Map<string, Account | undefined>()
  const find = async (email: string) => accounts.set(email, await findByEmail(app, email))
  await Promise.all([...emails].map(find))
  return ({ email }) => accounts.get(email.toLowerCase())
}

/** The accounts that a commit's author and committer are here. */
export const peopleOf = (
  { author, committer }: Pick<Commit, 'author' | 'committer'>,
  authors: Authors,
) => [authors(author), authors(committer)]

async function findByEmail({ store, urls }: Pick<App, 'store' | 'urls'>, email: string) {
  const [, id, login, host] = /^(\d{1,15})\+([\w-]+)@users\.noreply\.(.+)$/.exec(email) ?? []
  if (!id || host !== hostnameOf(urls)) {
    return await store.read.first(accountByEmail, { email })
  }
  const account = await findAccountById(store.read, Number(id))
  return account?.login_key === login ? account : undefined
}

type Asked = { readonly app: Pick<App, 'git'>; readonly repository: Pick<Repository, 'id'> }

/** What to throw where something was looked for in vain. */
export async function absence(asked: Asked): Promise<Problem> {
  await refuseEmpty(asked)
  return notFound()
}

/** GitHub's 409 for a repository that nobody has pushed to. */
export async function refuseEmpty(asked: Asked): Promise<void> {
  if (await isEmpty(asked)) throw new Problem('conflict', 'Git Repository is empty.')
}

/** Whether there is neither a branch nor a tag. */
export async function isEmpty({ app, repository }: Asked): Promise<boolean> {
  const { id } = repository
  const [branches, tags] = await Promise.all([app.git.branches(id), app.git.tags(id)])
  return branches.length + tags.length === 0
}

type Recorder = Pick<App, 'store' | 'git' | 'now' | 'log' | 'signals' | 'urls' | 'who'>

/** A push of more is too much to tell; GitHub stops at 5,000 branches, or four tags. */
const toldMax = 1000

/**
 * Call when a push has changed refs on disk, and answer the client after it:
 * writes `push`, `create` and `delete` events (contract 6.8), what Apps are asked, `pushed_at` and a
 * line of the audit log in one transaction, and makes the first branch of an empty repository its
 * default one. Throws `not_found` when the repository was deleted meanwhile.
 */
export async function recordPush(
  app: Recorder,
  { id }: Pick<Repository, 'id'>,
  pusher: Pusher,
  changes: readonly RefChange[],
): Promise<void> {
  // As it is now: the push may have taken hours.
  const repository = await findRepositoryById(app.store.read, id)
  const usual = await app.git.branch(id, repository.default_branch)
  const chosen = chooseDefaultBranch(repository, usual, changes)
  const [sender, described, checkers] = await Promise.all([
    findSender(app.store.read, repository, pusher),
    describeChanges(app, { repository, usual }, changes),
    hasHeads(changes) ? findCheckers(app.store.read, id) : [],
  ])
  const commits = described.flatMap(({ push: { commits, head } }) => [
    ...commits,
    ...(head ? [head] : []),
  ])
  const authors = await findAuthors(app, commits)
  const pusherType = 'login' in pusher ? 'user' : 'deploy key'

  const touched = await app.store.transaction(async (tx) => {
    const row = await touch(app, tx, repository, chosen)
    const now = { ...repository, ...row }
    const frame = { repository: now, urls: app.urls, sender, pusherType, authors } as const
    for (const change of described) await recordChange(app, tx, change, frame)
    await recordAudit({ ...app, who: whoPushed(app, pusher, sender) }, tx, lineOf(id, changes))
    await requestSuites(app, tx, { repository: now, sender, heads: headsOf(described), checkers })
    return row
  }, id)
  await alignHead(app, id, touched.default_branch)
}

/** Whether a branch may be somewhere that a check could look at. */
const hasHeads = (changes: readonly RefChange[]) =>
  changes.some(({ ref, after }) => after !== noSha && parseRefName(ref)?.kind === 'branch')

/** New heads of branches. */
const headsOf = (described: readonly DescribedChange[]) =>
  described.flatMap(({ name, push: { head } }) =>
    name.kind === 'branch' && head ? [{ branch: name.name, head }] : [],
  )

async function touch(app: Recorder, tx: Tx, { id, default_branch }: Repository, chosen: string) {
  const pushed_at = app.now().toISOString()
  const row = await tx.first(touchPushed, { id, pushed_at, known: default_branch, chosen })
  if (!row) throw new Error('The repository was deleted while its push was recorded')
  return row
}

/** What is done with a deploy key is done by whoever added it, or by the owner once they are gone. */
async function findSender(db: Db, { owner_id }: Repository, pusher: Pusher): Promise<Account> {
  if ('login' in pusher) return pusher
  const id = pusher.added_by_id ?? owner_id
  const account = (await findAccountById(db, id)) ?? (await findAccountById(db, owner_id))
  if (!account) throw new Error(`The repository's owner ${owner_id} is gone`)
  return account
}

/** A key is nobody: what it does is on whoever added it, and the log says by which. */
function whoPushed({ who }: Recorder, pusher: Pusher, { id, login }: Account): App['who'] {
  if ('login' in pusher) return who
  const person = { actor_kind: 'user', actor: login, actor_id: id } as const
  return { ...who, ...person, token_kind: 'deploy-key', token_id: pusher.id }
}

/** As GitHub's own log calls it. Of more refs than are told of, the first. */
function lineOf(repository_id: number, changes: readonly RefChange[]): AuditLine {
  const noted = changes.slice(0, toldMax)
  const [first, second] = changes
  return {
    ...{ action: 'git.push', repository_id },
    subject: first && !second ? first.ref : `${changes.length} refs`,
    before: Object.fromEntries(noted.map(({ ref, before }) => [ref, before])),
    after: Object.fromEntries(noted.map(({ ref, after }) => [ref, after])),
  }
}

function chooseDefaultBranch(
  { default_branch: current }: Repository,
  usual: Named | undefined,
  changes: readonly RefChange[],
): string {
  const left = changes.filter(({ after }) => after !== noSha)
  const names = left.map(({ ref }) => parseRefName(ref))
  const pushed = names.flatMap((name) => (name?.kind === 'branch' ? [name.name] : []))
  return decideDefaultBranch({ current, isThere: usual !== undefined, pushed })
}

/** A repository, and its default branch after the push, if there is one. */
type Pushed = { readonly repository: Repository; readonly usual: Named | undefined }

async function describeChanges(
  { git, log }: Recorder,
  pushed: Pushed,
  changes: readonly RefChange[],
): Promise<DescribedChange[]> {
  const { id } = pushed.repository
  const named = changes.flatMap((change) => {
    const name = parseRefName(change.ref)
    return name ? [{ change, name }] : []
  })
  if (named.length > toldMax) {
    log.warn({ repository_id: id, refs: named.length }, 'push.too_many_refs_to_tell')
    return []
  }
  const told = named.map(({ change }) => change)
  const pushes = await git.pushes(id, told)
  const described: DescribedChange[] = []
  for (const [index, { change, name }] of named.entries()) {
    const push = pushes[index] ?? { commits: [], isForced: false }
    const isNew = change.before === noSha && push.head !== undefined
    const baseRef = isNew ? await findBaseRef(git, pushed, change.ref, push.head.sha) : null
    described.push({ change, name, push, baseRef })
  }
  return described
}

/** Another branch at `sha`: the default branch before all others, which is known without listing them. */
async function findBaseRef(
  git: Recorder['git'],
  { repository, usual }: Pushed,
  ref: string,
  sha: string,
): Promise<string | null> {
  const fullNameOf = (name: string) => `refs/heads/${name}`
  if (usual?.sha === sha && fullNameOf(usual.name) !== ref) return fullNameOf(usual.name)
  const heads = await git.headsAt(repository.id, sha)
  return heads.map(({ name }) => fullNameOf(name)).find((head) => head !== ref) ?? null
}

/** Of one ref everything arrives in order. */
async function recordChange(
  app: Recorder,
  tx: Tx,
  described: DescribedChange,
  frame: PushFrame,
): Promise<void> {
  const { change, name } = described
  const record = (event: string, payload: object) =>
    recordEvent(app, tx, {
      repository_id: frame.repository.id,
      name: event,
      payload,
      ordering_key: `ref:${change.ref}`,
    })
  if (change.before === noSha) await record('create', createPayload(name, frame))
  await record('push', pushPayload(described, frame))
  if (change.after === noSha) await record('delete', deletePayload(name, frame))
}

/** After the commit and at every push, so that whatever came between the two is made good by the next one. */
async function alignHead({ git, log }: Recorder, id: number, branch: string): Promise<void> {
  try {
    if ((await git.defaultBranch(id)) !== branch) await git.setDefaultBranch(id, branch)
  } catch (error) {
    // The push is recorded; the next one aligns HEAD again.
    log.error({ err: error, repository_id: id }, 'push.head_not_aligned')
  }
}
