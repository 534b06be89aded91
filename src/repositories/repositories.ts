import { loginKeyOf } from '../accounts/model.ts'
import { recordRefusal } from '../audit/audit.ts'
import type { AuditLine } from '../audit/model.ts'
import { type AccessName, access } from '../auth/access.ts'
import { type AccessFacts, decideAccess, decideAnonymous } from '../auth/decide-access.ts'
import { findGrant } from '../auth/grants.ts'
import type { Actor, Limits, Permission } from '../auth/model.ts'
import type { Call, Method, Route } from '../auth/route.ts'
import type { Answer } from '../http/answer.ts'
import { notFound, Problem } from '../lib/problem.ts'
import { onceFor } from '../recent/once-for.ts'
import type { Db } from '../store/engine.ts'
import type { RowOf } from '../store/query.ts'
import {
  countedRepositories,
  type Listed,
  type ListWord,
  listedRepositories,
} from './list-queries.ts'
import { nameKeyOf, permissionOf, permissionOfApp, type Repository } from './model.ts'
import { redirectedRepository, repositoryById, repositoryByName, standing } from './queries.ts'

/** A request about a repository that the caller may make. */
export type RepositoryCall = Call & {
  readonly repository: Repository
  readonly permission: Permission | undefined
}

type Needs = {
  readonly access: AccessName
  readonly docs: string
  /** How the audit log names what was refused, where it is to have a line of it. */
  readonly refusal?: (call: Call) => Pick<AuditLine, 'action' | 'subject'>
}

/**
 * A route below a repository, under both of its addresses
 * (`/repos/:owner/:repo…` and `/repositories/:repository_id…`, contract 8.1).
 * The handler runs only for callers that the access allows.
 */
export function repositoryRoute(
  method: Method,
  path: string,
  needs: Needs,
  handler: (call: RepositoryCall) => Promise<Answer>,
): Route[] {
  const { accepted, permissions } = access[needs.access]
  return ['/repos/:owner/:repo', '/repositories/:repository_id'].map((base) => ({
    method,
    path: `${base}${path}`,
    accepted,
    permissions,
    docs: needs.docs,
    handler: (call: Call) => atRepository(call, method, needs.access, handler),
    ...(needs.refusal && { onRefusal: refusalsOf(needs.refusal) }),
  }))
}

const refusalsOf =
  (lineOf: NonNullable<Needs['refusal']>) => async (call: Call, error: unknown) => {
    // Where there is no such repository, that is what was refused.
    const place = await locate(call).catch(() => undefined)
    const about = place && { repository_id: place.repository.id }
    await recordRefusal(call.app, { ...lineOf(call), ...about }, error)
  }

async function atRepository(
  call: Call,
  method: Method,
  name: AccessName,
  handler: (call: RepositoryCall) => Promise<Answer>,
): Promise<Answer> {
  if (call.actor.kind === 'anonymous') obey(decideAnonymous(false, access[name].role !== 'pull'))
  const { repository, moved } = await locate(call)
  const permission = await authorize(call.app.store.read, call.actor, repository, name)
  if (moved) return movedAnswer(call, method, repository)
  return await handler({ ...call, repository, permission })
}

async function locate({ app, params }: Call): Promise<{ repository: Repository; moved: boolean }> {
  const { read } = app.store
  const { owner = '', repo = '', repository_id } = params
  if (repository_id !== undefined) {
    const repository = await findRepositoryById(read, idIn(repository_id))
    return { repository, moved: false }
  }
  return await locateRepository(read, owner, repo)
}

/** Where a name leads, also one from before a rename (contract 8.2). Throws `not_found`. */
export async function locateRepository(
  db: Db,
  owner: string,
  name: string,
): Promise<{ repository: Repository; moved: boolean }> {
  const repository = await findByName(db, owner, name)
  if (repository) return { repository, moved: false }
  return { repository: await findMoved(db, owner, name), moved: true }
}

/** An id in a path; what is no id names nothing. */
export function idIn(text: string | undefined): number {
  if (!text || !/^\d{1,15}$/.test(text)) throw notFound()
  return Number(text)
}

/**
 * The caller's permission, where it suffices for this access. Throws 401, 403
 * or 404 as contract 7.5 says.
 */
export async function authorize(
  db: Db,
  actor: Actor,
  repository: Repository,
  name: AccessName,
): Promise<Permission | undefined> {
  const facts = await standingOf(db, actor, repository)
  obey(decideAccess(access[name], facts))
  const { grant, permission } = facts
  if (grant?.kind !== 'installation') return permission
  return grant.permissions && permissionOfApp(grant.permissions)
}

/** Whether the caller could do something else as well, without a word about why not. */
export async function isAuthorized(
  db: Db,
  actor: Actor,
  repository: Repository,
  name: AccessName,
): Promise<boolean> {
  const facts = await standingOf(db, actor, repository)
  return decideAccess(access[name], facts).kind === 'allow'
}

async function standingOf(db: Db, actor: Actor, repository: Repository): Promise<AccessFacts> {
  const of = { isPrivate: repository.private === 1, isArchived: repository.archived === 1 }
  // An App's own signature opens what is about the App, and what is open to all.
  if (actor.kind === 'app') return { ...of, permission: undefined, scopes: new Set(), grant: none }
  if (actor.kind !== 'user') return { ...of, permission: undefined, scopes: undefined }
  const grant = await findGrant(db, actor, repository)
  const permission =
    grant?.kind === 'installation'
      ? grant.permissions && 'admin'
      : await findPermission(db, repository, actor.account.id)
  return { ...of, permission, scopes: actor.scopes, grant }
}

const none = { kind: 'installation', permissions: undefined } as const

function obey(decision: ReturnType<typeof decideAccess>): void {
  switch (decision.kind) {
    case 'allow':
      return
    case 'authenticate':
      throw new Problem('unauthenticated', 'Requires authentication')
    case 'hide':
      throw notFound()
    case 'forbid':
      throw new Problem('forbidden', decision.message)
  }
}

export async function findPermission(
  db: Db,
  repository: Repository,
  accountId: number,
): Promise<Permission | undefined> {
  const { owner_id } = repository
  if (owner_id === accountId) return 'admin'
  const ids = { repository_id: repository.id, owner_id, account_id: accountId }
  const found = await db.first(standing, ids)
  return found && permissionOf({ isOwner: false, ...found })
}

async function findByName(db: Db, owner: string, name: string): Promise<Repository | undefined> {
  const keys = { login_key: loginKeyOf(owner), name_key: nameKeyOf(name) }
  const row = await db.first(repositoryByName, keys)
  return row && repositoryIn(row)
}

/** Throws `not_found`. */
export async function findRepositoryById(db: Db, id: number): Promise<Repository> {
  const row = await db.first(repositoryById, { id })
  if (!row) throw notFound()
  return repositoryIn(row)
}

async function findMoved(db: Db, owner: string, name: string): Promise<Repository> {
  const keys = { login_key: loginKeyOf(owner), name_key: nameKeyOf(name) }
  const redirect = await db.first(redirectedRepository, keys)
  if (!redirect) throw notFound()
  return await findRepositoryById(db, redirect.repository_id)
}

/** A page of a list, with what the caller may do in each. Private ones only for a token with `repo` (contract 7.2). */
export async function findRepositories(
  db: Db,
  actor: Actor,
  words: readonly ListWord[],
  params: Listed,
): Promise<{ repository: Repository; permission: Permission | undefined }[]> {
  const rows = await db.all(listedRepositories([...words, ...guardOf(actor)]), {
    ...params,
    ...viewerIn(actor),
  })
  return rows.map((row) => {
    const { repository, standing } = listedIn(row)
    const isOwner = actor.kind === 'user' && repository.owner_id === actor.account.id
    return { repository, permission: permissionOf({ isOwner, ...standing }) }
  })
}

const listedIn = onceFor(
  ({ role, permission, team_rank, ...joined }: RowOf<ReturnType<typeof listedRepositories>>) => ({
    repository: withOwner(joined),
    standing: { role, permission, team_rank },
  }),
)

/** Of all pages. */
export async function countRepositories(
  db: Db,
  actor: Actor,
  words: readonly ListWord[],
  params: Listed,
): Promise<number> {
  const counted = await db.first(countedRepositories([...words, ...guardOf(actor)]), {
    ...params,
    ...viewerIn(actor),
  })
  return counted?.count ?? 0
}

/** What of the private ones a token may be shown: with `repo` all (contract 7.2), with permissions those it is for. */
function guardOf(actor: Actor): ListWord[] {
  if (actor.kind !== 'user') return ['public']
  const { limits, scopes } = actor
  if (!limits) return scopes.has('repo') ? [] : ['public']
  return [limits.kind, ...ownerWords(limits), ...selectionWords(limits)]
}
/** A fine-grained token always has an owner, an App user's once it was narrowed to one. */
const ownerWords = ({ kind, resource_owner_id }: Limits): ListWord[] =>
  kind === 'fine-grained' || resource_owner_id !== null ? ['one owner'] : []

const selectionWords = ({ repository_selection }: Limits): ListWord[] =>
  repository_selection === 'selected' ? ['selected'] : []

function viewerIn(actor: Actor) {
  const user = actor.kind === 'user' ? actor : undefined
  return {
    viewer_id: user?.account.id ?? 0,
    token_id: user?.token_id ?? 0,
    app_id: user?.app_id ?? 0,
    resource_owner_id: user?.limits?.resource_owner_id ?? 0,
    installation_id: user?.limits?.installation_id ?? 0,
  }
}

type Joined = Omit<Repository, 'owner'> & {
  readonly owner_login: string
  readonly owner_type: Repository['owner']['type']
  readonly owner_site_admin: Repository['owner']['site_admin']
  readonly owner_email: string | null
}

const repositoryIn = onceFor((row: RowOf<typeof repositoryById>) => withOwner(row))

/** The owner's columns stay beside the others: copying all is much faster than leaving some out. */
export function withOwner(row: Joined): Repository {
  const owner = {
    id: row.owner_id,
    login: row.owner_login,
    type: row.owner_type,
    site_admin: row.owner_site_admin,
    email: row.owner_email,
  }
  return { ...row, owner }
}

/** GET → 301, anything else → 307, both to the address by id, which outlives a rename (contract 8.2). */
export function movedAnswer(call: Call, method: Method, { id }: Repository): Answer {
  const rest = call.path.replace(/^\/repos\/[^/]+\/[^/?]+/, '')
  const url = `${call.urls.api}/repositories/${id}${rest}`
  const body = {
    message: 'Moved Permanently',
    url,
    documentation_url: 'https://docs.github.com/v3/#http-redirects',
  }
  return { status: method === 'GET' ? 301 : 307, body, headers: { location: url } }
}
