import type { EventEmitter } from 'node:events'
import type { Git } from './git/git.ts'
import type { Log } from './lib/log.ts'
import type { Seal } from './lib/seal.ts'
import type { Urls } from './lib/urls.ts'
import type { Provider } from './openid/openid.ts'
import type { RateLimiter } from './rate-limit/rate-limit.ts'
import type { Store } from './store/store.ts'
import type { EventRow, Who } from './tables/events.ts'

/**
 * The GitHub Enterprise Server whose API this one speaks. Clients and receivers know a server
 * of one's own by it, and choose by it what they may ask for (contract 6.6, 8.5 and
 * 8.8), so it says what we answer to, not how old we are.
 */
export const enterpriseVersion = '3.19.0'

/** Of GitHub's API; what it changed is said where it matters (contract 8.3). */
export const newestVersion = '2026-03-10'

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
  /** Whether receivers are told which trace their request belongs to. */
  readonly sendsTraceparent?: boolean | undefined
  /** Where people may sign in with an account that they have elsewhere. */
  readonly provider?: Provider | undefined
  /** On whose behalf: each request has an app of its own that says so. */
  readonly who: Who
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
  /** Something was written to the audit log that is not yet chained. */
  audit: []

  // The rest is for whoever watches: nothing may depend on it.
  /** An event is durable. */
  event: [EventSeen]
  /** An event was sent to a hook, once. */
  attempt: [AttemptSeen]
  /** Deliveries were left behind by later ones of their key. */
  late: [count: number]
  /** A fetch or a push has ended. */
  git: [GitSeen]
  /** A request was answered. */
  request: [RequestSeen]
  /** What happened was not told to the collector of traces. */
  spansDropped: [count: number]
}

export type EventSeen = Pick<EventRow, 'guid' | 'name'>

export type AttemptSeen = {
  readonly event: EventSeen
  readonly delivery_id: number
  readonly hook_id: number
  /** From 1. */
  readonly n: number
  /** How it ended: a closed set. */
  readonly outcome: string
  /** 0 when there was no answer. */
  readonly status: number
  readonly startedAt: Date
  readonly durationMs: number
  /** From the event to here; null where the delivery was not waiting for us alone. */
  readonly lagMs: number | null
}

export type GitSeen = {
  readonly transport: 'http' | 'ssh'
  readonly service: 'git-upload-pack' | 'git-receive-pack'
  readonly outcome: 'done' | 'failed'
  readonly ms: number
}

type RequestSeen = {
  readonly method: string
  /** The pattern, not the path: there are as many as there are routes. */
  readonly route: string
  readonly status: number
  readonly ms: number
}
