import { randomBytes } from 'node:crypto'
import type { App } from '../app.ts'
import { findEnvironment } from '../environments/environments.ts'
import { invalidField, notFound } from '../lib/problem.ts'
import type { RepositoryCall } from '../repositories/repositories.ts'
import type { Db, Tx } from '../store/engine.ts'
import type { KeyPairRow, SecretRow } from '../store/tables.ts'
import {
  type Holder,
  heldBy,
  privateKeyContextOf,
  type SealedSecret,
  settingName,
  valueBytesMax,
  valueContextOf,
} from './model.ts'
import {
  countSecrets,
  deleteSecret,
  insertKeyPair,
  insertSecret,
  keyPairOf,
  secretNamed,
  updateSecret,
} from './queries.ts'
import { type KeyPair, newKeyPair, openSealedBox } from './sealed-box.ts'

type Changing = Pick<App, 'store' | 'now' | 'seal'>

/** Where requests find a kind of holder, below a repository. */
export type Level = {
  readonly kind: Holder['kind']
  /** What the paths of its secrets and variables begin with. */
  readonly base: string
  /** The same, with the names of this request. */
  readonly pathOf: (call: RepositoryCall) => string
  /** Throws `not_found`. Asked again inside each transaction: what was there may be gone. */
  readonly find: (db: Db, call: RepositoryCall) => Promise<Holder>
}

export const levels: readonly Level[] = [
  {
    kind: 'environment',
    base: '/environments/:environment_name',
    pathOf: (call) => `/environments/${encodeURIComponent(environmentNameIn(call))}`,
    async find(db, call) {
      const environment = await findEnvironment(db, call.repository.id, environmentNameIn(call))
      return { kind: 'environment', id: environment.id }
    },
  },
  {
    kind: 'repository',
    base: '/actions',
    pathOf: () => '/actions',
    find: async (_db, { repository }) => ({ kind: 'repository', id: repository.id }),
  },
]

const environmentNameIn = ({ params }: RepositoryCall) => params['environment_name'] ?? ''

/** The name in a path as it is kept; what cannot be a name names nothing. Throws `not_found`. */
export function nameIn(text: string | undefined): string {
  const parsed = settingName.safeParse(text)
  if (!parsed.success) throw notFound()
  return parsed.data
}

/** Whose secrets or variables a request is about. */
export type Place = {
  readonly repositoryId: number
  /** Throws `not_found`. */
  readonly find: (db: Db) => Promise<Holder>
}

export const placeOf = (level: Level, call: RepositoryCall): Place => ({
  repositoryId: call.repository.id,
  find: (db) => level.find(db, call),
})

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
  }, place.repositoryId)
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
    return await writeSecret(tx, holder, { name, value: sealed, now: app.now().toISOString() })
  }, place.repositoryId)
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

/** Of one holder, environment or repository (contract 5.3). */
const secretsMax = 100

type NewValue = { readonly name: string; readonly value: string; readonly now: string }

async function writeSecret(tx: Tx, holder: Holder, { name, value, now }: NewValue) {
  const before = await tx.first(secretNamed(holder), { holder_id: holder.id, name })
  if (before) {
    await tx.first(updateSecret, { id: before.id, value, updated_at: now })
    return 'updated'
  }
  const count = await tx.first(countSecrets(holder), { holder_id: holder.id })
  if ((count?.count ?? 0) >= secretsMax) {
    const message = `there are ${secretsMax} secrets already, as many as a ${holder.kind} may have`
    throw secretProblem('name', message)
  }
  await tx.first(insertSecret, { ...heldBy(holder), name, value, created_at: now, updated_at: now })
  return 'created'
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
  }, place.repositoryId)
}

const staleKey = () =>
  secretProblem('key_id', 'key_id is not that of the public key: get the public key again')

const secretProblem = (field: string, message: string) =>
  invalidField({ resource: 'Secret', field, code: 'custom', message })
