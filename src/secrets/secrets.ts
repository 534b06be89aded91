import { randomBytes } from 'node:crypto'
import type { App } from '../app.ts'
import { recordAudit } from '../audit/audit.ts'
import { findLine, recordAudience } from '../holders/holders.ts'
import { type Audience, type Holder, heldBy, holderOf } from '../holders/model.ts'
import type { Place } from '../holders/route.ts'
import type { Page } from '../http/page.ts'
import { invalidField, notFound } from '../lib/problem.ts'
import { type KeyPair, newKeyPair, openSealedBox, sealBox } from '../sealed-box/sealed-box.ts'
import type { Db, Tx } from '../store/engine.ts'
import type { KeyPairRow, SecretRow } from '../tables/secrets.ts'
import { privateKeyContextOf, type SealedSecret, valueBytesMax, valueContextOf } from './model.ts'
import {
  countSecrets,
  countSharedSecrets,
  deleteSecret,
  insertKeyPair,
  insertSecret,
  keyPairOf,
  secretNamed,
  secretsOf,
  sharedSecrets,
  updateSecret,
} from './queries.ts'

type Changing = Pick<App, 'store' | 'now' | 'signals' | 'seal' | 'who'>

/** The pair that secrets for this holder are sent under, made when first asked for. Throws `not_found`. */
export async function ensureKeyPair(app: Changing, place: Place): Promise<KeyPairRow> {
  const holder = await place.find(app.store.read)
  const known = await app.store.read.first(keyPairOf(holder), { holder_id: holder.id })
  if (known) return known
  const pair = await newKeyPair()
  return await app.store.transaction(async (tx) => {
    const found = await place.find(tx)
    const there = await tx.first(keyPairOf(found), { holder_id: found.id })
    const made = there ?? (await tx.first(insertKeyPair, keyPairRow(app, found, pair)))
    if (!made) throw new Error('The new key pair was not returned')
    return made
  }, place.lockId)
}

const keyPairRow = (
  app: Changing,
  holder: Holder,
  { public_key, private_key }: KeyPair,
): Omit<KeyPairRow, 'id'> => ({
  ...heldBy(holder),
  key_id: String(randomBytes(8).readBigUInt64BE()),
  public_key,
  private_key: app.seal.seal(private_key, privateKeyContextOf(holder)),
  created_at: app.now().toISOString(),
})

/**
 * Keeps a secret that came in a sealed box. Throws `not_found`, and `invalid`
 * for a key that is not the holder's now, for a box that it does not open, and
 * for too much of anything (contract 5.2 and 5.3).
 */
export async function putSecret(
  app: Changing,
  place: Place,
  name: string,
  request: SealedSecret,
): Promise<'created' | 'updated'> {
  const value = await openSecret(app, place, request)
  return await app.store.transaction(async (tx) => {
    const holder = await place.find(tx)
    const pair = await tx.first(keyPairOf(holder), { holder_id: holder.id })
    if (pair?.key_id !== request.key_id) throw staleKey()
    const sealed = app.seal.seal(value.toString('base64'), valueContextOf(holder, name))
    const visibility = request.visibility ?? null
    const kept = { name, value: sealed, visibility, updated_at: app.now().toISOString() }
    const { outcome, id } = await writeSecret(tx, holder, kept)
    await recordAudience(tx, { kept: 'secret', id, holder, visibility }, request)
    const action = outcome === 'created' ? 'secret.create' : 'secret.update'
    await recordAudit(app, tx, {
      ...(await findLine(tx, holder)),
      action,
      subject: `secret ${name}`,
    })
    return outcome
  }, place.lockId)
}

async function openSecret(app: Changing, place: Place, request: SealedSecret): Promise<Buffer> {
  const holder = await place.find(app.store.read)
  const pair = await app.store.read.first(keyPairOf(holder), { holder_id: holder.id })
  if (pair?.key_id !== request.key_id) throw staleKey()
  const private_key = app.seal.open(pair.private_key, privateKeyContextOf(holder))
  const value = await openSealedBox(request.encrypted_value, { ...pair, private_key })
  if (!value) {
    const message = 'encrypted_value cannot be opened: seal it with the public key of this key_id'
    throw secretProblem('encrypted_value', message)
  }
  if (value.length <= valueBytesMax) return value
  const message = `value is too long: it has ${value.length} bytes, ${valueBytesMax} are allowed`
  throw secretProblem('encrypted_value', message)
}

/** Of one holder (contract 5.3; GitHub: "Using secrets in GitHub Actions"). */
const secretsMax = { environment: 100, repository: 100, organization: 1000 } as const

type NewValue = Pick<SecretRow, 'name' | 'value' | 'visibility' | 'updated_at'>
type Written = { readonly outcome: 'created' | 'updated'; readonly id: number }

async function writeSecret(tx: Tx, holder: Holder, secret: NewValue): Promise<Written> {
  const { name, updated_at } = secret
  const before = await tx.first(secretNamed(holder), { holder_id: holder.id, name })
  if (before) {
    await tx.first(updateSecret, { ...secret, id: before.id })
    return { outcome: 'updated', id: before.id }
  }
  const max = secretsMax[holder.kind]
  const count = await tx.first(countSecrets(holder), { holder_id: holder.id })
  if ((count?.count ?? 0) >= max) {
    const message = `there are ${max} secrets already, as many as the ${holder.kind} may have`
    throw secretProblem('name', message)
  }
  const row = { ...heldBy(holder), ...secret, created_at: updated_at }
  const made = await tx.first(insertSecret, row)
  if (!made) throw new Error('The new secret was not returned')
  return { outcome: 'created', id: made.id }
}

/**
 * The same of a value that came in the clear: sealed here as a client would have sealed it, so that
 * there is one way in. Throws as `putSecret`.
 */
export async function sealSecret(
  app: Changing,
  place: Place,
  name: string,
  { value, ...audience }: Partial<Audience> & { readonly value: string },
): Promise<'created' | 'updated'> {
  const { key_id, public_key } = await ensureKeyPair(app, place)
  const encrypted_value = await sealBox(Buffer.from(value), public_key)
  return await putSecret(app, place, name, { encrypted_value, key_id, ...audience })
}

/** Changes which repositories see an organisation's secret. Throws `not_found`, and `invalid` for one of somebody else's. */
export async function shareSecret(
  app: Changing,
  place: Place,
  name: string,
  audience: Audience,
): Promise<void> {
  const { visibility, selected_repository_ids: repository_ids = [] } = audience
  await app.store.transaction(async (tx) => {
    const holder = await place.find(tx)
    const before = await findSecret(tx, holder, name)
    await tx.first(updateSecret, { ...before, visibility })
    await recordAudience(tx, { kept: 'secret', id: before.id, holder, visibility }, audience)
    await recordAudit(app, tx, {
      ...(await findLine(tx, holder)),
      action: 'secret.select',
      subject: `secret ${name}`,
      after: { visibility, repository_ids },
    })
  }, place.lockId)
}

/** One page of a holder's secrets, oldest first, and how many there are in all. */
export async function findSecrets(
  db: Db,
  holder: Holder,
  { limit, offset }: Pick<Page, 'limit' | 'offset'>,
): Promise<{ secrets: SecretRow[]; total: number }> {
  const of = { holder_id: holder.id }
  const [secrets, count] = await Promise.all([
    db.all(secretsOf(holder), { ...of, limit, offset }),
    db.first(countSecrets(holder), of),
  ])
  return { secrets, total: count?.count ?? 0 }
}

/** One page of what the repository's organisation shows it, oldest first, and how much that is in all. */
export async function findSharedSecrets(
  db: Db,
  repositoryId: number,
  { limit, offset }: Pick<Page, 'limit' | 'offset'>,
): Promise<{ secrets: SecretRow[]; total: number }> {
  const of = { repository_id: repositoryId }
  const [secrets, count] = await Promise.all([
    db.all(sharedSecrets, { ...of, limit, offset }),
    db.first(countSharedSecrets, of),
  ])
  return { secrets, total: count?.count ?? 0 }
}

/** Throws `not_found`. */
export async function findSecret(db: Db, holder: Holder, name: string): Promise<SecretRow> {
  const secret = await db.first(secretNamed(holder), { holder_id: holder.id, name })
  if (!secret) throw notFound()
  return secret
}

/** Throws `not_found`. */
export async function removeSecret(app: Changing, place: Place, name: string): Promise<void> {
  await app.store.transaction(async (tx) => {
    const holder = await place.find(tx)
    if (!(await tx.first(deleteSecret(holder), { holder_id: holder.id, name }))) throw notFound()
    const line = { action: 'secret.delete', subject: `secret ${name}` }
    await recordAudit(app, tx, { ...(await findLine(tx, holder)), ...line })
  }, place.lockId)
}

/** Still sealed: the environment's, then the repository's, then what its organisation shows it. */
export async function findSecretLevels(
  db: Db,
  { environmentId, repositoryId }: { environmentId: number; repositoryId: number },
): Promise<SecretRow[][]> {
  const environment = { kind: 'environment', id: environmentId } as const
  const repository = { kind: 'repository', id: repositoryId } as const
  const page = (holder: Holder) => ({ holder_id: holder.id, ...allOf(holder.kind) })
  return [
    await db.all(secretsOf(environment), page(environment)),
    await db.all(secretsOf(repository), page(repository)),
    await db.all(sharedSecrets, { repository_id: repositoryId, ...allOf('organization') }),
  ]
}

const allOf = (kind: Holder['kind']) => ({ limit: secretsMax[kind], offset: 0 })

/** Call it where the value leaves for whoever may have it, and nowhere else. */
export const openValue = ({ seal }: Pick<App, 'seal'>, row: SecretRow): Buffer =>
  Buffer.from(seal.open(row.value, valueContextOf(holderOf(row), row.name)), 'base64')

const staleKey = () =>
  secretProblem('key_id', 'key_id is not that of the public key: get the public key again')

const secretProblem = (field: string, message: string) =>
  invalidField({ resource: 'Secret', field, code: 'custom', message })
