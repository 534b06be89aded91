import type { App } from '../app.ts'
import { Problem } from '../lib/problem.ts'
import type { Tx } from '../store/engine.ts'
import { Dispatcher, type DispatcherApp } from './dispatcher.ts'
import { cancelUnfinished, holdPending, replayDelivery, resumeHeld } from './queries.ts'

/** Starts sending what is pending; disposing it waits for what is in flight. */
export function startDispatcher(app: DispatcherApp): AsyncDisposable {
  const dispatcher = new Dispatcher(app)
  dispatcher.start()
  return dispatcher
}

type Changing = Pick<App, 'now' | 'signals'>

/** For a hook that is switched off: what is pending waits for it to be switched on again. */
export async function holdDeliveries(app: Changing, tx: Tx, hookId: number): Promise<void> {
  await tx.all(holdPending, { hook_id: hookId })
  tellDispatcher(app, tx, hookId)
}

/** For a hook that is switched on: what was held is pending again. */
export async function resumeDeliveries(app: Changing, tx: Tx, hookId: number): Promise<void> {
  await tx.all(resumeHeld, { hook_id: hookId })
  tellDispatcher(app, tx, hookId)
}

/** For a hook that is deleted: its deliveries end, and stay on record (invariant I-8 of delivery 4.1). */
export async function cancelDeliveries(app: Changing, tx: Tx, hookId: number): Promise<void> {
  await tx.all(cancelUnfinished, { hook_id: hookId, now: app.now().toISOString() })
  tellDispatcher(app, tx, hookId)
}

/**
 * Sends a delivery again, as soon as may be, whatever came of it before: the same event with the
 * same GUID and the same bytes. Throws an `invalid` Problem for one that can never be sent.
 */
export async function redeliver(
  app: Changing & Pick<App, 'store'>,
  delivery: { readonly id: number; readonly hook_id: number },
): Promise<void> {
  await app.store.transaction(async (tx) => {
    const row = await tx.first(replayDelivery, { id: delivery.id, now: app.now().toISOString() })
    if (!row)
      throw new Problem('invalid', 'This delivery cannot be sent: its payload exceeds 25 MB')
    tellDispatcher(app, tx, delivery.hook_id)
  })
}

const tellDispatcher = (app: Changing, tx: Tx, hookId: number) =>
  tx.onCommit(() => app.signals.emit('hook', hookId))
