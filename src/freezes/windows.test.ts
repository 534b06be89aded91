import fc from 'fast-check'
import ICAL from 'ical.js'
import { describe, expect, it } from 'vitest'
import { Problem } from '../lib/problem.ts'
import { dayOf, decideDays, type Rule } from './decide-recurrence.ts'
import { ruleIn } from './recurrence-rule.ts'
import { calendarOf, windowsFrom } from './windows.ts'

const calendar = (...events: readonly (readonly string[])[]) =>
  [
    'BEGIN:VCALENDAR',
    ...events.flatMap((lines) => ['BEGIN:VEVENT', 'SUMMARY:Freeze', ...lines, 'END:VEVENT']),
    'END:VCALENDAR',
  ].join('\r\n')

const from = new Date('2026-01-01T00:00:00Z')
const windowsOf = (text: string, time_zone = 'UTC') =>
  windowsFrom({ calendar: text, time_zone }, from).map(
    ({ startsAt, endsAt }) => `${shown(startsAt)} ${shown(endsAt)}`,
  )
const shown = (date: Date) => date.toISOString().slice(0, 16)

const observance = (part: string, begins: string, [from, to, month]: readonly string[]) => [
  ...[`BEGIN:${part}`, `DTSTART:1601${begins}`, `TZOFFSETFROM:${from}`, `TZOFFSETTO:${to}`],
  ...[`RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=${month}`, `END:${part}`],
]
const zoneAs = (name: string, ...lines: readonly string[]) =>
  ['BEGIN:VTIMEZONE', `TZID:${name}`, ...lines, 'END:VTIMEZONE'].join('\r\n')
const outlook = zoneAs(
  'W. Europe Standard Time',
  ...observance('STANDARD', '0101T030000', ['+0200', '+0100', '10']),
  ...observance('DAYLIGHT', '0101T020000', ['+0100', '+0200', '3']),
)

describe('a calendar', () => {
  it('freezes from start to end, or for as long as it says', () => {
    const ends = ['DTSTART:20260401T160000Z', 'DTEND:20260402T080000Z']
    const lasts = ['DTSTART:20260401T160000Z', 'DURATION:PT16H']
    for (const event of [ends, lasts]) {
      expect(windowsOf(calendar(event))).toEqual(['2026-04-01T16:00 2026-04-02T08:00'])
    }
  })
  it('has whole days in its own time zone', () => {
    const day = ['DTSTART;VALUE=DATE:20261224', 'DTEND;VALUE=DATE:20261227']
    expect(windowsOf(calendar(day), 'Europe/Berlin')).toEqual(['2026-12-23T23:00 2026-12-26T23:00'])
    const one = ['DTSTART;VALUE=DATE:20261224']
    expect(windowsOf(calendar(one))).toEqual(['2026-12-24T00:00 2026-12-25T00:00'])
  })
  it('repeats by the clocks of its place, summer and winter', () => {
    const event = [
      'DTSTART;TZID=Europe/Berlin:20260320T160000',
      'DTEND;TZID=Europe/Berlin:20260323T080000',
      'RRULE:FREQ=WEEKLY;COUNT=2',
    ]
    expect(windowsOf(calendar(event))).toEqual([
      '2026-03-20T15:00 2026-03-23T07:00',
      '2026-03-27T15:00 2026-03-30T06:00',
    ])
  })
  it('may tell of its time zones itself, as Outlook does', () => {
    const event = [
      'DTSTART;TZID=W. Europe Standard Time:20260320T160000',
      'DTEND;TZID=W. Europe Standard Time:20260323T080000',
      'RRULE:FREQ=WEEKLY;COUNT=2',
    ]
    expect(
      windowsOf(calendar(event).replace('BEGIN:VEVENT', `${outlook}\r\nBEGIN:VEVENT`)),
    ).toEqual(['2026-03-20T15:00 2026-03-23T07:00', '2026-03-27T15:00 2026-03-30T06:00'])
  })
  it('leaves out what is excepted, moved or called off', () => {
    const series = [
      ...['UID:a', 'DTSTART:20260105T100000Z', 'DURATION:PT1H', 'RRULE:FREQ=DAILY;COUNT=4'],
      'EXDATE:20260106T100000Z',
    ]
    const moved = [
      'UID:a',
      'RECURRENCE-ID:20260107T100000Z',
      'DTSTART:20260107T200000Z',
      'DURATION:PT1H',
    ]
    const off = ['DTSTART:20260110T100000Z', 'DURATION:PT1H', 'STATUS:CANCELLED']
    expect(windowsOf(calendar(series, moved, off))).toEqual([
      '2026-01-05T10:00 2026-01-05T11:00',
      '2026-01-07T20:00 2026-01-07T21:00',
      '2026-01-08T10:00 2026-01-08T11:00',
    ])
  })
  it('ends with its UNTIL, the last one included', () => {
    const event = [
      ...['DTSTART;TZID=America/New_York:20260105T220000', 'DURATION:PT1H'],
      'RRULE:FREQ=DAILY;UNTIL=20260107T030000Z',
    ]
    expect(windowsOf(calendar(event))).toEqual([
      '2026-01-06T03:00 2026-01-06T04:00',
      '2026-01-07T03:00 2026-01-07T04:00',
    ])
  })
  it('may be given as windows', () => {
    const text = calendarOf([
      {
        ...{ summary: 'Week; end', starts_at: '2026-01-02T16:00', ends_at: '2026-01-05T08:00' },
        repeats: 'weekly',
      },
    ])
    const [first] = windowsFrom({ calendar: text, time_zone: 'Europe/Berlin' }, from)
    expect(first).toMatchObject({
      ...{ summary: 'Week; end', startsAt: new Date('2026-01-02T15:00:00Z') },
      endsAt: new Date('2026-01-05T07:00:00Z'),
    })
  })
})

const refusalOf = (...event: readonly string[]) => {
  try {
    return windowsOf(calendar(['DTSTART:20260105T100000Z', 'DURATION:PT1H', ...event])).length
  } catch (error) {
    if (error instanceof Problem) return error.message
    throw error
  }
}

describe('what a calendar may not hold', () => {
  it.each([
    ['RRULE:FREQ=SECONDLY', 'it may at most be DAILY'],
    ['RRULE:FREQ=DAILY;BYHOUR=1,2', 'with BYHOUR'],
    ['RRULE:FREQ=YEARLY;BYWEEKNO=20', 'with BYWEEKNO'],
    ['RRULE:FREQ=DAILY;INTERVAL=1000000', 'the INTERVAL 1000000'],
    ['RRULE:FREQ=DAILY;BYDAY=constructor', 'BYDAY'],
    ['RRULE:FREQ=DAILY;COUNT=99999999', 'the COUNT 99999999'],
    [
      'DTEND;TZID=W. Europe Standard Time:20260105T110000',
      'the time zone W. Europe Standard Time, of which it does not tell',
    ],
    ['EXDATE:99990101T000000Z', 'before 1970 or after 2199'],
  ])('%s', (line, message) => {
    expect(refusalOf(line)).toMatch(message)
  })
  it('is a time zone of which it tells what cannot be followed', () => {
    const usual = observance('STANDARD', '0101T030000', ['+0200', '+0100', '10'])
    const changed = (from: string, to: string) => usual.map((line) => line.replace(from, to))
    for (const [lines, message] of [
      [[], 'in 0 parts'],
      [changed('TZOFFSETTO', 'X-TO'), 'without DTSTART, TZOFFSETFROM or TZOFFSETTO'],
      [changed('+0200', '+xx'), 'cannot be read'],
      [changed('YEARLY;INTERVAL=1', 'DAILY'), 'not for every year'],
      [changed('YEARLY', 'SECONDLY'), 'it may at most be DAILY'],
      [Array(101).fill(usual).flat(), 'in 101 parts'],
    ] as const) {
      const zone = zoneAs('Here', ...lines)
      const event = calendar(['DTSTART;TZID=Here:20260105T100000', 'DURATION:PT1H'])
      const text = event.replace('BEGIN:VEVENT', `${zone}\r\nBEGIN:VEVENT`)
      expect(() => windowsOf(text), message).toThrow(message)
    }
  })
  it('is anything but a calendar, or too many of its events', () => {
    for (const text of [
      '',
      'hello',
      'BEGIN:VCARD\r\nEND:VCARD',
      'BEGIN:VCALENDAR\r\nBEGIN:VEVENT',
    ]) {
      expect(() => windowsOf(text)).toThrow('The calendar')
    }
    const daily = ['DTSTART:19700105T100000Z', 'DURATION:PT1H', 'RRULE:FREQ=DAILY;COUNT=10000']
    expect(() => windowsOf(calendar(...Array(200).fill(daily)))).toThrow('repeats too much')
    expect(() => windowsOf(calendar(...Array(501).fill(daily)))).toThrow('more than 500 events')
  })
  it('a rule for a day that never comes is no freeze, and takes no time', () => {
    for (const rule of ['DAILY;BYMONTH=2;BYMONTHDAY=30', 'MONTHLY;BYDAY=5MO;BYMONTHDAY=1']) {
      expect(refusalOf(`RRULE:FREQ=${rule}`)).toBe(1)
    }
  })
})

const weekday = fc.constantFrom('SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA')
const some = <T>(name: string, one: fc.Arbitrary<T>) =>
  fc.uniqueArray(one, { minLength: 1, maxLength: 3 }).map((list) => `;${name}=${list.join()}`)
const maybe = (text: fc.Arbitrary<string>) => fc.oneof(fc.constant(''), text)

/** Rules that the package follows as RFC 5545 says: it is the measure where it can be. */
const rules = fc
  .tuple(
    fc.oneof(
      fc.tuple(fc.constant('FREQ=DAILY'), maybe(some('BYDAY', weekday))),
      fc.tuple(fc.constant('FREQ=WEEKLY'), maybe(some('BYDAY', weekday))),
      fc.tuple(
        fc.constant('FREQ=MONTHLY'),
        fc.oneof(
          some('BYMONTHDAY', fc.integer({ min: 1, max: 28 })),
          some(
            'BYDAY',
            fc.tuple(fc.constantFrom(1, 2, -1), weekday).map((one) => one.join('')),
          ),
        ),
      ),
      fc.tuple(fc.constant('FREQ=YEARLY'), maybe(some('BYMONTH', fc.integer({ min: 1, max: 12 })))),
    ),
    fc.integer({ min: 1, max: 5 }),
  )
  .map(([[frequency, by], interval]) => `${frequency};INTERVAL=${interval}${by}`)

function ruleOf(text: string): Rule {
  const recur = ICAL.Recur.fromString(text)
  const rule = ruleIn([new ICAL.Property(['rrule', {}, 'recur', recur.toJSON()])], () => 0)
  if (!rule) throw new Error('There is no rule')
  return rule
}

const first = dayOf(Date.UTC(2026, 0, 5))

describe('whatever a calendar says', () => {
  it('days are those that the package finds', () => {
    const isSame = (text: string) => {
      const start = ICAL.Time.fromData({ year: 2026, month: 1, day: 5 })
      const found = ICAL.Recur.fromString(text).iterator(start)
      const theirs = [first]
      while (theirs.length < 60) {
        const { year, month, day } = found.next()
        theirs.push(dayOf(Date.UTC(year, month - 1, day)))
      }
      const to = theirs.at(-1) ?? first
      const days = decideDays(ruleOf(text), first, { from: first, to })
      expect(days, text).toEqual([...new Set(theirs)])
    }
    fc.assert(fc.property(rules, isSame), { numRuns: 200 })
  })

  it('a look from later finds what a look from the start finds, and a count ends it', () => {
    const isSame = (text: string, skipped: number, count: number) => {
      const [from, to] = [first + skipped, first + 800]
      const rule = ruleOf(text)
      const whole = decideDays(rule, first, { from: first, to })
      expect(decideDays(rule, first, { from, to })).toEqual(whole.filter((day) => day >= from))
      expect(decideDays({ ...rule, count }, first, { from, to })).toEqual(
        whole.slice(0, count).filter((day) => day >= from),
      )
    }
    fc.assert(fc.property(rules, fc.nat(700), fc.integer({ min: 1, max: 50 }), isSame), {
      numRuns: 200,
    })
  })

  it('a time zone of its own is as the same one by name', () => {
    const isSame = (minutes: number) => {
      const start = new Date(from.getTime() + minutes * 60_000)
        .toISOString()
        .replace(/[-:]|\..*/g, '')
      const [own, named] = ['W. Europe Standard Time', 'Europe/Berlin'].map((zone) =>
        windowsOf(
          calendar([`DTSTART;TZID=${zone}:${start}`, 'DURATION:PT1H']).replace(
            'BEGIN:VEVENT',
            `${outlook}\r\nBEGIN:VEVENT`,
          ),
        ),
      )
      expect(own).toEqual(named)
    }
    const days = 390
    const changes = fc
      .constantFrom(87, 297)
      .chain((day) => fc.integer({ min: day * 1440, max: day * 1440 + 360 }))
    fc.assert(fc.property(fc.oneof(fc.nat(days * 1440), changes), isSame), { numRuns: 60 })
  })

  it('it is read, or refused with a reason', () => {
    const line = fc.oneof(
      rules.map((rule) => `RRULE:${rule}`),
      fc.tuple(hostileNames, hostileValues).map(([name, value]) => `${name}:${value}`),
      fc.string(),
    )
    const isAnswered = (lines: string[], start: string) => {
      const text = calendar([`DTSTART:${start}`, ...lines])
      try {
        windowsFrom({ calendar: text, time_zone: 'Europe/Berlin' }, from)
      } catch (error) {
        if (!(error instanceof Problem)) throw error
        expect(error.message).toMatch(/^The calendar [^\p{Cc}]+$/u)
      }
    }
    const starts = fc.oneof(fc.constant('20260105T100000'), hostileValues)
    fc.assert(fc.property(fc.array(line, { maxLength: 5 }), starts, isAnswered), { numRuns: 500 })
  })
})

const hostileNames = fc.constantFrom(
  ...['DTSTART', 'DTEND', 'DURATION', 'RRULE', 'RDATE', 'EXDATE', 'RECURRENCE-ID', 'UID', 'STATUS'],
  ...[
    'DTSTART;TZID=Mars/Base',
    'DTEND;VALUE=DATE',
    'RDATE;VALUE=PERIOD',
    'BEGIN',
    'END',
    'SUMMARY',
  ],
)
const hostileValues = fc.oneof(
  fc.constantFrom(
    ...['', '0', '20260105T100000Z', '99999999T999999', '00000000', '-P1D', 'P99999999W', '\\n,;:'],
    ...['VEVENT', 'VALARM', 'VTIMEZONE', '20260101T000000Z/PT1H', '\u0000', '__proto__', '🦄'],
    ...['FREQ=SECONDLY', 'FREQ=DAILY;BYSETPOS=-1', 'FREQ=YEARLY;BYMONTHDAY=-31;BYMONTH=2', 'FREQ='],
  ),
  fc.string(),
)
