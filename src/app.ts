import type { EventEmitter } from 'node:events'
import type { Git } from './git/git.ts'
import type { Log } from './lib/log.ts'
import type { Seal } from './lib/seal.ts'
import type { Urls } from './lib/urls.ts'
import type { RateLimiter } from './rate-limit/rate-limit.ts'
import type { Store } from './store/store.ts'

/** What the process is made of. A function asks for the parts it needs with `Pick<App, …>`. */
export type App = {
  readonly store: Store
  readonly git: Git
  readonly now: () => Date
  readonly log: Log
  /** The addresses to use where no request says otherwise: in events. */
  readonly urls: Urls
  readonly seal: Seal
  readonly signals: EventEmitter<Signals>
  /** Networks (CIDR) on loopback and private addresses that hooks may reach all the same. */
  readonly webhookAllow: readonly string[]
  /** Undefined while limits are off, as they are unless the operator wants them. */
  readonly rateLimiter: RateLimiter | undefined
  /** An HTTP proxy that hooks are sent through, as `http://host:port`. */
  readonly webhookProxy?: string | undefined
}

/** Told after a commit, so that loops over rows need not wait for their next look. */
export type Signals = {
  /** Deliveries were written. */
  deliveries: []
  /** A hook was changed or deleted. */
  hook: [hookId: number]
  /** Another process on the same database wrote deliveries, or changed this hook. */
  elsewhere: [hookId: number | null]
  /** The server is about to stop: whoever waits for something to happen is to be answered. */
  stopping: []
  /** A deployment is held, or one that was held is to be looked at. */
  holds: []
}
