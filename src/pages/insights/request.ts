import type { Period } from '../../dora/model.ts'

const dayMs = 86_400_000
export const spans = [7, 30, 90, 365] as const
const usual = 90

/** The last days that a page's address asks for; what is none of the choices means the usual one. */
export function spanIn({ days }: Readonly<Record<string, string>>, now: Date) {
  const span = spans.find((choice) => String(choice) === days) ?? usual
  const until = now.getTime()
  return { days: span, period: { since: until - span * dayMs, until } satisfies Period }
}
