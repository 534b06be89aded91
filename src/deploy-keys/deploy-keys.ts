import type { z } from 'zod'
import type { App } from '../app.ts'
import { recordAudit } from '../audit/audit.ts'
import type { UserActor } from '../auth/model.ts'
import { recordEvent } from '../events/events.ts'
import type { Page } from '../http/page.ts'
import { invalidField, notFound } from '../lib/problem.ts'
import type { Repository } from '../repositories/model.ts'
import { eventFrame } from '../repositories/payload.ts'
import { type Db, Duplicate, type Tx } from '../store/engine.ts'
import type { DeployKeyRow } from '../tables/repositories.ts'
import { type DeployKey, type newDeployKey, titleOf } from './model.ts'
import { deployKeyInEvent } from './payload.ts'
import { fingerprintOf, parsePublicKey } from './public-key.ts'
import {
  countDeployKeys,
  deleteDeployKey,
  deployKeyByFingerprint,
  deployKeysOf,
  insertDeployKey,
  type NewDeployKeyRow,
  touchDeployKey,
} from './queries.ts'

type Recorder = Pick<App, 'store' | 'now' | 'signals' | 'urls' | 'who'>

/** Throws an `invalid` Problem for what is no public key, and for one that is in use anywhere on this server. */
export async function createDeployKey(
  app: Recorder,
  actor: UserActor,
  repository: Repository,
  request: z.infer<typeof newDeployKey>,
): Promise<DeployKey> {
  const row = rowOf(request, actor, repository, app.now())
  try {
    return await app.store.transaction(async (tx) => {
      const key = await tx.first(insertDeployKey, row)
      if (!key) throw new Error('The new deploy key was not returned')
      await recordKeyEvent(app, tx, 'created', { key, repository, actor })
      return { ...key, added_by: actor.account.login }
    }, repository.id)
  } catch (error) {
    if (error instanceof Duplicate) throw keyProblem('key is already in use')
    throw error
  }
}

function rowOf(
  { key, title, read_only }: z.infer<typeof newDeployKey>,
  { account, token_id, limits }: UserActor,
  repository: Repository,
  now: Date,
): NewDeployKeyRow {
  const parsed = parsePublicKey(key)
  if (parsed.kind === 'fault') throw keyProblem(`key is invalid. ${capitalized(parsed.reason)}`)
  const { type, blob, comment } = parsed.key
  const fingerprint = fingerprintOf(blob)
  return {
    repository_id: repository.id,
    title: title?.trim() || titleOf(comment, fingerprint),
    key: `${type} ${blob.toString('base64')}`,
    fingerprint,
    read_only: read_only ? 1 : 0,
    created_at: now.toISOString(),
    last_used: null,
    added_by_id: account.id,
    // It goes with a token that has scopes; what an App adds outlives the App's hour (contract 3.3).
    token_id: limits ? null : token_id,
  }
}

const capitalized = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`

/** GitHub calls the resource PublicKey here (contract 3.3). */
const keyProblem = (message: string) =>
  invalidField({ resource: 'PublicKey', code: 'custom', field: 'key', message })

/** Throws `not_found`. From the commit on, nobody signs in with it. */
export async function removeDeployKey(
  app: Recorder,
  actor: UserActor,
  repository: Repository,
  id: number,
): Promise<void> {
  await app.store.transaction(async (tx) => {
    const key = await tx.first(deleteDeployKey, { repository_id: repository.id, id })
    if (!key) throw notFound()
    await recordKeyEvent(app, tx, 'deleted', { key, repository, actor })
  }, repository.id)
}

type KeyEvent = { key: DeployKeyRow; repository: Repository; actor: UserActor }

async function recordKeyEvent(
  app: Recorder,
  tx: Tx,
  action: 'created' | 'deleted',
  { key, repository, actor }: KeyEvent,
): Promise<void> {
  const payload = {
    action,
    key: deployKeyInEvent(key, repository, app.urls),
    ...eventFrame(repository, actor.account, app.urls),
  }
  await recordAudit(app, tx, {
    action: action === 'created' ? 'deploy_key.create' : 'deploy_key.delete',
    repository_id: repository.id,
    subject: `deploy key ${key.id}`,
    [action === 'created' ? 'after' : 'before']: {
      title: key.title,
      fingerprint: key.fingerprint,
      read_only: key.read_only === 1,
    },
  })
  const ordering_key = `deploy_key:${key.id}`
  await recordEvent(app, tx, {
    repository_id: repository.id,
    name: 'deploy_key',
    payload,
    ordering_key,
  })
}

/** One page of a repository's keys, oldest first, and how many there are in all. */
export async function findDeployKeys(
  db: Db,
  repository: Repository,
  { limit, offset }: Pick<Page, 'limit' | 'offset'>,
): Promise<{ keys: DeployKey[]; total: number }> {
  const of = { repository_id: repository.id }
  const [keys, count] = await Promise.all([
    db.all(deployKeysOf, { ...of, limit, offset }),
    db.first(countDeployKeys, of),
  ])
  return { keys, total: count?.count ?? 0 }
}

/** The deploy key that an SSH client shows (`blob`: SSH's own encoding), or undefined. Its `repository_id` is the only one it opens. */
export async function findDeployKeyByBlob(db: Db, blob: Buffer): Promise<DeployKeyRow | undefined> {
  return await db.first(deployKeyByFingerprint, { fingerprint: fingerprintOf(blob) })
}

/** `last_used` is for people: a minute is exact enough, and spares a write with every connection. */
const lastUseGrainMs = 60_000
/** How a socket for both families writes an IPv4 address. */
const mappedPrefix = /^::ffff:(?=\d+\.)/

/** Call when somebody has proved to hold the key. Never fails: no clone should, because a clock could not be written down. */
export async function noteKeyUse(
  app: Pick<App, 'store' | 'now' | 'log'>,
  key: Pick<DeployKeyRow, 'id' | 'repository_id' | 'last_used'>,
  address: string,
): Promise<void> {
  const now = app.now()
  if (key.last_used && now.getTime() - Date.parse(key.last_used) < lastUseGrainMs) return
  const last_used_address = address.replace(mappedPrefix, '') || null
  const use = { id: key.id, last_used: now.toISOString(), last_used_address }
  try {
    await app.store.transaction((tx) => tx.all(touchDeployKey, use), key.repository_id)
  } catch (error) {
    app.log.warn({ err: error, key_id: key.id }, 'deploy_key.last_use_not_recorded')
  }
}
