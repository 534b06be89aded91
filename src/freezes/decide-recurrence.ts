/** A recurrence rule (RFC 5545 3.3.10) of the kinds that happen at most once a day. */
export type Rule = {
  readonly frequency: 'DAILY' | 'WEEKLY' | 'MONTHLY' | 'YEARLY'
  readonly interval: number
  /** The last day, or null. */
  readonly until: Day | null
  readonly count: number | null
  /** 0 is Sunday. */
  readonly weekStart: number
  readonly weekdays: readonly Weekday[]
  /** From 1, or from the month's end by -1. */
  readonly monthDays: readonly number[]
  /** From 1. */
  readonly months: readonly number[]
  /** Which of the days of a period, from 1, or from its end by -1. */
  readonly positions: readonly number[]
}

/** `nth` of its month or year, from the end where it is negative; 0 for every one. */
type Weekday = { readonly weekday: number; readonly nth: number }

/** Days since 1970-01-01. */
export type Day = number

export type Span = { readonly from: Day; readonly to: Day }

const dayMs = 86_400_000
export const dayOf = (ms: number): Day => Math.floor(ms / dayMs)
export const msOf = (day: Day): number => day * dayMs

/**
 * The days within `span` on which a rule that starts on `first` happens. It looks at the
 * days of the span, and with a count at those since `first`, each once: no rule makes it
 * search for a day that never comes.
 */
export function decideDays(rule: Rule, first: Day, { from, to }: Span): Day[] {
  const span = {
    from: rule.count === null ? Math.max(first, from) : first,
    to: Math.min(to, rule.until ?? to),
  }
  const wanted = filled(rule, first)
  const later = periodsOf(rule, first, span)
    .flatMap((period) => chosenIn(period, wanted))
    .filter((day) => day > first && day <= span.to)
  // The first day counts whether or not the rule would choose it (RFC 5545 3.8.5.3).
  const days = [first, ...later].slice(0, rule.count ?? later.length + 1)
  return days.filter((day) => day >= from && day <= to)
}

/** What a rule leaves open is as its first day is. */
function filled(rule: Rule, first: Day): Rule {
  const { month, date } = dateOf(first)
  const isOpen = rule.weekdays.length === 0 && rule.monthDays.length === 0
  switch (rule.frequency) {
    case 'DAILY':
      return rule
    case 'WEEKLY':
      return isOpen ? { ...rule, weekdays: [{ weekday: weekdayOf(first), nth: 0 }] } : rule
    case 'MONTHLY':
      return isOpen ? { ...rule, monthDays: [date] } : rule
    case 'YEARLY': {
      const months = rule.months.length === 0 ? [month] : rule.months
      return isOpen ? { ...rule, months, monthDays: [date] } : rule
    }
  }
}

/** The days, weeks, months or years of the rule, as far as they touch the span. */
function periodsOf(rule: Rule, first: Day, span: Span): Span[] {
  const start = periodOf(rule, first)
  const skipped = Math.max(0, periodOf(rule, span.from) - start)
  const periods: Span[] = []
  for (let n = start + Math.ceil(skipped / rule.interval) * rule.interval; ; n += rule.interval) {
    const period = spanOf(rule, n)
    if (period.from > span.to) return periods
    periods.push(period)
  }
}

/** Periods have numbers, so that those between are passed over without a look. */
function periodOf({ frequency, weekStart }: Rule, day: Day): number {
  const { year, month } = dateOf(day)
  switch (frequency) {
    case 'DAILY':
      return day
    case 'WEEKLY':
      return Math.floor((day + thursday - weekStart) / 7)
    case 'MONTHLY':
      return year * 12 + month - 1
    case 'YEARLY':
      return year
  }
}

function spanOf({ frequency, weekStart }: Rule, n: number): Span {
  switch (frequency) {
    case 'DAILY':
      return { from: n, to: n }
    case 'WEEKLY':
      return { from: n * 7 - thursday + weekStart, to: n * 7 - thursday + weekStart + 6 }
    case 'MONTHLY':
      return { from: dayIn(0, n + 1), to: dayIn(0, n + 2) - 1 }
    case 'YEARLY':
      return { from: dayIn(n, 1), to: dayIn(n + 1, 1) - 1 }
  }
}

function chosenIn(period: Span, rule: Rule): Day[] {
  const length = period.to - period.from + 1
  const days = Array.from({ length }, (_, n) => period.from + n).filter((day) => isOn(rule, day))
  if (rule.positions.length === 0) return days
  const { positions } = rule
  return days.filter((_, n) => positions.includes(n + 1) || positions.includes(n - days.length))
}

function isOn(rule: Rule, day: Day): boolean {
  const { months, monthDays, weekdays } = rule
  const { month, date, length } = dateOf(day)
  if (months.length > 0 && !months.includes(month)) return false
  const isDated = monthDays.includes(date) || monthDays.includes(date - length - 1)
  if (monthDays.length > 0 && !isDated) return false
  return weekdays.length === 0 || weekdays.some((one) => isWeekday(one, day, rule))
}

/** The second Monday is of a month, but for a yearly rule that names no months (RFC 5545 3.3.10). */
function isWeekday({ weekday, nth }: Weekday, day: Day, rule: Rule): boolean {
  if (weekdayOf(day) !== weekday) return false
  const { year, month } = dateOf(day)
  const isOfYear = rule.frequency === 'YEARLY' && rule.months.length === 0
  const from = isOfYear ? dayIn(year, 1) : dayIn(year, month)
  const to = isOfYear ? dayIn(year + 1, 1) : dayIn(year, month + 1)
  const [before, after] = [Math.floor((day - from) / 7), Math.floor((to - 1 - day) / 7)]
  return nth === 0 || nth === before + 1 || nth === -after - 1
}

/** Which 1970-01-01 was. */
const thursday = 4
const weekdayOf = (day: Day): number => (((day + thursday) % 7) + 7) % 7

/** Months may be beyond the year's. `Date.UTC` takes the years 0 to 99 for those of the last century. */
const dayIn = (year: number, month: number): Day =>
  dayOf(Date.UTC(2000, (year - 2000) * 12 + month - 1))

function dateOf(day: Day) {
  const at = new Date(msOf(day))
  const [year, month] = [at.getUTCFullYear(), at.getUTCMonth() + 1]
  return { year, month, date: at.getUTCDate(), length: dayIn(year, month + 1) - dayIn(year, month) }
}
