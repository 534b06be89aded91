import type { Asked, Caller, Limits, Quota, Resource, Usage, Window } from './model.ts'

const hourMs = 3_600_000
const minuteMs = 60_000
/** Whoever waits for answers of its own cannot know when they come; it is told to look again soon. */
const concurrencyRetrySeconds = 5

export type Entry =
  | { readonly kind: 'admit'; readonly usage: Usage }
  /** The hour is used up. */
  | { readonly kind: 'exceeded'; readonly retryAfterSeconds: number }
  /** Too much at once, whatever is left of the hour (contract 8.7). */
  | { readonly kind: 'too_fast'; readonly retryAfterSeconds: number }

/** Whether one more request may enter; `usage` is what is then counted. A refused one costs nothing. */
export function decideEntry(limits: Limits, usage: Usage, asked: Asked, nowMs: number): Entry {
  const { resource, isChange } = asked
  const quota = quotaOf(limits, usage, asked, nowMs)
  if (quota.remaining === 0) {
    return { kind: 'exceeded', retryAfterSeconds: secondsUntil(quota.resetAtMs, nowMs) }
  }
  if (usage.running >= limits.concurrent) {
    return { kind: 'too_fast', retryAfterSeconds: concurrencyRetrySeconds }
  }
  const changes = windowAt(usage.changes, minuteMs, nowMs)
  if (isChange && changes.used >= limits.changesPerMinute) {
    const endMs = changes.startedAtMs + minuteMs
    return { kind: 'too_fast', retryAfterSeconds: secondsUntil(endMs, nowMs) }
  }
  return {
    kind: 'admit',
    usage: {
      ...usage,
      [resource]: onceMore(windowAt(usage[resource], hourMs, nowMs)),
      ...(isChange && { changes: onceMore(changes) }),
      running: usage.running + 1,
    },
  }
}

/** What is counted when the request is answered; one answered 304 is given back (contract 8.5). */
export function usageAfter(usage: Usage, resource: Resource, isFree: boolean): Usage {
  const window = usage[resource]
  const isGivenBack = isFree && window !== undefined && window.used > 0
  return {
    ...usage,
    ...(isGivenBack && { [resource]: { ...window, used: window.used - 1 } }),
    running: Math.max(0, usage.running - 1),
  }
}

type Subject = { readonly caller: Caller; readonly resource: Resource }

export function quotaOf(limits: Limits, usage: Usage, subject: Subject, nowMs: number): Quota {
  const limit = limitOf(limits, subject)
  const { startedAtMs, used } = windowAt(usage[subject.resource], hourMs, nowMs)
  const counted = Math.min(used, limit)
  return { limit, used: counted, remaining: limit - counted, resetAtMs: startedAtMs + hourMs }
}

function limitOf(limits: Limits, { caller, resource }: Subject): number {
  if (caller.kind === 'user') return limits.userPerHour
  if (resource === 'graphql') return 0
  return caller.kind === 'address' ? limits.anonymousPerHour : limits.userPerHour
}

/** The window that runs now: the one there is, or a new one. */
function windowAt(window: Window | undefined, lengthMs: number, nowMs: number): Window {
  const isRunning = window !== undefined && nowMs < window.startedAtMs + lengthMs
  return isRunning ? window : { startedAtMs: nowMs, used: 0 }
}

const onceMore = ({ startedAtMs, used }: Window): Window => ({ startedAtMs, used: used + 1 })
const secondsUntil = (endMs: number, nowMs: number) =>
  Math.max(1, Math.ceil((endMs - nowMs) / 1000))
