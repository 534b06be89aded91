import type { Wall } from './model.ts'

/** The formats of the time zones that were asked for: making one takes longer than using it a thousand times. */
const formats = new Map<string, Intl.DateTimeFormat>()

export function isTimeZone(name: string): boolean {
  try {
    formatOf(name)
    return true
  } catch (error) {
    // `Intl` has no other way to say that it does not know one.
    if (error instanceof RangeError) return false
    throw error
  }
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone)
  if (known) return known
  const numbers = {
    month: 'numeric',
    day: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  } as const
  const format = new Intl.DateTimeFormat('en-US', {
    ...{ ...numbers, timeZone, year: 'numeric', hour: 'numeric', hourCycle: 'h23', era: 'short' },
  })
  // There are some 600 names, and every one of them is good.
  formats.set(timeZone, format)
  return format
}

/** What a wall in that zone shows at an instant. */
export function wallAt(instant: number, timeZone: string): Wall {
  if (timeZone === 'UTC') return instant
  const parts = formatOf(timeZone).formatToParts(instant)
  const shown = new Map(parts.map(({ type, value }) => [type, Number(value)]))
  const number = (type: Intl.DateTimeFormatPartTypes) => shown.get(type) ?? 0
  const day = [number('year'), number('month') - 1, number('day')] as const
  return Date.UTC(...day, number('hour'), number('minute'), number('second'))
}

/** When a wall in that zone shows this: where clocks skip it or show it twice, by the offset before (RFC 5545 3.3.5). */
export function instantOf(wall: Wall, timeZone: string): number {
  const dayMs = 86_400_000
  const before = wallAt(wall - dayMs, timeZone) - (wall - dayMs)
  const after = wallAt(wall + dayMs, timeZone) - (wall + dayMs)
  const isBefore = wallAt(wall - before, timeZone) === wall
  const isAfter = wallAt(wall - after, timeZone) === wall
  return isBefore || !isAfter ? wall - before : wall - after
}
