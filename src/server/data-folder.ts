import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Problem } from '../lib/problem.ts'
import { type Seal, sealKeyBytes, sealWith } from '../lib/seal.ts'
import { query } from '../store/query.ts'
import type { Store } from '../store/store.ts'

/** Only the server's own user may look inside: keys and everybody's code lie there. */
export function makeFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
}

const settingByName = query((db, p: { name: string }) =>
  db.selectFrom('settings').select('value').where('name', '=', p.name),
)
const insertSetting = query((db, p: { name: string; value: string }) =>
  db.insertInto('settings').values({ name: p.name, value: p.value }),
)
const probe = { name: 'secret_key_probe', text: 'This text opens with the right key.' }

/**
 * The key that seals secrets in the database, from `secret.key` in the data
 * folder; made on the first start. A database that was sealed with another key
 * (the file was lost, or is from elsewhere) stops the start.
 */
export async function openSeal(folder: string, store: Store): Promise<Seal> {
  const path = join(folder, 'secret.key')
  const sealed = await store.read.first(settingByName, { name: probe.name })
  if (sealed && !existsSync(path)) {
    throw new Problem(
      'invalid',
      `${path} is missing, and the secrets in the database cannot be opened without it. Restore it from a backup.`,
    )
  }
  const seal = sealWith(readOrMakeKey(path))
  if (!sealed) {
    const value = seal.seal(probe.text, probe.name)
    await store.transaction((tx) => tx.all(insertSetting, { name: probe.name, value }))
    return seal
  }
  try {
    seal.open(sealed.value, probe.name)
    return seal
  } catch {
    // Not this key, or not this database.
    throw new Problem(
      'invalid',
      `${path} is not the key that the secrets in this database were sealed with. Restore the right one from a backup.`,
    )
  }
}

function readOrMakeKey(path: string): Buffer {
  if (!existsSync(path)) {
    writeFileSync(path, `${randomBytes(sealKeyBytes).toString('base64')}\n`, {
      mode: 0o600,
      flag: 'wx',
    })
  }
  chmodSync(path, 0o600)
  const key = Buffer.from(readFileSync(path, 'utf8').trim(), 'base64')
  if (key.length === sealKeyBytes) return key
  throw new Problem(
    'invalid',
    `${path} does not hold a key: ${sealKeyBytes} bytes in base64 are expected`,
  )
}
