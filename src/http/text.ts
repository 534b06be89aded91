import { z } from 'zod'

/**
 * One line of text from a client. Control characters are refused: no field that
 * uses this has a use for them, and logs, terminals and PostgreSQL do not bear them.
 */
export const line = (charactersMax: number) =>
  z
    .string()
    .max(charactersMax, { error: `is too long (maximum is ${charactersMax} characters)` })
    .regex(/^[^\p{Cc}]*$/u, { error: 'may not contain control characters' })

/** Text of several lines: as `line`, but line breaks and tabs are welcome. */
export const text = (charactersMax: number) =>
  z
    .string()
    .max(charactersMax, { error: `is too long (maximum is ${charactersMax} characters)` })
    .regex(/^(?:[^\p{Cc}]|[\t\n\r])*$/u, { error: 'may not contain control characters' })

/** An address that a browser may be sent to. */
export const httpUrl = (charactersMax = 2048) =>
  line(charactersMax).refine((value) => /^https?:\/\/[^\s/]/i.test(value), {
    error: 'must use http(s) scheme',
  })
