import type { App } from '../app.ts'
import type { AuditEntryRow } from '../tables/events.ts'
import { type Link, noHash } from './link.ts'
import { entryOf } from './model.ts'
import { chainedEntries, firstSince } from './queries.ts'

type Reading = Pick<App, 'store'>

/** The chain as it stands beyond a position, which is 0 for all of it. */
export async function* readChain(app: Reading, after: number): AsyncGenerator<Link> {
  let previous = noHash
  // From one before, whose hash the first goes on from.
  for await (const row of rowsAfter(app, Math.max(after - 1, 0))) {
    const { position, hash } = row
    if (position === null || hash === null) return
    if (position > after) yield { position, previous, hash, ...entryOf(row) }
    previous = hash
  }
}

/** What an export leaves out that begins at a time: every position up to this. */
export async function findPositionBefore({ store }: Reading, since: string): Promise<number> {
  const first = await store.read.first(firstSince, { since })
  return (first?.position ?? Number.MAX_SAFE_INTEGER) - 1
}

const linksPerRead = 500

async function* rowsAfter({ store }: Reading, start: number): AsyncGenerator<AuditEntryRow> {
  for (let after = start; ; ) {
    const rows = await store.read.all(chainedEntries, { after, limit: linksPerRead })
    yield* rows
    if (rows.length < linksPerRead) return
    after = rows.at(-1)?.position ?? after
  }
}
