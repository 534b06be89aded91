import { Problem } from '../lib/problem.ts'
import { parseCalendar } from './calendar.ts'
import { countDays, decideWindows } from './decide-windows.ts'
import type { NewWindow, Window } from './model.ts'

/** How far ahead a calendar is looked through at once: rules are shown and counted as far as this. */
const aheadMs = 400 * 86_400_000
/** Of all events together: some hundred that come daily. */
const daysMax = 250_000

/** A calendar, and what it was read for. */
export type Freeze = {
  readonly calendar: string
  readonly time_zone: string
}

/** Throws `invalid` for a calendar that cannot be looked through. */
export function windowsFrom({ calendar, time_zone }: Freeze, from: Date): Window[] {
  const to = new Date(from.getTime() + aheadMs)
  const events = parseCalendar(calendar, time_zone)
  if (countDays(events, { from, to }) > daysMax) {
    const message = `The calendar repeats too much to be looked through: give its rules an UNTIL`
    throw new Problem('invalid', message)
  }
  return decideWindows(events, { from, to })
}

type Known = { readonly from: number; readonly windows: readonly Window[] }

/** What was found, by digest, so that a thousand deployments that wait cost one look. */
const known = new Map<string, Known>()
const knownMax = 200

/** The windows that are not over, for whom the calendar has been read before: the digest names it. */
export async function findWindows(
  digest: string,
  now: Date,
  findCalendar: () => Promise<Freeze>,
): Promise<readonly Window[]> {
  const found = known.get(digest)
  const age = found ? now.getTime() - found.from : -1
  if (found && age >= 0 && age < aheadMs / 2) return found.windows
  const windows = windowsFrom(await findCalendar(), now)
  known.delete(digest)
  const [oldest] = known.size >= knownMax ? known.keys() : []
  if (oldest !== undefined) known.delete(oldest)
  known.set(digest, { from: now.getTime(), windows })
  return windows
}

/** Windows as the calendar they stand for: from then on there is only one kind of freeze. */
export function calendarOf(windows: readonly NewWindow[]): string {
  const lines = windows.flatMap(({ summary, starts_at, ends_at, repeats }, n) => [
    ...['BEGIN:VEVENT', `UID:${n + 1}`, `SUMMARY:${summary.replace(/[\\;,]/g, '\\$&')}`],
    ...[`DTSTART:${compact(starts_at)}`, `DTEND:${compact(ends_at)}`],
    ...(repeats ? [`RRULE:FREQ=${repeats.toUpperCase()}`] : []),
    'END:VEVENT',
  ])
  const all = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Slipway//EN', ...lines, 'END:VCALENDAR']
  return `${all.join('\r\n')}\r\n`
}

const compact = (wall: string) => `${wall.replace(/[-:]/g, '')}00`.slice(0, 15)
