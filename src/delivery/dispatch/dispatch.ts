import { openLeases } from '../leases/leases.ts'
import type { LeaseTimes } from '../leases/model.ts'
import { Dispatcher, type DispatcherApp } from './dispatcher.ts'
import { findSlots } from './slots.ts'

type Manner = {
  readonly times?: LeaseTimes | undefined
  /** While it says so, one request at a time. */
  readonly isCareful?: () => boolean
}

/** Starts sending what is pending; disposing it waits for what is in flight, and lets other nodes go on. */
export function startDispatcher(app: DispatcherApp, manner: Manner = {}): Dispatcher {
  const { times, isCareful } = manner
  const slots = findSlots()
  const leases = openLeases(app, times)
  const dispatcher = new Dispatcher(app, leases, () => (isCareful?.() ? 1 : slots))
  dispatcher.start()
  return dispatcher
}
