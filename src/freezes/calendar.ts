import ICAL from 'ical.js'
import { Problem } from '../lib/problem.ts'
import type { CalendarEvent, Wall } from './model.ts'
import { ruleIn } from './recurrence-rule.ts'
import { instantOf, isTimeZone, wallAt } from './time-zone.ts'

const eventsMax = 500
/** Of exceptions and further dates, in one event. */
const datesMax = 500
const summaryCharactersMax = 255
const dayMs = 86_400_000
const lastsMsMax = 366 * dayMs
const earliest = Date.UTC(1970, 0)
const latest = Date.UTC(2200, 0)

/**
 * The events of a calendar (RFC 5545), with `timeZone` for the times that name none.
 * Throws `invalid` for what is no calendar, and for rules that are not followed here.
 */
export function parseCalendar(text: string, timeZone: string): CalendarEvent[] {
  try {
    const calendar = new ICAL.Component(ICAL.parse(text))
    if (calendar.name !== 'vcalendar') throw invalid('is not one: it has no BEGIN:VCALENDAR')
    return eventsIn(calendar, timeZone)
  } catch (error) {
    if (error instanceof Problem) throw error
    // The package throws errors of any kind for text that it does not understand.
    const reason = error instanceof Error ? error.message : String(error)
    throw invalid(`cannot be read: ${reason.replace(/\p{Cc}+/gu, ' ').slice(0, 200)}`)
  }
}

const invalid = (what: string) => new Problem('invalid', `The calendar ${what}`)

function eventsIn(calendar: ICAL.Component, timeZone: string): CalendarEvent[] {
  const events = calendar.getAllSubcomponents('vevent')
  if (events.length > eventsMax) throw invalid(`has more than ${eventsMax} events`)
  return events
    .filter((event) => textIn(event, 'status').toUpperCase() !== 'CANCELLED')
    .map((event) => parseEvent(event, timeZone))
    .filter(({ lastsMs }) => lastsMs > 0)
}

function parseEvent(event: ICAL.Component, fallback: string): CalendarEvent {
  const summary =
    textIn(event, 'summary')
      .replace(/\p{Cc}+/gu, ' ')
      .trim() || 'Freeze'
  const [first] = event.getAllProperties('dtstart')
  if (!first) throw invalid(`has an event without DTSTART: ${summary}`)
  const timeZone = timeZoneOf(first, fallback)
  const place = { fallback, timeZone }
  const [start] = wallsOf(first, place)
  if (start === undefined) throw invalid(`has an event with a DTSTART that is no time: ${summary}`)
  const lastsMs = lengthOf(event, start, place)
  if (lastsMs > lastsMsMax) throw invalid(`has an event of more than a year: ${summary}`)
  return {
    ...{ start, lastsMs, timeZone, summary: [...summary].slice(0, summaryCharactersMax).join('') },
    uid: textIn(event, 'uid'),
    rule: ruleIn(event.getAllProperties('rrule'), (until) => wallOf(until, place)),
    extra: allWallsIn(event, 'rdate', place),
    excluded: allWallsIn(event, 'exdate', place),
    instead: allWallsIn(event, 'recurrence-id', place)[0] ?? null,
  }
}

const textIn = (event: ICAL.Component, name: string): string =>
  String(event.getFirstPropertyValue(name) ?? '')

/** Without an end, a day lasts a day and a moment nothing (RFC 5545 3.6.1). */
function lengthOf(event: ICAL.Component, start: Wall, place: Place): number {
  const [end] = allWallsIn(event, 'dtend', place)
  if (end !== undefined) return end - start
  const duration = event.getFirstPropertyValue('duration')
  if (duration instanceof ICAL.Duration) return duration.toSeconds() * 1000
  return event.getFirstProperty('dtstart')?.type === 'date' ? dayMs : 0
}

type Place = {
  /** Of the event: its times are told as its walls show them. */
  readonly timeZone: string
  /** Of times that name none. */
  readonly fallback: string
}

function timeZoneOf(property: ICAL.Property, fallback: string): string {
  const named = property.getParameter('tzid')
  if (named === undefined) return isUtc(property.getFirstValue()) ? 'UTC' : fallback
  if (isTimeZone(String(named))) return String(named)
  throw invalid(`names the time zone ${named}: known are names such as Europe/Berlin`)
}

const isUtc = (value: unknown) =>
  value instanceof ICAL.Time && value.zone === ICAL.Timezone.utcTimezone

function allWallsIn(event: ICAL.Component, name: string, place: Place): Wall[] {
  const walls = event.getAllProperties(name).flatMap((property) => wallsOf(property, place))
  if (walls.length > datesMax) throw invalid(`has an event with more than ${datesMax} dates`)
  return walls
}

function wallsOf(property: ICAL.Property, { timeZone, fallback }: Place): Wall[] {
  const own = timeZoneOf(property, fallback)
  return property.getValues().flatMap((value) => {
    const time = value instanceof ICAL.Period ? value.start : value
    return time instanceof ICAL.Time ? [wallOf(time, { timeZone, fallback: own })] : []
  })
}

/** What a wall in the event's zone shows then. */
function wallOf(time: ICAL.Time, { timeZone, fallback }: Place): Wall {
  const { year, month, day, hour, minute, second } = time
  const wall = Date.UTC(year, month - 1, day, hour, minute, second)
  if (!(wall >= earliest && wall < latest))
    throw invalid(`has a time before 1970 or after 2199: ${time}`)
  const own = isUtc(time) ? 'UTC' : fallback
  return own === timeZone ? wall : wallAt(instantOf(wall, own), timeZone)
}
