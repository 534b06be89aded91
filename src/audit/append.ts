import type { Tx } from '../store/engine.ts'
import { linkHash, noHash } from './link.ts'
import { entryOf } from './model.ts'
import {
  insertAboutRepository,
  insertEntry,
  insertLink,
  lastEntry,
  type NewEntry,
  placeOfRepository,
} from './queries.ts'

/**
 * Writes an entry behind all others. Where one transaction follows another it is chained as it goes in;
 * where several write at once they would wait for each other's hash, and `chain.ts` does it later.
 */
export async function appendEntry(tx: Tx, entry: NewEntry): Promise<void> {
  const { repository_id } = entry
  if (tx.isSerial && (await appendLink(tx, entry))) return
  if (repository_id === null) await tx.all(insertEntry, entry)
  else await tx.all(insertAboutRepository, { ...entry, repository_id })
}

const start = { id: 0, position: 0, hash: noHash }

/** Not behind an entry that waits to be chained itself, as one of an older version may: its place comes first. */
async function appendLink(tx: Tx, entry: NewEntry): Promise<boolean> {
  const last = (await tx.first(lastEntry, {})) ?? start
  if (last.position === null || last.hash === null) return false
  const id = entry.repository_id
  const place = id === null ? undefined : await tx.first(placeOfRepository, { id })
  const position = last.position + 1
  const row = { ...entry, repository: null, ...place, id: last.id + 1, position, hash: '' }
  await tx.all(insertLink, { ...row, hash: linkHash(last.hash, position, entryOf(row)) })
  return true
}
