import { type Day, dayOf, decideDays, msOf } from './decide-recurrence.ts'
import type { CalendarEvent, Wall, Window } from './model.ts'

type Time = { readonly from: Date; readonly to: Date }

/** The windows that touch the time between, by their starts. */
export function decideWindows(events: readonly CalendarEvent[], { from, to }: Time): Window[] {
  const moved = Map.groupBy(
    events.filter(({ instead }) => instead !== null),
    ({ uid }) => uid,
  )
  const windows = events.flatMap((event) => {
    const { zone, lastsMs, summary } = event
    const span = {
      from: dayOf(zone.wallAt(from.getTime()) - lastsMs) - 1,
      to: dayOf(zone.wallAt(to.getTime())) + 1,
    }
    const others = event.instead === null ? (moved.get(event.uid) ?? []) : []
    const elsewhere = new Set(others.map(({ instead }) => instead))
    return startsOf(event, span)
      .filter((wall) => !elsewhere.has(wall))
      .map((wall) => ({
        summary,
        startsAt: new Date(zone.instantOf(wall)),
        endsAt: new Date(zone.instantOf(wall + lastsMs)),
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
