/** 16 digits, or an exponent: only such text can hold a number that a double cannot. */
const mayLose = /\d{16}|\d[eE]/

/**
 * `JSON.parse` that keeps what a double cannot hold: an integer beyond 2^53 or a
 * number without end stays as it was written, and `JSON.stringify` writes it so
 * again. Members keep their order, but for names that look like array indexes,
 * which JavaScript puts first.
 */
export function parseExactJson(text: string): unknown {
  if (!mayLose.test(text)) return JSON.parse(text)
  return JSON.parse(text, (_name, value: unknown, context?: { source?: string }) =>
    typeof value === 'number' && isLossy(value) ? rawJson(context?.source, value) : value,
  )
}

const isLossy = (value: number) =>
  !Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value))

/** In V8 since 2024, and not yet in TypeScript's library. */
const { rawJSON } = JSON as unknown as { rawJSON: (source: string) => unknown }

const rawJson = (source: string | undefined, value: number) =>
  source === undefined ? value : rawJSON(source)
