import ICAL from 'ical.js'
import { Problem } from '../lib/problem.ts'
import { dayOf, type Rule } from './decide-recurrence.ts'
import type { Wall } from './model.ts'

const frequencies = ['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'] as const
const parts = ['BYDAY', 'BYMONTHDAY', 'BYMONTH', 'BYSETPOS']
const intervalMax = 1000
const countMax = 10_000
const weekdays = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA']

const invalid = (what: string) => new Problem('invalid', `The calendar has a rule ${what}`)

/**
 * The rule of an event's `RRULE`. The package reads it and does not follow it: some
 * rules it follows for ever. Throws `invalid` for one that happens more than once a day,
 * or goes by the weeks or days of a year.
 */
export function ruleIn(
  properties: readonly ICAL.Property[],
  wallOf: (until: ICAL.Time) => Wall,
): Rule | null {
  const [property, other] = properties
  if (!property) return null
  const rule = property.getFirstValue()
  if (other || !(rule instanceof ICAL.Recur)) throw invalid('that is not one RRULE')
  const frequency = frequencies.find((known) => known === rule.freq)
  if (!frequency) throw invalid(`that repeats ${rule.freq}: it may at most be DAILY`)
  const [strange] = Object.keys(rule.parts).filter((name) => !parts.includes(name))
  if (strange) throw invalid(`with ${strange}: known are ${parts.join(', ')}`)
  const { interval, count, until } = rule
  if (!(interval >= 1 && interval <= intervalMax)) throw invalid(`with the INTERVAL ${interval}`)
  if (count !== null && !(count >= 1 && count <= countMax)) throw invalid(`with the COUNT ${count}`)
  return {
    ...{ frequency, interval, count },
    until: until === null ? null : dayOf(wallOf(until)),
    weekStart: weekdays.indexOf(String(ICAL.Recur.numericDayToIcalDay(rule.wkst))),
    weekdays: listIn(rule, 'BYDAY').map(weekdayIn),
    monthDays: listIn(rule, 'BYMONTHDAY').map(Number),
    months: listIn(rule, 'BYMONTH').map(Number),
    positions: listIn(rule, 'BYSETPOS').map(Number),
  }
}

const listMax = 100

function listIn(rule: ICAL.Recur, part: string): string[] {
  const list = rule.getComponent(part).map(String)
  if (list.length > listMax) throw invalid(`with more than ${listMax} values of ${part}`)
  return list
}

function weekdayIn(text: string): Rule['weekdays'][number] {
  const [, nth = '', name = ''] = /^([+-]?\d{1,2})?(SU|MO|TU|WE|TH|FR|SA)$/.exec(text) ?? []
  if (name === '') throw invalid(`with the weekday ${text}`)
  return { weekday: weekdays.indexOf(name), nth: Number(nth) }
}
