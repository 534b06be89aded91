import type { Wall, Zone } from './model.ts'

export const utc: Zone = { wallAt: (instant) => instant, instantOf: (wall) => wall }

/** By name: making one takes longer than using it a thousand times, and there are some 600 names. */
const zones = new Map<string, Zone>([['UTC', utc]])

/** The zone of a name such as `Europe/Berlin`; the same object for the same name. */
export function findZone(name: string): Zone | undefined {
  const known = zones.get(name)
  if (known) return known
  try {
    const zone = zoneFrom(wallIn(formatOf(name)))
    zones.set(name, zone)
    return zone
  } catch (error) {
    // `Intl` has no other way to say that it does not know one.
    if (error instanceof RangeError) return undefined
    throw error
  }
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const numbers = {
    month: 'numeric',
    day: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  } as const
  return new Intl.DateTimeFormat('en-US', {
    ...{ ...numbers, timeZone, year: 'numeric', hour: 'numeric', hourCycle: 'h23', era: 'short' },
  })
}

const wallIn = (format: Intl.DateTimeFormat) => (instant: number) => {
  const parts = format.formatToParts(instant)
  const shown = new Map(parts.map(({ type, value }) => [type, Number(value)]))
  const number = (type: Intl.DateTimeFormatPartTypes) => shown.get(type) ?? 0
  const day = [number('year'), number('month') - 1, number('day')] as const
  return Date.UTC(...day, number('hour'), number('minute'), number('second'))
}

const dayMs = 86_400_000

/** The zone whose walls show that. */
export function zoneFrom(wallAt: Zone['wallAt']): Zone {
  const instantOf = (wall: Wall): number => {
    const before = wallAt(wall - dayMs) - (wall - dayMs)
    const after = wallAt(wall + dayMs) - (wall + dayMs)
    const isBefore = wallAt(wall - before) === wall
    const isAfter = wallAt(wall - after) === wall
    return isBefore || !isAfter ? wall - before : wall - after
  }
  return { wallAt, instantOf }
}
