/**
 * Escape sequences of terminals: colours and cursor moves (CSI), titles and links
 * (OSC and its kin, ended by BEL or ST), and the short ones (ECMA-48 5.3–5.6).
 */
const escapes = [
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]/g,
  // biome-ignore lint/suspicious/noControlCharactersInRegex: see above
  /\u001b[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\|$)/g,
  // biome-ignore lint/suspicious/noControlCharactersInRegex: see above
  /\u001b[ -/]*[0-~]?/g,
]
// biome-ignore lint/suspicious/noControlCharactersInRegex: see above
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g

/**
 * A line of a program's output as plain text: no escape sequence can move a reader's
 * cursor, no control character can hide what stands there. A progress bar that
 * rewrites its line by carriage returns becomes lines.
 */
export function plainTextOf(line: string): string {
  const rewritten = line.replace(/\r+$/, '').replaceAll('\r', '\n')
  const bare = escapes.reduce((text, sequence) => text.replaceAll(sequence, ''), rewritten)
  return bare.replaceAll(controls, '').toWellFormed()
}
