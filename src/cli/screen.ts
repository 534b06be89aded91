import { stripVTControlCharacters, styleText } from 'node:util'

type Environment = Readonly<Record<string, string | undefined>>
type Style = 'green' | 'red' | 'yellow' | 'cyan' | 'gray' | 'bold'

/** Where lines go: data to one, messages to the other. */
export type Output = {
  readonly isTerminal: boolean
  readonly columns: number
  paint(style: Style, text: string): string
  line(text: string): void
  /** Text as it is, for what redraws itself. */
  draw(text: string): void
}

export type Screen = { readonly data: Output; readonly messages: Output }

export function openScreen(environment: Environment): Screen {
  return {
    data: openOutput(process.stdout, environment),
    messages: openOutput(process.stderr, environment),
  }
}

const columnsDefault = 80

function openOutput(stream: NodeJS.WriteStream, environment: Environment): Output {
  const isTerminal = stream.isTTY === true
  const isColoured = decideColour(environment, isTerminal)
  return {
    isTerminal,
    get columns() {
      // A terminal that was never told its size says 0.
      return stream.columns || columnsDefault
    },
    paint: (style, text) => (isColoured ? styleText(style, text, { validateStream: false }) : text),
    line: (text) => void stream.write(`${text}\n`),
    draw: (text) => void stream.write(text),
  }
}

/** no-color.org and bixense.com/clicolors: an empty value counts as none. */
export function decideColour(environment: Environment, isTerminal: boolean): boolean {
  if (environment['NO_COLOR']) return false
  const forced = environment['CLICOLOR_FORCE']
  if (forced && forced !== '0') return true
  return isTerminal && environment['CLICOLOR'] !== '0' && environment['TERM'] !== 'dumb'
}

const looks: Readonly<Record<string, readonly [symbol: string, style: Style]>> = {
  success: ['✓', 'green'],
  failure: ['✗', 'red'],
  error: ['!', 'red'],
  in_progress: ['+', 'cyan'],
  inactive: ['-', 'gray'],
}
const waitingLook = ['-', 'yellow'] as const

/** A state's symbol and colour. The symbol is always there, so colour is never the only sign. */
export function symbolOf(state: string, { paint }: Pick<Output, 'paint'>): string {
  const [symbol, style] = looks[state] ?? waitingLook
  return paint(style, symbol)
}

/**
 * What others wrote, fit for one line of a terminal: no escape sequence may move
 * the cursor, and no tab or newline may look like ours.
 */
export const oneLine = (text: string): string =>
  stripVTControlCharacters(text)
    .replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu, ' ')
    .trim()

/** Cut to what the terminal shows, with a sign that something is missing. */
export const cut = (text: string, columns: number): string =>
  text.length <= columns ? text : `${text.slice(0, Math.max(0, columns - 1))}…`

const units = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const

/** `5 minutes ago`, for people; pipes get exact dates. */
export function ago(iso: string, now: Date): string {
  const seconds = Math.max(0, (now.getTime() - Date.parse(iso)) / 1000)
  const [unit, length] = units.find(([, size]) => seconds >= size) ?? ['second', 1]
  const amount = Math.floor(seconds / length)
  return `${amount} ${unit}${amount === 1 ? '' : 's'} ago`
}

/** `42s`, `3m07s`, `1h02m`. */
export function lasting(ms: number): string {
  const seconds = Math.floor(ms / 1000)
  const two = (value: number) => String(value).padStart(2, '0')
  if (seconds < 60) return `${seconds}s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m${two(seconds % 60)}s`
  return `${Math.floor(seconds / 3600)}h${two(Math.floor(seconds / 60) % 60)}m`
}

/** A cell as a person sees it, and as a program reads it when that is another text. */
export type Cell = { readonly shown: string; readonly exact?: string; readonly paint?: Paint }
type Paint = (text: string) => string

/** Aligned under headers on a terminal; elsewhere tabs, no headers, nothing cut, exact values. */
export function printTable(
  output: Output,
  headers: readonly string[],
  rows: readonly (readonly Cell[])[],
): void {
  if (!output.isTerminal) {
    for (const row of rows) output.line(row.map(({ shown, exact }) => exact ?? shown).join('\t'))
    return
  }
  const widths = widthsOf([headers, ...rows.map((row) => row.map(({ shown }) => shown))])
  output.line(output.paint('bold', aligned(headers, widths).join('  ').trimEnd()))
  for (const row of rows) output.line(shownRow(row, widths, output.columns))
}

const widthsOf = (rows: readonly (readonly string[])[]): number[] =>
  (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))

const aligned = (texts: readonly string[], widths: readonly number[]) =>
  texts.map((text, column) => text.padEnd(widths[column] ?? 0))

/** Cells are cut before they are painted, so that no escape sequence is cut in two. */
function shownRow(row: readonly Cell[], widths: readonly number[], columns: number): string {
  let left = columns
  const texts = aligned(
    row.map(({ shown }) => shown),
    widths,
  ).map((text, column) => {
    const fitting = left > 0 ? cut(text, left) : ''
    left -= fitting.length + 2
    return row[column]?.paint?.(fitting) ?? fitting
  })
  return texts.join('  ').trimEnd()
}
