import ICAL from 'ical.js'
import { Problem } from '../lib/problem.ts'
import { parseZone } from './calendar-zone.ts'
import type { CalendarEvent, Wall, Zone } from './model.ts'
import { ruleIn } from './recurrence-rule.ts'
import { findZone, utc } from './time-zone.ts'

const eventsMax = 500
/** Of exceptions and further dates, in one event. */
const datesMax = 500
/** That rules of its own time zones are held against: of some dozens, for some decades. */
const zoneDaysMax = 1_000_000
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
  const zones = { fallback: findZone(timeZone) ?? utc, zoneOf: zoneFinder(calendar) }
  return events
    .filter((event) => textIn(event, 'status').toUpperCase() !== 'CANCELLED')
    .map((event) => parseEvent(event, zones))
    .filter(({ lastsMs }) => lastsMs > 0)
}

/** The zones of an instant's names, and of those that the calendar tells of itself. */
function zoneFinder(calendar: ICAL.Component): (name: string) => Zone {
  const own = new Map<string, Zone>()
  let left = zoneDaysMax
  const spend = (days: number) => {
    left -= days
    if (left < 0) throw invalid('tells of its time zones in too many parts')
  }
  return (name) => {
    const known = findZone(name) ?? own.get(name)
    if (known) return known
    const told = calendar
      .getAllSubcomponents('vtimezone')
      .find((component) => textIn(component, 'tzid') === name)
    if (!told) {
      throw invalid(
        `names the time zone ${name}, of which it does not tell: without a VTIMEZONE, known are names such as Europe/Berlin`,
      )
    }
    const zone = parseZone(told, name, spend)
    own.set(name, zone)
    return zone
  }
}

type Zones = {
  /** Of times that name none. */
  readonly fallback: Zone
  readonly zoneOf: (name: string) => Zone
}

function parseEvent(event: ICAL.Component, zones: Zones): CalendarEvent {
  const summary =
    textIn(event, 'summary')
      .replace(/\p{Cc}+/gu, ' ')
      .trim() || 'Freeze'
  const [first] = event.getAllProperties('dtstart')
  if (!first) throw invalid(`has an event without DTSTART: ${summary}`)
  const zone = zoneOf(first, zones)
  const place = { ...zones, zone }
  const [start] = wallsOf(first, place)
  if (start === undefined) throw invalid(`has an event with a DTSTART that is no time: ${summary}`)
  const lastsMs = lengthOf(event, start, place)
  if (lastsMs > lastsMsMax) throw invalid(`has an event of more than a year: ${summary}`)
  return {
    ...{ start, lastsMs, zone, summary: [...summary].slice(0, summaryCharactersMax).join('') },
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

type Place = Zones & {
  /** Of the event: its times are told as its walls show them. */
  readonly zone: Zone
}

function zoneOf(property: ICAL.Property, { fallback, zoneOf }: Zones): Zone {
  const named = property.getParameter('tzid')
  if (named !== undefined) return zoneOf(String(named))
  return isUtc(property.getFirstValue()) ? utc : fallback
}

const isUtc = (value: unknown) =>
  value instanceof ICAL.Time && value.zone === ICAL.Timezone.utcTimezone

function allWallsIn(event: ICAL.Component, name: string, place: Place): Wall[] {
  const walls = event.getAllProperties(name).flatMap((property) => wallsOf(property, place))
  if (walls.length > datesMax) throw invalid(`has an event with more than ${datesMax} dates`)
  return walls
}

function wallsOf(property: ICAL.Property, place: Place): Wall[] {
  const own = zoneOf(property, place)
  return property.getValues().flatMap((value) => {
    const time = value instanceof ICAL.Period ? value.start : value
    return time instanceof ICAL.Time ? [wallOf(time, { ...place, fallback: own })] : []
  })
}

/** What a wall in the event's zone shows then. */
function wallOf(time: ICAL.Time, { zone, fallback }: Place): Wall {
  const { year, month, day, hour, minute, second } = time
  const wall = Date.UTC(year, month - 1, day, hour, minute, second)
  if (!(wall >= earliest && wall < latest))
    throw invalid(`has a time before 1970 or after 2199: ${time}`)
  const own = isUtc(time) ? utc : fallback
  return own === zone ? wall : zone.wallAt(own.instantOf(wall))
}
