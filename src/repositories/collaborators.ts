import { z } from 'zod'
import { findAccount } from '../accounts/accounts.ts'
import type { Account } from '../accounts/model.ts'
import { recordAudit } from '../audit/audit.ts'
import { type Answer, noContent, ok, okKept } from '../http/answer.ts'
import { parseBody } from '../http/body.ts'
import { linkHeader, pageOf, type Query } from '../http/page.ts'
import { invalidField, notFound } from '../lib/problem.ts'
import { type CollaboratorWord, countedCollaborators, listedCollaborators } from './list-queries.ts'
import { permissionOf, type Repository } from './model.ts'
import { collaboratorPayload, listedCollaborator } from './payload.ts'
import { deleteCollaborator, upsertCollaborator } from './queries.ts'
import { findPermission, type RepositoryCall } from './repositories.ts'

/** Everybody who has a permission of their own, by login (GitHub: "List repository collaborators"). */
export async function listCollaborators(call: RepositoryCall): Promise<Answer> {
  const { app, repository, urls, query } = call
  const { id: repository_id, owner_id } = repository
  const { limit, offset } = pageOf(query)
  const words = collaboratorWords(query)
  const [rows, counted] = await Promise.all([
    app.store.read.all(listedCollaborators(words), { repository_id, owner_id, limit, offset }),
    app.store.read.first(countedCollaborators(words), { repository_id, owner_id }),
  ])
  const build = () =>
    rows.map(({ role, permission, team_rank, ...account }) => {
      const isOwner = account.id === owner_id
      const own = permissionOf({ isOwner, role, permission, team_rank })
      return listedCollaborator(account, urls, own)
    })
  const url = `${urls.api}/repositories/${repository_id}/collaborators`
  const headers = linkHeader(url, query, counted?.count ?? 0)
  return okKept(call, { from: [urls, owner_id, ...rows], build }, headers)
}

/** `triage` asks for what only those who may push have here, `maintain` for what only administrators have. */
const ranks: Readonly<Record<string, CollaboratorWord>> = {
  triage: 'push',
  push: 'push',
  maintain: 'admin',
  admin: 'admin',
}

function collaboratorWords({ affiliation, permission = '' }: Query): CollaboratorWord[] {
  const rank = Object.hasOwn(ranks, permission) ? ranks[permission] : undefined
  const words: CollaboratorWord[] = rank ? [rank] : []
  const isNarrow = affiliation === 'outside' || affiliation === 'direct'
  return isNarrow ? [...words, affiliation] : words
}

/** 204 for whoever has a permission of their own, 404 for everyone else. */
export async function checkCollaborator(call: RepositoryCall): Promise<Answer> {
  const { read } = call.app.store
  const account = await findCollaborator(call)
  if ((await findPermission(read, call.repository, account.id)) === undefined) throw notFound()
  return noContent
}

export async function getCollaboratorPermission(call: RepositoryCall): Promise<Answer> {
  const account = await findCollaborator(call)
  const own = await findPermission(call.app.store.read, call.repository, account.id)
  const permission = own ?? (call.repository.private === 1 ? undefined : 'pull')
  return ok(collaboratorPayload(account, call.urls, permission))
}

const request = z.object({ permission: z.enum(['pull', 'push', 'admin']).default('push') })

/**
 * Adds, or changes the permission of, a collaborator at once: 204, GitHub's
 * answer where nobody needs to accept an invitation.
 */
export async function putCollaborator(call: RepositoryCall): Promise<Answer> {
  const { permission } = parseBody(call.body, request, 'Repository')
  const account = await findCollaborator(call)
  const fault = collaboratorFault(call.repository, account)
  if (fault) throw invalidField({ resource: 'Repository', code: 'custom', message: fault })
  const { id } = call.repository
  const row = { repository_id: id, account_id: account.id, permission }
  await call.app.store.transaction(async (tx) => {
    await tx.all(upsertCollaborator, row)
    const line = { action: 'collaborator.add', repository_id: id, subject: account.login }
    await recordAudit(call.app, tx, { ...line, after: { permission } })
  }, id)
  return noContent
}

function collaboratorFault({ owner_id }: Repository, account: Account): string | undefined {
  if (account.id === owner_id) return 'Repository owner cannot be a collaborator'
  if (account.type === 'User') return undefined
  return `${account.login} is an organization and cannot be a collaborator`
}

/** 204 as well for whoever was none. */
export async function removeCollaborator(call: RepositoryCall): Promise<Answer> {
  const account = await findCollaborator(call)
  const { id } = call.repository
  const row = { repository_id: id, account_id: account.id }
  await call.app.store.transaction(async (tx) => {
    await tx.all(deleteCollaborator, row)
    const line = { action: 'collaborator.remove', repository_id: id, subject: account.login }
    await recordAudit(call.app, tx, line)
  }, id)
  return noContent
}

const findCollaborator = ({ app, params }: RepositoryCall): Promise<Account> =>
  findAccount(app.store.read, params['username'] ?? '')
