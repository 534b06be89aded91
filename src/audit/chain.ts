import { setTimeout as sleep } from 'node:timers/promises'
import type { App } from '../app.ts'
import { Duplicate } from '../store/engine.ts'
import { linkHash, noHash } from './link.ts'
import { entryOf } from './model.ts'
import { chainEntry, lastLink, unchainedEntries } from './queries.ts'

type ChainApp = Pick<App, 'store' | 'log' | 'signals'>

const entriesPerStep = 200
/** What is written meanwhile is chained in one step. */
const gatherMs = 250
/** What a node that died has left is chained by another: nobody signals that. */
const lookMs = 60_000

/**
 * Chains what was written unchained, a moment after: on PostgreSQL every entry, so that
 * transactions do not wait for each other's hash. Several nodes may try at once and need
 * no lock: a place in the chain is unique, so of two only one can commit, and the
 * other's step leaves nothing.
 */
export function startChaining(app: ChainApp): AsyncDisposable {
  const stopping = new AbortController()
  const chaining = keepChaining(app, stopping.signal)
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await chaining
      await chainAll(app)
    },
  }
}

async function keepChaining(app: ChainApp, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const written = nextWrite(app, signal)
    await chainAll(app)
    await written
    await sleep(gatherMs, undefined, { signal }).catch(() => undefined)
  }
}

/** Until something is written, or it is time to look all the same. */
function nextWrite({ signals }: ChainApp, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signals.off('audit', done)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, lookMs).unref()
    signals.on('audit', done)
    signal.addEventListener('abort', done)
  })
}

/** Everything that can be seen now. What could not be written is tried again at the next look. */
export async function chainAll(app: ChainApp): Promise<void> {
  try {
    while ((await chainSome(app)) === entriesPerStep);
  } catch (error) {
    app.log.error({ err: error }, 'audit.unchained')
  }
}

/** One step; gives how many entries it chained, none where another node was quicker. */
async function chainSome({ store }: ChainApp): Promise<number> {
  const waiting = await store.read.all(unchainedEntries, { limit: 1 })
  if (waiting.length === 0) return 0
  try {
    return await store.transaction(async (tx) => {
      const rows = await tx.all(unchainedEntries, { limit: entriesPerStep })
      const last = await tx.first(lastLink, {})
      let [position, hash] = [last?.position ?? 0, last?.hash ?? noHash]
      for (const row of rows) {
        position++
        hash = linkHash(hash, position, entryOf(row))
        if (!(await tx.first(chainEntry, { id: row.id, position, hash }))) throw new Overtaken()
      }
      return rows.length
    })
  } catch (error) {
    if (error instanceof Duplicate || error instanceof Overtaken) return 0
    throw error
  }
}

/** Another node has chained the same entry. Its step is whole, and this one is undone. */
class Overtaken extends Error {}
