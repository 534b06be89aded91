import { plainTextOf } from '../agent/journal/plain-text.ts'

/** A run of text in one look: names of classes, empty for the usual look. */
export type Part = { readonly text: string; readonly look: string }

const colours: readonly string[] = ['', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', '']

/**
 * A line of a terminal as text with colours (ECMA-48 8.3.117). Every other sequence is left out, so nothing
 * moves a cursor, sets a title or hides what stands there; what a progress bar wrote over is not shown.
 */
export function partsOf(line: string): Part[] {
  const last = line.replace(/\r+$/, '').split('\r').at(-1) ?? ''
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what is looked for
  const pieces = last.split(/\u001b\[([\d;]*)m/)
  const parts: Part[] = []
  let look: Look = usual
  for (const [position, piece] of pieces.entries()) {
    if (position % 2 === 1) look = lookAfter(look, piece)
    else parts.push({ text: plainTextOf(piece), look: classesOf(look) })
  }
  return parts.filter(({ text }) => text !== '')
}

type Look = { readonly isBold: boolean; readonly colour: string }
const usual: Look = { isBold: false, colour: '' }

const lookAfter = (look: Look, codes: string): Look => codes.split(';').reduce(change, look)

/** Backgrounds and the finer colours are left out: they cannot be read in both themes. */
function change(look: Look, code: string): Look {
  const number = Number(code)
  if (number === 0) return usual
  if (number === 1) return { ...look, isBold: true }
  if (number === 22) return { ...look, isBold: false }
  if (number === 39) return { ...look, colour: '' }
  const isColour = (number >= 30 && number <= 37) || (number >= 90 && number <= 97)
  return isColour ? { ...look, colour: colours[number % 10] ?? '' } : look
}

const classesOf = ({ isBold, colour }: Look) =>
  [isBold && 'bold', colour !== '' && `ansi-${colour}`].filter(Boolean).join(' ')
