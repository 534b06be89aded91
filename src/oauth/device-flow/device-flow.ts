import { hash, randomBytes, randomInt } from 'node:crypto'
import type { App } from '../../app.ts'
import { scopeListOf } from '../../auth/scopes.ts'
import type { Tx } from '../../store/engine.ts'
import type { DeviceCodeRow } from '../../tables/programs.ts'
import { type Issued, issueFor, recordGrant } from '../grants/grants.ts'
import { type Client, clientColumns } from '../oauth-apps/model.ts'
import { findClient } from '../oauth-apps/oauth-apps.ts'
import { decidePoll, type Refused } from './decide-poll.ts'
import {
  answerDeviceCode,
  deleteOldDeviceCodes,
  deviceCodeByHash,
  insertDeviceCode,
  pendingByUserCode,
  recordPoll,
  useDeviceCode,
} from './queries.ts'

type Parts = Pick<App, 'store' | 'now' | 'signals' | 'who'>

const expiresInSeconds = 900
const intervalSeconds = 5
const keptMs = 60 * 60 * 1000
/** Consonants alone: nobody is asked to type a word (RFC 8628 6.1). */
const letters = 'BCDFGHJKLMNPQRSTVWXZ'

const hashOf = (deviceCode: string) => hash('sha256', deviceCode, 'hex')

/** Both codes: one for the device to keep, one for the person to type. */
export async function startDeviceFlow(app: Parts, client: Client, scopes: readonly string[]) {
  const device_code = randomBytes(20).toString('hex')
  const user_code = newUserCode()
  const now = app.now().getTime()
  const iso = (ms: number) => new Date(ms).toISOString()
  await app.store.transaction(async (tx) => {
    await tx.all(deleteOldDeviceCodes, { before: iso(now - keptMs) })
    await tx.all(insertDeviceCode, {
      ...clientColumns(client),
      hash: hashOf(device_code),
      user_code,
      scopes: scopes.join(', '),
      state: 'pending',
      interval_seconds: intervalSeconds,
      created_at: iso(now),
      expires_at: iso(now + expiresInSeconds * 1000),
    })
  })
  return { device_code, user_code, expires_in: expiresInSeconds, interval: intervalSeconds }
}

function newUserCode(): string {
  const random = Array.from({ length: 8 }, () => letters[randomInt(letters.length)]).join('')
  return `${random.slice(0, 4)}-${random.slice(4)}`
}

/** However the person typed it. */
function userCodeIn(text: string): string {
  const typed = text.toUpperCase().replace(/[^A-Z]/g, '')
  return `${typed.slice(0, 4)}-${typed.slice(4)}`
}

/** A device that waits for somebody's answer, and for whom it asks. */
export type Request = {
  readonly id: number
  readonly user_code: string
  readonly client: Client
  readonly scopes: readonly string[]
}

export async function findRequest(app: Parts, typed: string): Promise<Request | undefined> {
  const asked = { user_code: userCodeIn(typed), now: app.now().toISOString() }
  const row = await app.store.read.first(pendingByUserCode, asked)
  const clientId = row?.oauth_client_id ?? row?.app_client_id
  const client = clientId && (await findClient(app.store.read, clientId))
  if (!row || !client) return undefined
  return { id: row.id, user_code: row.user_code, client, scopes: scopeListOf(row.scopes) }
}

type Answered = {
  readonly request: Request
  readonly account_id: number
  readonly state: 'authorized' | 'denied'
}

/** Says whether the device was still waiting. */
export async function answerRequest(app: Parts, answered: Answered): Promise<boolean> {
  const { request, account_id, state } = answered
  return await app.store.transaction(async (tx) => {
    if (!(await tx.first(answerDeviceCode, { id: request.id, state, account_id }))) return false
    if (state === 'authorized') await recordGrant(app, tx, { ...request, account_id })
    return true
  })
}

/** The token, once, or why there is none. */
export type Polled = Refused | ({ readonly kind: 'authorized' } & Issued)

export async function pollDeviceFlow(
  app: Parts,
  client: Client,
  deviceCode: string,
): Promise<Polled> {
  return await app.store.transaction(async (tx): Promise<Polled> => {
    const asked = { hash: hashOf(deviceCode), ...clientColumns(client) }
    const row = await tx.first(deviceCodeByHash, asked)
    if (!row) return { kind: 'unknown' }
    const now = app.now()
    const verdict = decidePoll(row, now)
    const interval_seconds =
      verdict.kind === 'too_soon' ? verdict.interval_seconds : row.interval_seconds
    await tx.all(recordPoll, { id: row.id, last_polled_at: now.toISOString(), interval_seconds })
    return verdict.kind === 'authorized' ? await trade(app, tx, { row, client }) : verdict
  })
}

type Authorized = { readonly row: DeviceCodeRow; readonly client: Client }

async function trade(app: Parts, tx: Tx, { row, client }: Authorized): Promise<Polled> {
  const isFirst = await tx.first(useDeviceCode, { id: row.id })
  if (!isFirst || row.account_id === null) return { kind: 'unknown' }
  const grant = { account_id: row.account_id, client, scopes: scopeListOf(row.scopes) }
  return { kind: 'authorized', ...(await issueFor(app, tx, grant)) }
}
