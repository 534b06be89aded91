import { z } from 'zod'

/**
 * One line of text from a client. Control characters are refused: no field that
 * uses this has a use for them, and logs, terminals and PostgreSQL do not bear them.
 */
export const line = (charactersMax: number) =>
  atMost(charactersMax).regex(/^[^\p{Cc}]*$/u, { error: 'may not contain control characters' })

/** Text of several lines: as `line`, but line breaks and tabs are welcome. */
export const text = (charactersMax: number) =>
  atMost(charactersMax).regex(/^(?:[^\p{Cc}]|[\t\n\r])*$/u, {
    error: 'may not contain control characters',
  })

/** An address that a browser may be sent to. */
export const httpUrl = (charactersMax = 2048) =>
  line(charactersMax).refine((value) => /^https?:\/\/[^\s/]/i.test(value), {
    error: 'must use http(s) scheme',
  })

/** Counts characters as people do, an emoji as one, and not UTF-16 units. */
const atMost = (charactersMax: number) =>
  z.string().refine((value) => hasAtMost(value, charactersMax), {
    error: `is too long (maximum is ${charactersMax} characters)`,
  })

function hasAtMost(value: string, charactersMax: number): boolean {
  if (value.length <= charactersMax) return true
  return value.length <= 2 * charactersMax && [...value].length <= charactersMax
}
