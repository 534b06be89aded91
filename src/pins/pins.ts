import type { Account } from '../accounts/model.ts'
import type { App } from '../app.ts'
import { recordAudit } from '../audit/audit.ts'
import { notFound, Problem } from '../lib/problem.ts'
import { recordNotice } from '../notices/notices.ts'
import { fullNameOf, type Repository } from '../repositories/model.ts'
import type { Db } from '../store/engine.ts'
import {
  countPinned,
  deletePin,
  environmentOf,
  insertPin,
  pinnedRepositories,
  updatePin,
} from './queries.ts'

type Recording = Pick<App, 'store' | 'now' | 'signals' | 'who'>

/** As GitHub: ten environments of a repository, for everybody who looks at it. */
const environmentsMax = 10
/** As many as a page of the grid has. */
const repositoriesMax = 30

type Place = { readonly repository: Repository; readonly environmentId: number }

/** First in lists from now on, behind those that are pinned already. Throws `not_found` and `conflict`. */
export async function pinEnvironment(app: Recording, place: Place): Promise<void> {
  await app.store.transaction(async (tx) => {
    const repository_id = place.repository.id
    const found = await tx.first(environmentOf, { repository_id, id: place.environmentId })
    if (!found) throw notFound()
    if (found.pinned_at !== null) return
    const pinned = await tx.first(countPinned, { repository_id })
    if (Number(pinned?.count) >= environmentsMax) throw tooMany('environments', environmentsMax)
    await tx.all(updatePin, { id: found.id, pinned_at: app.now().toISOString() })
    const line = { action: 'environment.pin', repository_id, environment: found.name }
    await recordAudit(app, tx, line)
  }, place.repository.id)
}

/** Throws `not_found`. */
export async function unpinEnvironment(app: Recording, place: Place): Promise<void> {
  await app.store.transaction(async (tx) => {
    const repository_id = place.repository.id
    const found = await tx.first(environmentOf, { repository_id, id: place.environmentId })
    if (!found) throw notFound()
    if (found.pinned_at === null) return
    await tx.all(updatePin, { id: found.id, pinned_at: null })
    const line = { action: 'environment.unpin', repository_id, environment: found.name }
    await recordAudit(app, tx, line)
  }, place.repository.id)
}

const tooMany = (what: string, max: number) =>
  new Problem('conflict', `At most ${max} ${what} can be pinned: unpin another first`)

type Own = { readonly account: Account; readonly repository: Repository }

/** First in the grid of this person alone. Throws `conflict`. */
export async function pinRepository(app: Recording, { account, repository }: Own): Promise<void> {
  const pin = { account_id: account.id, repository_id: repository.id }
  await app.store.transaction(async (tx) => {
    const pinned = await tx.all(pinnedRepositories, pin)
    if (pinned.some(({ repository_id }) => repository_id === repository.id)) return
    if (pinned.length >= repositoriesMax) throw tooMany('repositories', repositoriesMax)
    await tx.all(insertPin, { ...pin, created_at: app.now().toISOString() })
    await recordAudit(app, tx, { ...lineOf(account, repository), action: 'repository.pin' })
    await recordNotice(app, tx, repository.id)
  }, repository.id)
}

export async function unpinRepository(app: Recording, { account, repository }: Own): Promise<void> {
  const pin = { account_id: account.id, repository_id: repository.id }
  await app.store.transaction(async (tx) => {
    if (!(await tx.first(deletePin, pin))) return
    await recordAudit(app, tx, { ...lineOf(account, repository), action: 'repository.unpin' })
    await recordNotice(app, tx, repository.id)
  }, repository.id)
}

/** What somebody looks at is their own affair, and not the repository's. */
const lineOf = (account: Account, repository: Repository) => ({
  owner_id: account.id,
  subject: fullNameOf(repository),
})

/** Whatever became of the person's access to them since. */
export async function findPinned(db: Db, account: Pick<Account, 'id'>): Promise<Set<number>> {
  const pinned = await db.all(pinnedRepositories, { account_id: account.id })
  return new Set(pinned.map(({ repository_id }) => repository_id))
}
