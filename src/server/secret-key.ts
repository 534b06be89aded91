import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { Problem } from '../lib/problem.ts'
import { type Seal, sealKeyBytes, sealWith } from '../lib/seal.ts'
import type { Tx } from '../store/engine.ts'
import { query } from '../store/query.ts'
import type { Store } from '../store/store.ts'

type Setting = { name: string; value: string }

const settingByName = query((db, p: { name: string }) =>
  db.selectFrom('settings').select('value').where('name', '=', p.name),
)
const insertSetting = query((db, p: Setting) =>
  db.insertInto('settings').values({ name: p.name, value: p.value }),
)
const updateSetting = query((db, p: Setting) =>
  db.updateTable('settings').set({ value: p.value }).where('name', '=', p.name),
)

const probe = { name: 'secret_key_probe', text: 'This text opens with the right key.' }

const pathsIn = (folder: string) => ({
  key: join(folder, 'secret.key'),
  /** The key of a rotation that has not ended. */
  next: join(folder, 'secret.key.next'),
})

/**
 * The key that seals secrets in the database, from `secret.key` in the data
 * folder; made on the first start. A database that was sealed with another key
 * (the file was lost, or is from elsewhere) stops the start. Ends a rotation
 * that was interrupted, one way or the other: the database says which.
 */
export async function openSeal(folder: string, store: Store): Promise<Seal> {
  const { key, next } = pathsIn(folder)
  const sealed = (await store.read.first(settingByName, { name: probe.name }))?.value
  if (sealed === undefined) return await firstSeal(key, store)
  if (existsSync(next)) settleRotation(folder, sealed)
  if (!existsSync(key)) {
    throw new Problem(
      'invalid',
      `${key} is missing, and the secrets in the database cannot be opened without it. Restore it from a backup.`,
    )
  }
  const seal = sealWith(readKey(key))
  if (opens(seal, sealed)) return seal
  throw new Problem(
    'invalid',
    `${key} is not the key that the secrets in this database were sealed with. Restore the right one from a backup.`,
  )
}

/** A database that holds no secret yet takes the key that is there, or a new one. */
async function firstSeal(path: string, store: Store): Promise<Seal> {
  if (!existsSync(path)) writeKey(path)
  const seal = sealWith(readKey(path))
  const value = seal.seal(probe.text, probe.name)
  await store.transaction((tx) => tx.all(insertSetting, { name: probe.name, value }))
  return seal
}

/** The new key is the right one if the rotation was committed, and of no use to anybody if it was not. */
function settleRotation(folder: string, sealed: string): void {
  const { key, next } = pathsIn(folder)
  const isCommitted = isKey(next) && opens(sealWith(readKey(next)), sealed)
  if (isCommitted) renameSync(next, key)
  else rmSync(next)
  flush(folder)
}

/**
 * Seals everything anew, by `reseal`, with a new key, and forgets the old one.
 * Killed at any moment, the next start finds a key that opens everything:
 *
 * 1. The new key is on the disk, as `secret.key.next`, beside the old one.
 * 2. One transaction seals every value and the probe with it. Before its commit
 *    the old key opens all, after it the new one.
 * 3. The new key takes the old one's name, in one step.
 *
 * With the commit first the new key could be lost with it; with the rename
 * first, the old key while it is needed.
 */
export async function rotateKey(
  folder: string,
  store: Store,
  reseal: (tx: Tx, from: Seal, to: Seal) => Promise<number>,
): Promise<number> {
  const from = await openSeal(folder, store)
  const { key, next } = pathsIn(folder)
  writeKey(next)
  const to = sealWith(readKey(next))
  const count = await store.transaction(async (tx) => {
    await tx.all(updateSetting, { name: probe.name, value: to.seal(probe.text, probe.name) })
    return await reseal(tx, from, to)
  })
  renameSync(next, key)
  flush(folder)
  return count
}

function opens(seal: Seal, sealed: string): boolean {
  try {
    return seal.open(sealed, probe.name) === probe.text
  } catch {
    // Not this key, or not this database.
    return false
  }
}

function writeKey(path: string): void {
  const text = `${randomBytes(sealKeyBytes).toString('base64')}\n`
  writeFileSync(path, text, { mode: 0o600, flag: 'wx', flush: true })
  flush(join(path, '..'))
}

/** A name is on the disk only once its folder is. */
function flush(folder: string): void {
  const handle = openSync(folder, 'r')
  fsyncSync(handle)
  closeSync(handle)
}

function readKey(path: string): Buffer {
  chmodSync(path, 0o600)
  const key = keyIn(path)
  if (key.length === sealKeyBytes) return key
  throw new Problem(
    'invalid',
    `${path} does not hold a key: ${sealKeyBytes} bytes in base64 are expected`,
  )
}

const keyIn = (path: string) => Buffer.from(readFileSync(path, 'utf8').trim(), 'base64')
/** A crash may leave half of one. */
const isKey = (path: string) => keyIn(path).length === sealKeyBytes
