import { hash } from 'node:crypto'
import type { AuditEntry } from './model.ts'

/** What the first link is hashed over. */
export const noHash = '0'.repeat(64)

/** The hash of an entry at its place, over the hash before it: whoever changes one changes all that follow. */
export const linkHash = (previous: string, position: number, entry: AuditEntry): string =>
  hash('sha256', JSON.stringify({ position, previous, ...entry }))

/** A line of an export: an entry, its place, and the hashes that hold it there. */
export type Link = AuditEntry & {
  readonly position: number
  readonly previous: string
  readonly hash: string
}

export type Verdict =
  | { readonly kind: 'whole'; readonly count: number; readonly last: Link | undefined }
  /** The first link that does not hold. */
  | { readonly kind: 'broken'; readonly position: number; readonly reason: string }

/** Follows the chain, from its beginning or from where an export begins. */
export async function verify(links: AsyncIterable<Link> | Iterable<Link>): Promise<Verdict> {
  let last: Link | undefined
  let count = 0
  for await (const link of links) {
    const reason = faultOf(link, last)
    if (reason) return { kind: 'broken', position: link.position, reason }
    last = link
    count++
  }
  return { kind: 'whole', count, last }
}

function faultOf(link: Link, last: Link | undefined): string | undefined {
  const { position, previous, hash: kept, ...entry } = link
  if (last && position !== last.position + 1) {
    return `it follows ${last.position}: what was between is gone`
  }
  if (last ? previous !== last.hash : position === 1 && previous !== noHash) {
    return 'it does not go on from the hash of the one before it'
  }
  return linkHash(previous, position, entry) === kept
    ? undefined
    : 'what it says is not what was hashed'
}
