import { Dispatcher, type DispatcherApp } from './dispatcher.ts'

/** Starts sending what is pending; disposing it waits for what is in flight. */
export function startDispatcher(app: DispatcherApp): AsyncDisposable {
  const dispatcher = new Dispatcher(app)
  dispatcher.start()
  return dispatcher
}
