import { type Day, dayOf, decideDays, msOf } from './decide-recurrence.ts'
import type { CalendarEvent, Wall, Window } from './model.ts'

/** How time is told in a zone: what its walls show, and when they show it. */
export type Clock = {
  readonly wallAt: (instant: number, timeZone: string) => Wall
  readonly instantOf: (wall: Wall, timeZone: string) => number
}

type Time = { readonly from: Date; readonly to: Date }

/** The windows that touch the time between, by their starts. */
export function decideWindows(
  events: readonly CalendarEvent[],
  { from, to }: Time,
  { wallAt, instantOf }: Clock,
): Window[] {
  const moved = Map.groupBy(
    events.filter(({ instead }) => instead !== null),
    ({ uid }) => uid,
  )
  const windows = events.flatMap((event) => {
    const { timeZone, lastsMs, summary } = event
    const span = {
      from: dayOf(wallAt(from.getTime(), timeZone) - lastsMs) - 1,
      to: dayOf(wallAt(to.getTime(), timeZone)) + 1,
    }
    const others = event.instead === null ? (moved.get(event.uid) ?? []) : []
    const elsewhere = new Set(others.map(({ instead }) => instead))
    return startsOf(event, span)
      .filter((wall) => !elsewhere.has(wall))
      .map((wall) => ({
        summary,
        startsAt: new Date(instantOf(wall, timeZone)),
        endsAt: new Date(instantOf(wall + lastsMs, timeZone)),
      }))
  })
  return windows
    .filter(({ startsAt, endsAt }) => startsAt < to && endsAt > from)
    .sort((one, other) => one.startsAt.getTime() - other.startsAt.getTime())
}

function startsOf(
  { start, rule, extra, excluded }: CalendarEvent,
  span: { readonly from: Day; readonly to: Day },
): Wall[] {
  const first = dayOf(start)
  const days = rule ? decideDays(rule, first, span) : [first]
  const starts = days.map((day) => msOf(day - first) + start)
  return [...new Set([...starts, ...extra])].filter((wall) => !excluded.includes(wall))
}

/** How many days the rules of these events have to be held against: what they cost. */
export function countDays(events: readonly CalendarEvent[], { from, to }: Time): number {
  return events
    .map(({ rule, start, lastsMs }) => {
      if (!rule) return 1
      const since = rule.count === null ? Math.max(start, from.getTime() - lastsMs) : start
      return Math.max(0, dayOf(to.getTime()) - dayOf(since)) + 366
    })
    .reduce((sum, days) => sum + days, 0)
}
