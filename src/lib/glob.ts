/**
 * `*` stands for any run of characters but `/`, `**` for any run at all, `?`
 * for one character but `/`; all else for itself. Time is at most pattern × name:
 * a row of reachable positions, so no pattern can make it hang.
 */
export function matchesGlob(pattern: string, name: string): boolean {
  let reached = [true, ...Array.from(name, () => false)]
  for (const token of tokensOf(pattern)) reached = advance(reached, token, name)
  return reached.at(-1) === true
}

export const matchesAny = (patterns: readonly string[], name: string) =>
  patterns.some((pattern) => matchesGlob(pattern, name))

const tokensOf = (pattern: string) => pattern.match(/\*\*+|\*|\?|[^*?]/gsu) ?? []

/** From "the pattern so far matches the first i characters" to the same with one more token. */
function advance(reached: readonly boolean[], token: string, name: string): boolean[] {
  const characters = [...name]
  if (!token.startsWith('*')) {
    const fits = (c: string) => (token === '?' ? c !== '/' : c === token)
    return [false, ...characters.map((c, i) => reached[i] === true && fits(c))]
  }
  const next = [reached[0] === true]
  for (const [i, c] of characters.entries()) {
    const goesOn = next[i] === true && (token.length > 1 || c !== '/')
    next.push(goesOn || reached[i + 1] === true)
  }
  return next
}
