import ICAL from 'ical.js'
import { Problem } from '../lib/problem.ts'
import { dayOf, decideDays, msOf, type Rule } from './decide-recurrence.ts'
import type { Wall, Zone } from './model.ts'
import { ruleIn } from './recurrence-rule.ts'
import { zoneFrom } from './time-zone.ts'

/** From when on clocks are off by how much. */
type Onset = { readonly at: number; readonly offsetMs: number }

/** One way of telling the time in a zone, and when it begins (RFC 5545 3.6.5). */
type Observance = {
  readonly first: Wall
  readonly extra: readonly Wall[]
  readonly rule: Rule | null
  /** Before each onset, whose walls are told by it. */
  readonly beforeMs: number
  readonly offsetMs: number
}

const observancesMax = 100
const yearDays = 366
/** A rule may skip a year or some: of February's 29th, or of a fifth Sunday. */
const yearsBack = 9

const invalid = (what: string) => new Problem('invalid', `The calendar ${what}`)

/**
 * A zone as the calendar itself tells of it, which is how Outlook writes them: its names are
 * known nowhere else. Throws `invalid` for one that cannot be followed, `spend` is told of the
 * days that its rules are held against.
 */
export function parseZone(
  component: ICAL.Component,
  name: string,
  spend: (days: number) => void,
): Zone {
  const parts = ['standard', 'daylight'].flatMap((part) => component.getAllSubcomponents(part))
  if (parts.length === 0 || parts.length > observancesMax) {
    throw invalid(`tells of the time zone ${name} in ${parts.length} parts`)
  }
  const observances = parts.map((part) => parseObservance(part, name))
  const onsetsIn = rememberedBy((year) => {
    spend(observances.length * yearDays)
    return observances.flatMap((one) => onsetsOf(one, year))
  })
  const tableOf = rememberedBy((year) => onsetsAbout(observances, year, onsetsIn))
  const [earliest] = observances.toSorted((one, other) => one.first - other.first)
  const offsetAt = (instant: number): number => {
    const last = tableOf(new Date(instant).getUTCFullYear()).findLast(({ at }) => at <= instant)
    return last?.offsetMs ?? earliest?.beforeMs ?? 0
  }
  return zoneFrom((instant) => instant + offsetAt(instant))
}

function rememberedBy<T>(find: (year: number) => T): (year: number) => T {
  const known = new Map<number, T>()
  return (year) => {
    const found = known.get(year) ?? find(year)
    known.set(year, found)
    return found
  }
}

/** Those of a year and the last before it, in order. */
function onsetsAbout(
  observances: readonly Observance[],
  year: number,
  onsetsIn: (year: number) => readonly Onset[],
): readonly Onset[] {
  const single = observances.flatMap(singleOnsets)
  const recent = Array.from({ length: yearsBack + 2 }, (_, n) => year + 1 - n)
  const last = observances.flatMap(({ rule }) => (rule?.until == null ? [] : [yearOf(rule.until)]))
  const ended = last.filter((one) => one < year)
  const years = [...new Set([...recent, ...ended])]
  const all = [...single, ...years.flatMap(onsetsIn)].sort((one, other) => one.at - other.at)
  const before = all.findLastIndex(({ at }) => at <= Date.UTC(year, 0))
  return all.slice(Math.max(before, 0))
}

function parseObservance(part: ICAL.Component, name: string): Observance {
  const [before, after] = ['tzoffsetfrom', 'tzoffsetto'].map((one) =>
    part.getFirstPropertyValue(one),
  )
  const start = part.getFirstPropertyValue('dtstart')
  const isWhole = before instanceof ICAL.UtcOffset && after instanceof ICAL.UtcOffset
  if (!isWhole || !(start instanceof ICAL.Time)) {
    throw invalid(`tells of the time zone ${name} without DTSTART, TZOFFSETFROM or TZOFFSETTO`)
  }
  const [beforeMs, offsetMs] = [before.toSeconds() * 1000, after.toSeconds() * 1000]
  const rule = ruleIn(part.getAllProperties('rrule'), (until) => wallOf(until) + beforeMs)
  if (rule && (rule.frequency !== 'YEARLY' || rule.interval !== 1 || rule.count !== null)) {
    throw invalid(`tells of the time zone ${name} by a rule that is not for every year`)
  }
  const dates = part.getAllProperties('rdate').flatMap((one) => one.getValues())
  const extra = dates.flatMap((time) => (time instanceof ICAL.Time ? [wallOf(time)] : []))
  return { first: wallOf(start), extra, rule, beforeMs, offsetMs }
}

const wallOf = ({ year, month, day, hour, minute, second }: ICAL.Time): Wall =>
  Date.UTC(year, month - 1, day, hour, minute, second)

const yearOf = (day: number) => new Date(msOf(day)).getUTCFullYear()

const singleOnsets = ({ first, extra, rule, beforeMs, offsetMs }: Observance): Onset[] =>
  (rule ? extra : [first, ...extra]).map((wall) => ({ at: wall - beforeMs, offsetMs }))

function onsetsOf({ first, rule, beforeMs, offsetMs }: Observance, year: number): Onset[] {
  if (!rule) return []
  const start = dayOf(first)
  const span = { from: dayOf(Date.UTC(year, 0)), to: dayOf(Date.UTC(year, 11, 31)) }
  return decideDays(rule, start, span).map((day) => ({
    ...{ at: msOf(day - start) + first - beforeMs, offsetMs },
  }))
}
