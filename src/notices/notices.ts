import type { App } from '../app.ts'
import type { Tx } from '../store/engine.ts'
import { newGuid } from '../store/guid.ts'
import { insertNotice } from './queries.ts'

/** How open pages are told of it; no event of GitHub's is called so. */
export const noticeName = 'changed'

/**
 * Call inside the transaction that changes what pages of a repository show and no event tells of.
 * A notice is a row of the log of events, so that it reaches pages in order with those, after a
 * break and on other nodes as well; it says nothing but where, and neither hooks nor the feed
 * have it.
 */
export async function recordNotice(
  app: Pick<App, 'now' | 'signals'>,
  tx: Tx,
  repository_id: number,
): Promise<void> {
  const now = app.now()
  await tx.all(insertNotice, {
    ...{ guid: newGuid(now), repository_id, name: noticeName, payload: nothing },
    ...{ audience: 'pages', created_at: now.toISOString() },
  })
  tx.onCommit(() => app.signals.emit('deliveries'))
}

const nothing = Buffer.from('{}')
