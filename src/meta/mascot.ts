const wordsCharactersMax = 200

/** A line that may be printed to a terminal: no control characters, no end. */
function spoken(words: string): string {
  const line = words.replace(/\p{Cc}+/gu, ' ').trim()
  return line.length > wordsCharactersMax ? `${line.slice(0, wordsCharactersMax)}…` : line
}

/** A boat on a slipway that says something. */
export function mascot(words: string): string {
  const line = spoken(words)
  const width = [...line].length
  return [
    `         .${'-'.repeat(width + 2)}.`,
    `         | ${line} |`,
    `         '--.${'-'.repeat(Math.max(width - 1, 0))}'`,
    '            /',
    '      |\\   /',
    '      | \\',
    '      |  \\',
    '   ___|___\\____',
    '   \\  o   o   /',
    '~~~~\\________/~~~~~',
    '  ~~~   ~~~~   ~~~',
    '',
  ].join('\n')
}
