import { z } from 'zod'
import { line } from '../http/text.ts'
import type { Rule } from './decide-recurrence.ts'
import { findZone } from './time-zone.ts'

/** A time on a wall: milliseconds as `Date.UTC` counts them, wherever the wall is. */
export type Wall = number

/** How time is told in a place. */
export type Zone = {
  /** What its walls show at an instant. */
  readonly wallAt: (instant: number) => Wall
  /** When they show this: where clocks skip it or show it twice, by the offset before (RFC 5545 3.3.5). */
  readonly instantOf: (wall: Wall) => number
}

/** One `VEVENT`, as far as it says when something is. */
export type CalendarEvent = {
  readonly uid: string
  readonly summary: string
  readonly start: Wall
  readonly lastsMs: number
  readonly zone: Zone
  readonly rule: Rule | null
  /** Further starts. */
  readonly extra: readonly Wall[]
  /** Starts that do not happen. */
  readonly excluded: readonly Wall[]
  /** The start of the one occurrence of `uid` that this event takes the place of. */
  readonly instead: Wall | null
}

/** From when to when an environment is frozen, and what for. */
export type Window = {
  readonly summary: string
  readonly startsAt: Date
  readonly endsAt: Date
}

/** What keeps deployments back now. A calendar that cannot be read cannot say that it is over. */
export type Frost =
  | { readonly kind: 'frozen'; readonly summary: string; readonly until: Date }
  | { readonly kind: 'unreadable'; readonly name: string }

export const freezeName = line(100).refine((name) => name.trim() !== '', {
  error: "can't be blank",
})

const windowsMax = 100
const summaryCharactersMax = 255

const wall = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?$/, {
    error: 'is not a local time such as 2026-12-24T16:00',
  })
  .refine((text) => !Number.isNaN(Date.parse(`${text}Z`)), { error: 'is no time' })

const window = z
  .strictObject({
    summary: line(summaryCharactersMax).default('Freeze'),
    starts_at: wall,
    ends_at: wall,
    repeats: z.enum(['daily', 'weekly', 'monthly', 'yearly']).optional(),
  })
  .refine(({ starts_at, ends_at }) => Date.parse(starts_at) < Date.parse(ends_at), {
    error: 'must end after it starts',
  })
export type NewWindow = z.infer<typeof window>

/** Either a calendar or windows. Times that name no time zone are in `time_zone`. */
export const newFreeze = z
  .strictObject({
    calendar: z.string().optional(),
    windows: z.array(window).min(1).max(windowsMax).optional(),
    time_zone: line(100)
      .refine((name) => findZone(name) !== undefined, {
        error: 'is not a name such as Europe/Berlin',
      })
      .default('UTC'),
  })
  .refine(({ calendar, windows }) => (calendar === undefined) !== (windows === undefined), {
    error: 'must be given as a calendar or as windows',
    path: ['calendar'],
  })
export type NewFreeze = z.infer<typeof newFreeze>
