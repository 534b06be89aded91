import type { Versioned } from './answer.ts'
import { versionText } from './etag.ts'

/** A body as text, once somebody lacked it, and what tells it from others. */
export type Kept = { version?: string | undefined; content?: string }

type Entry = { readonly from: readonly unknown[]; readonly kept: Kept }

/** Goes with the object that a body is about, for whoever asked for it last. */
const entries = new WeakMap<object, Entry>()

/** What is known of a body: from before, if it is made of the very same things. */
export function keptFor({ from, version }: Versioned): Kept {
  const known = from && entries.get(from[0])
  if (known?.from.every((one, at) => one === from?.[at])) return known.kept
  const kept = { version: version && versionText(version()) }
  if (from) entries.set(from[0], { from, kept })
  return kept
}
