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

/** Whoever reads it again has a stack that ends: ours when it is written, and those of receivers. */
const nestingMax = 500

/** The same for what comes from outside: what is nested deeper than anything is refused as no JSON. */
export function parseForeignJson(text: string): unknown {
  if (isNestedTooDeep(text)) throw new SyntaxError(`JSON nested deeper than ${nestingMax} levels`)
  return parseExactJson(text)
}

function isNestedTooDeep(text: string): boolean {
  if (text.length <= nestingMax) return false
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    if (character === '"') at = endOfText(text, at)
    else if (character === '[' || character === '{') depth += 1
    else if (character === ']' || character === '}') depth -= 1
    if (depth > nestingMax) return true
  }
  return false
}

/** Where the quotes close that open at `start`. */
function endOfText(text: string, start: number): number {
  let end = text.indexOf('"', start + 1)
  while (end >= 0 && isEscaped(text, end)) end = text.indexOf('"', end + 1)
  return end < 0 ? text.length : end
}

function isEscaped(text: string, at: number): boolean {
  let slashes = 0
  while (text[at - 1 - slashes] === '\\') slashes += 1
  return slashes % 2 === 1
}
