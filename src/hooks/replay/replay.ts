import type { App } from '../../app.ts'
import type { RedeliveryRequest } from './model.ts'
import { countSelected, type Selection, selectedAfter, sendAgain } from './queries.ts'

/** Rows of one transaction, so that others need not wait for a large one. */
const batchRows = 200
/** Of one request; the same asked again goes on with the rest. */
const redeliveriesMax = 10_000

type Redelivered = { readonly matched: number; readonly redelivered: number }

/**
 * Sends a hook's deliveries again, in the lane that lets everything else pass: the same
 * events with the same GUIDs and bytes. The oldest `redeliveriesMax`; those that become
 * pending before it fails stay so.
 */
export async function redeliverSelected(
  app: Pick<App, 'store' | 'now' | 'signals'>,
  hookId: number,
  { since, until, events, states, dry_run }: RedeliveryRequest,
): Promise<Redelivered> {
  const selection: Selection = {
    hook_id: hookId,
    since,
    until,
    events: JSON.stringify(events),
    states: JSON.stringify(states),
  }
  const matched = (await app.store.read.first(countSelected, selection))?.count ?? 0
  let redelivered = 0
  for (let after = 0; !dry_run && redelivered < redeliveriesMax; ) {
    const batch = { ...selection, after, limit: batchRows }
    const rows = await app.store.read.all(selectedAfter, batch)
    redelivered += await sendBatch(app, rows, selection)
    if (rows.length < batchRows) break
    after = rows.at(-1)?.id ?? after
  }
  return { matched, redelivered }
}

async function sendBatch(
  app: Pick<App, 'store' | 'now' | 'signals'>,
  rows: readonly { readonly id: number }[],
  { hook_id, states }: Selection,
): Promise<number> {
  const now = app.now().toISOString()
  return await app.store.transaction(async (tx) => {
    let count = 0
    for (const { id } of rows) {
      if (await tx.first(sendAgain, { id, now, states })) count++
    }
    tx.onCommit(() => app.signals.emit('hook', hook_id))
    return count
  })
}
