import type { Answer } from '../http/answer.ts'
import type { Entry } from './decide-entry.ts'
import type { Caller, Quota, Resource } from './model.ts'

const docs = 'https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api'
/** Clients tell a secondary limit by how this ends (contract 8.7). */
const secondaryDocs = `${docs}#about-secondary-rate-limits`

type Refusal = Exclude<Entry, { kind: 'admit' }>

/** GitHub's 403 for either limit. */
export function limitAnswer(refusal: Refusal, caller: Caller): Answer {
  const retry = { 'retry-after': String(refusal.retryAfterSeconds) }
  switch (refusal.kind) {
    case 'exceeded':
      // Without Retry-After, by which clients know a secondary limit; X-RateLimit-Reset says it.
      return refused(exceededMessage(caller), docs)
    case 'too_fast':
      return { ...refused(tooFastMessage, secondaryDocs), headers: retry }
  }
}

const refused = (message: string, documentation_url: string): Answer => ({
  status: 403,
  body: { message, documentation_url, status: '403' },
})

const tooFastMessage =
  'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.'

const exceededMessage = (caller: Caller) =>
  caller.kind !== 'address'
    ? `API rate limit exceeded for ${caller.kind} ID ${caller.id}.`
    : `API rate limit exceeded for ${caller.address}. (But here's the good news: Authenticated requests get a higher rate limit. Check out the documentation for more details.)`

export function quotaHeaders(quota: Quota, resource: Resource): Record<string, string> {
  return {
    'x-ratelimit-limit': String(quota.limit),
    'x-ratelimit-remaining': String(quota.remaining),
    'x-ratelimit-used': String(quota.used),
    'x-ratelimit-reset': String(resetSecondsOf(quota)),
    'x-ratelimit-resource': resource,
  }
}

export const quotaPayload = (quota: Quota) => ({
  limit: quota.limit,
  remaining: quota.remaining,
  reset: resetSecondsOf(quota),
  used: quota.used,
})

const resetSecondsOf = ({ resetAtMs }: Quota) => Math.ceil(resetAtMs / 1000)
