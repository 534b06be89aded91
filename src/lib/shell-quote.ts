/**
 * One word for a POSIX shell, whatever the value holds. This is the only place
 * that quotes. A NUL cannot be in an argument and is a bug of the caller.
 */
export function shellQuote(value: string): string {
  if (value.includes('\0')) throw new Error('A NUL cannot be quoted for a shell')
  return /^[A-Za-z0-9_/.:,-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`
}

/** Words for one command line. */
export const shellWords = (words: readonly string[]) => words.map(shellQuote).join(' ')
