import { createHmac, hash, randomBytes } from 'node:crypto'
import { findAccountById } from '../accounts/accounts.ts'
import type { Account } from '../accounts/model.ts'
import type { App } from '../app.ts'
import { recordAudit } from '../audit/audit.ts'
import { isSameText, Secret } from '../lib/secret.ts'
import type { Tx } from '../store/engine.ts'
import type { SessionRow } from '../tables/accounts.ts'
import { type Session, sessionMs } from './model.ts'
import {
  deleteEndedSessions,
  deleteOtherSessions,
  deleteSession,
  deleteSessionsOf,
  insertSession,
  sessionByHash,
  sessionsOf,
  touchSession,
} from './queries.ts'

type Parts = Pick<App, 'store' | 'now' | 'log'>
type Recording = Pick<App, 'store' | 'now' | 'signals' | 'who'>

const keyBytes = 32
const keyPattern = /^[\w-]{43}$/
/** `last_seen_at` is for people: a minute is exact enough, and spares a write with every page. */
const seenGrainMs = 60_000

/** What a browser's cookie holds, before and after somebody signs in: 256 random bits, never the same for both. */
export const newVisitorKey = () => new Secret(randomBytes(keyBytes).toString('base64url'))

/** Of a cookie; undefined where it cannot be one of ours. */
export const visitorKeyIn = (text: string | undefined): Secret | undefined =>
  text !== undefined && keyPattern.test(text) ? new Secret(text) : undefined

const hashOf = (key: Secret) => hash('sha256', key.reveal(), 'hex')

type Browser = Pick<SessionRow, 'address' | 'user_agent'> & Partial<Pick<SessionRow, 'method'>>

/** Signs the account in. The new key is for the browser's cookie and is kept nowhere. */
export async function startSession(
  app: Recording,
  account: Account,
  { address, user_agent, method = 'password' }: Browser,
): Promise<Secret> {
  const key = newVisitorKey()
  const now = app.now()
  const created_at = now.toISOString()
  const expires_at = new Date(now.getTime() + sessionMs).toISOString()
  const times = { created_at, last_seen_at: created_at, expires_at }
  await app.store.transaction(async (tx) => {
    await tx.all(deleteEndedSessions, { now: created_at })
    const from = { address, user_agent, method, account_id: account.id }
    await tx.all(insertSession, { ...from, ...times, hash: hashOf(key) })
    const { id: actor_id, login: actor } = account
    const who = { ...app.who, actor_kind: 'user', actor_id, actor } as const
    const line = { action: 'sign_in.success', owner_id: actor_id, after: { method } }
    await recordAudit({ ...app, who }, tx, line)
  })
  return key
}

/** Who is signed in with this key, if anybody is; nobody who is suspended. */
export async function findSession(
  app: Parts,
  key: Secret,
  address?: string,
): Promise<Session | undefined> {
  return await findSessionAgain(app, { hash: hashOf(key) }, address)
}

/** The same session as it is now: undefined once it has ended, or was revoked. */
export async function findSessionAgain(
  app: Parts,
  { hash }: Pick<SessionRow, 'hash'>,
  address?: string,
): Promise<Session | undefined> {
  const now = app.now().toISOString()
  const row = await app.store.read.first(sessionByHash, { hash, now })
  const account = row && (await findAccountById(app.store.read, row.account_id))
  if (!row || !account || account.suspended_at !== null) return undefined
  noteSight(app, row, address ?? row.last_seen_address)
  return { ...row, account }
}

/** Not waited for: no page should take longer, or fail, because a clock could not be written down. */
function noteSight(app: Parts, { id, last_seen_at }: SessionRow, address: string | null): void {
  const now = app.now()
  if (now.getTime() - Date.parse(last_seen_at) < seenGrainMs) return
  const sight = { id, last_seen_at: now.toISOString(), last_seen_address: address }
  app.store
    .transaction((tx) => tx.all(touchSession, sight))
    .catch((error: unknown) => app.log.warn({ err: error }, 'session.sight_not_recorded'))
}

/** Those that have not ended, the latest seen first. */
export const findSessions = (
  app: Pick<App, 'store' | 'now'>,
  account: Account,
): Promise<SessionRow[]> =>
  app.store.read.all(sessionsOf, { account_id: account.id, now: app.now().toISOString() })

/** Ends one of the account's own sessions; one that is not there has ended already. */
export async function endSession(
  app: Pick<App, 'store' | 'now' | 'signals' | 'who'>,
  session: Pick<SessionRow, 'id' | 'account_id'>,
): Promise<void> {
  await app.store.transaction(async (tx) => {
    await tx.all(deleteSession, session)
    const { id, account_id: owner_id } = session
    await recordAudit(app, tx, { action: 'session.end', owner_id, subject: `session ${id}` })
  })
}

/** Ends all of the account's sessions but this one. */
export async function endOtherSessions(
  app: Pick<App, 'store' | 'now' | 'signals' | 'who'>,
  { id, account_id }: Pick<SessionRow, 'id' | 'account_id'>,
): Promise<void> {
  await app.store.transaction(async (tx) => {
    await tx.all(deleteOtherSessions, { id, account_id })
    await recordAudit(app, tx, { action: 'session.end_others', owner_id: account_id })
  })
}

/** Every browser must sign in anew, as after a change of password. */
export async function endSessions(tx: Tx, account: Account): Promise<void> {
  await tx.all(deleteSessionsOf, { account_id: account.id })
}

/** What every form of this visitor carries: another site can make a browser post, but cannot know this. */
export const formTokenOf = (key: Secret): string =>
  createHmac('sha256', key.reveal()).update('form').digest('base64url')

export const isFormToken = (key: Secret, text: string): boolean =>
  isSameText(formTokenOf(key), text)
