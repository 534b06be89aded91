import type { App } from '../app.ts'
import type { AuditEntryRow } from '../tables/events.ts'
import { type Link, noHash } from './link.ts'
import { entryOf } from './model.ts'
import { chainedEntries, firstSince } from './queries.ts'

type Reading = Pick<App, 'store'>

/** The chain as it stands, from its beginning or from the first link that is as new. */
export async function* readChain(
  app: Reading,
  { since }: { readonly since?: string | undefined },
): AsyncGenerator<Link> {
  const first = since === undefined ? 1 : await findFirst(app, since)
  let previous = noHash
  // From one before, whose hash the first goes on from.
  for await (const row of rowsAfter(app, Math.max(first - 2, 0))) {
    const { position, hash } = row
    if (position === null || hash === null) return
    if (position >= first) yield { position, previous, hash, ...entryOf(row) }
    previous = hash
  }
}

const findFirst = async ({ store }: Reading, since: string): Promise<number> =>
  (await store.read.first(firstSince, { since }))?.position ?? Number.MAX_SAFE_INTEGER

const linksPerRead = 500

async function* rowsAfter({ store }: Reading, start: number): AsyncGenerator<AuditEntryRow> {
  for (let after = start; ; ) {
    const rows = await store.read.all(chainedEntries, { after, limit: linksPerRead })
    yield* rows
    if (rows.length < linksPerRead) return
    after = rows.at(-1)?.position ?? after
  }
}
