import { openRecent } from '../recent/recent.ts'
import type { Versioned } from './answer.ts'
import { versionText } from './etag.ts'

/** A body as text, once somebody lacked it, and what tells it from others. */
export type Kept = { version?: string | undefined; content?: string }

type Entry = { readonly from: readonly unknown[]; readonly kept: Kept }

const bytesMax = 4 * 1024 * 1024
/** A row that a body was made of stays for as long as the body. */
const partBytes = 500

const entries = openRecent<Entry>({
  bytesMax,
  bytesOf: ({ from, kept }) => from.length * partBytes + (kept.content?.length ?? 0),
})

/**
 * What is known of a body: from before, if the one that was made last at this address was made of
 * the very same things. It cannot be out of date: whoever answers has looked anew at all that it
 * is made of, and a row that has changed, and on PostgreSQL every one, is another object.
 */
export function keptFor({ at, from, version }: Versioned): Kept {
  const known = at === undefined ? undefined : entries.get(at)
  if (known && isSame(known.from, from)) return known.kept
  return { version: version && versionText(version()) }
}

/** Call when the body was written. */
export function keep({ at, from }: Versioned, kept: Kept): void {
  if (at !== undefined && from) entries.set(at, { from, kept })
}

const isSame = (known: readonly unknown[], from: Versioned['from']): boolean =>
  known.length === from?.length && known.every((one, n) => one === from[n])
