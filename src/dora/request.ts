import { Problem } from '../lib/problem.ts'
import type { Period } from './model.ts'

const dayMs = 86_400_000
const daysUsual = 90
const daysMax = 366

/** `since` and `until` of a query: the last ninety days unless they say otherwise. Throws `invalid`. */
export function periodIn(query: Readonly<Record<string, string>>, now: Date): Period {
  const until = timeIn('until', query['until']) ?? now.getTime()
  const since = timeIn('since', query['since']) ?? until - daysUsual * dayMs
  if (since >= until) throw new Problem('invalid', 'since must be before until')
  if (until - since <= daysMax * dayMs) return { since, until }
  throw new Problem('invalid', `since and until must be at most ${daysMax} days apart`)
}

function timeIn(name: string, text = ''): number | undefined {
  if (text === '') return undefined
  // A `+` of an offset that was not escaped arrives as a space.
  const form = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+ -]\d\d:\d\d))?$/
  const time = form.test(text) ? Date.parse(text.replace(' ', '+')) : Number.NaN
  if (!Number.isNaN(time)) return time
  const message = `${name} must be a date or a time such as "2026-01-31T12:00:00Z", not "${text.slice(0, 100)}"`
  throw new Problem('invalid', message)
}
