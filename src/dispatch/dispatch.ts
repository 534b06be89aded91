import { openLeases } from '../leases/leases.ts'
import type { LeaseTimes } from '../leases/model.ts'
import { Dispatcher, type DispatcherApp } from './dispatcher.ts'
import { findSlots } from './slots.ts'

/** Starts sending what is pending; disposing it waits for what is in flight, and lets other nodes go on. */
export function startDispatcher(app: DispatcherApp, times?: LeaseTimes): Dispatcher {
  const leases = openLeases(app, times)
  const dispatcher = new Dispatcher(app, leases, findSlots())
  dispatcher.start()
  return dispatcher
}
