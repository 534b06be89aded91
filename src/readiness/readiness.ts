import { authorOf } from '../accounts/payload.ts'
import type { App } from '../app.ts'
import { access } from '../auth/access.ts'
import type { UserActor } from '../auth/model.ts'
import { recordPush } from '../commits/commits.ts'
import type { GateRef } from '../gates/model.ts'
import { Problem } from '../lib/problem.ts'
import type { Repository } from '../repositories/model.ts'
import { isAuthorized } from '../repositories/repositories.ts'
import { decideMerge, mergeVerdicts } from './decide-ref.ts'
import type { RefRequest, ResolvedRequest, Verdict } from './model.ts'

/** What is to be deployed once the default branch has had its way. */
type Readied =
  | { readonly kind: 'ready'; readonly sha: string; readonly ref: GateRef }
  /** The ref was moved and nothing is deployed: the 202 of contract 1.6. */
  | { readonly kind: 'merged'; readonly message: string }

type Request = Pick<RefRequest, 'ref' | 'auto_merge'>

/** A branch that many push to may move under each merge; then it is for the caller to try again. */
const attemptsMax = 3

/**
 * Resolves the request's ref and, where `auto_merge` asks for it, merges the
 * default branch into it and records the push. Throws `invalid` for a ref that
 * names no commit, `conflict` for a merge that cannot be done.
 */
export async function readyRef(
  app: App,
  actor: UserActor,
  repository: Repository,
  request: Request,
): Promise<Readied> {
  for (let attempt = 1; attempt <= attemptsMax; attempt++) {
    const readied = await tryToReady(app, actor, repository, request)
    if (readied.kind !== 'moved') return readied
  }
  throw new Problem(
    'conflict',
    `${request.ref} moved each time ${repository.default_branch} was merged into it. Try again.`,
  )
}

async function tryToReady(
  app: App,
  actor: UserActor,
  repository: Repository,
  { ref, auto_merge }: Request,
): Promise<Readied | { readonly kind: 'moved' }> {
  const { sha, at } = await resolveRef(app, repository, ref)
  const { decision, base } = await findMerge(app, { repository, sha, at, auto_merge })
  if (decision === 'conflict') throw conflict(repository, ref)
  if (decision === 'go on' || base === undefined) return { kind: 'ready', sha, ref: at }
  await refuseWithoutCode(app, actor, repository, ref)
  return await merge(app, actor, repository, { ref, branch: at.name, base })
}

/** No ref is longer. */
const refShownCharactersMax = 1000

/** Throws `invalid` for a ref that names no commit. */
export async function resolveRef(
  { git }: Pick<App, 'git'>,
  { id }: Repository,
  ref: string,
): Promise<{ readonly sha: string; readonly at: GateRef }> {
  const resolved = await git.resolve(id, ref)
  if (!resolved) {
    throw new Problem('invalid', `No ref found for: ${ref.slice(0, refShownCharactersMax)}`)
  }
  const name = resolved.kind === 'sha' ? ref : resolved.name
  return { sha: resolved.sha, at: { type: resolved.kind, name } }
}

async function findMerge(
  app: Pick<App, 'git'>,
  { repository, sha, at, auto_merge }: Omit<ResolvedRequest, 'ref' | 'required_contexts'>,
) {
  // Nothing is behind itself, and git need not be asked.
  const isDefault = at.type === 'branch' && at.name === repository.default_branch
  const base = auto_merge && !isDefault ? await findMissing(app, repository, sha) : undefined
  const facts = { autoMerge: auto_merge, refIs: at.type, isBehindDefaultBranch: base !== undefined }
  return { decision: decideMerge(facts), base }
}

/** What `auto_merge` would do, without doing it. */
export async function findMergeVerdicts(
  app: Pick<App, 'git'>,
  request: ResolvedRequest,
): Promise<Verdict[]> {
  const { repository, sha, ref } = request
  const { decision, base } = await findMerge(app, request)
  const isInVain =
    decision === 'merge' &&
    base !== undefined &&
    !(await app.git.canMerge(repository.id, { base, head: sha }))
  const { default_branch } = repository
  return mergeVerdicts(isInVain ? 'merge in vain' : decision, { ref, default_branch })
}

/** `repo_deployment` never reaches code, and a merge is a push. */
async function refuseWithoutCode(
  { store }: Pick<App, 'store'>,
  actor: UserActor,
  repository: Repository,
  ref: string,
): Promise<void> {
  if (await isAuthorized(store.read, actor, repository, 'code:write')) return
  const { privateScopes, publicScopes, permissions } = access['code:write']
  const scopes: readonly string[] = repository.private ? privateScopes : publicScopes
  const wanted = actor.limits ? `permission ${permissions}` : `scope ${scopes.join(' or ')}`
  throw new Problem(
    'forbidden',
    `${ref} is behind ${repository.default_branch}, and merging it takes a token with the ${wanted}. Send "auto_merge": false to deploy ${ref} as it is.`,
  )
}

/** The tip of the default branch, where `sha` has not all of it. */
async function findMissing(
  { git }: Pick<App, 'git'>,
  { id, default_branch }: Repository,
  sha: string,
) {
  const base = (await git.branch(id, default_branch))?.sha
  if (base === undefined || base === sha) return undefined
  return (await git.isAncestor(id, { base, head: sha })) ? undefined : base
}

type Step = {
  readonly ref: string
  readonly branch: string
  readonly base: string
}

async function merge(
  app: App,
  actor: UserActor,
  repository: Repository,
  { ref, branch, base }: Step,
): Promise<Readied | { readonly kind: 'moved' }> {
  const message = `Auto-merged ${repository.default_branch} into ${ref} on deployment.`
  const author = authorOf(actor.account, app.urls)
  const outcome = await app.git.mergeInto(repository.id, {
    branch,
    from: base,
    message,
    author,
    date: app.now(),
  })
  switch (outcome.kind) {
    case 'merged': {
      const change = { ref: `refs/heads/${branch}`, before: outcome.before, after: outcome.sha }
      await recordPush(app, repository, actor.account, [change])
      return { kind: 'merged', message }
    }
    case 'conflict':
      throw conflict(repository, ref)
    // `nothing`: somebody else has merged it since we looked.
    case 'moved':
    case 'nothing':
      return { kind: 'moved' }
  }
}

const conflict = ({ default_branch }: Repository, ref: string) =>
  new Problem('conflict', `Conflict merging ${default_branch} into ${ref}.`)
