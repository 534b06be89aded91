import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { Problem } from '../lib/problem.ts'
import { type Seal, sealKeyBytes, sealWith } from '../lib/seal.ts'
import type { Tx } from '../store/engine.ts'
import type { Store } from '../store/store.ts'
import { insertSetting, settingByName, updateSetting } from './settings.ts'

const probe = { name: 'secret_key_probe', text: 'This text opens with the right key.' }

const pathsIn = (folder: string) => ({
  key: join(folder, 'secret.key'),
  /** The key of a rotation that has not ended, or came to nothing. */
  next: join(folder, 'secret.key.next'),
  /** The key before the last rotation. */
  old: join(folder, 'secret.key.old'),
})

/**
 * The key that seals secrets in the database, from `secret.key` in the data
 * folder; made on the first start. A database that was sealed with another key
 * (the file was lost, or is from elsewhere) stops the start. Ends a rotation
 * that was interrupted after its commit.
 */
export async function openSeal(folder: string, store: Store): Promise<Seal> {
  const { key, next } = pathsIn(folder)
  const sealed = await findProbe(store)
  if (sealed === undefined) return await firstSeal(key, store)
  const current = existsSync(key) ? sealWith(readKey(key)) : undefined
  if (current && opens(current, sealed)) return current
  if (isKey(next) && opens(sealWith(readKey(next)), sealed)) {
    putInPlace(folder)
    return sealWith(readKey(key))
  }
  throw new Problem(
    'invalid',
    current
      ? `${key} is not the key that the secrets in this database were sealed with. Restore the right one from a backup.`
      : `${key} is missing, and the secrets in the database cannot be opened without it. Restore it from a backup.`,
  )
}

const findProbe = async ({ read }: Store) =>
  (await read.first(settingByName, { name: probe.name }))?.value

/** A database that holds no secret yet takes the key that is there, or a new one. */
async function firstSeal(path: string, store: Store): Promise<Seal> {
  if (!existsSync(path)) writeKey(path)
  const seal = sealWith(readKey(path))
  const value = seal.seal(probe.text, probe.name)
  await store.transaction((tx) => tx.all(insertSetting, { name: probe.name, value }))
  return seal
}

/**
 * Seals everything anew, by `reseal`, with a new key. Killed at any moment, the
 * next start finds a key that opens everything:
 *
 * 1. The new key is on the disk, as `secret.key.next`, beside the current one.
 * 2. One transaction seals every value and the probe with it. Before its commit
 *    the current key opens all, after it the new one.
 * 3. The current key gets a second name, `secret.key.old`.
 * 4. The new key takes the name `secret.key`, in one step.
 *
 * Were the rename before the commit, the server would be without the key of what
 * it has. A key is not deleted: an older backup of the database needs it, and so
 * would another database, had this been the wrong one. Throws `invalid` for a
 * database in which nothing was ever sealed.
 */
export async function rotateKey(
  folder: string,
  store: Store,
  reseal: (tx: Tx, from: Seal, to: Seal) => Promise<number>,
): Promise<number> {
  if ((await findProbe(store)) === undefined) {
    throw new Problem(
      'invalid',
      'No server has run with this database. Give the --data and DATABASE_URL that the server has.',
    )
  }
  const from = await openSeal(folder, store)
  const { next } = pathsIn(folder)
  rmSync(next, { force: true })
  writeKey(next)
  const to = sealWith(readKey(next))
  const count = await store.transaction(async (tx) => {
    await tx.all(updateSetting, { name: probe.name, value: to.seal(probe.text, probe.name) })
    return await reseal(tx, from, to)
  })
  putInPlace(folder)
  return count
}

/** Steps 3 and 4; interrupted between them, they can be done again. */
function putInPlace(folder: string): void {
  const { key, next, old } = pathsIn(folder)
  if (existsSync(key)) {
    rmSync(old, { force: true })
    linkSync(key, old)
  }
  renameSync(next, key)
  flush(folder)
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
  flush(dirname(path))
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
/** There may be none, and a crash may leave half of one. */
const isKey = (path: string) => existsSync(path) && keyIn(path).length === sealKeyBytes
