import { styleText } from 'node:util'

/** The four columns of the picture. */
const lanes = ['Tooling', 'Slipway', '3rd party', 'Your servers'] as const
type Lane = (typeof lanes)[number]

const laneWidth = 16
const gap = '   '

export type Picture = {
  title(text: string): void
  note(text: string): void
  /** Something travelled from one lane to another, as it really did. */
  arrow(from: Lane, to: Lane, text: string): void
  /** A statement that was checked and held. */
  held(text: string): void
}

/** Draws the sequence as it happens, one line an arrow. Without colours on anything but a terminal. */
export function openPicture(write: (text: string) => void, isTerminal: boolean): Picture {
  const paint = (style: Parameters<typeof styleText>[0], text: string) =>
    isTerminal ? styleText(style, text) : text
  const line = (text = '') => write(`${text}\n`)
  return {
    title(text) {
      line()
      line(paint('bold', text))
      line(
        paint(
          'dim',
          lanes
            .map((lane) => lane.padStart(laneWidth / 2 + lane.length / 2).padEnd(laneWidth))
            .join(''),
        ),
      )
    },
    note: (text) => line(paint('dim', `${' '.repeat(lanes.length * laneWidth)}${gap}${text}`)),
    arrow(from, to, text) {
      line(`${paint('cyan', arrowBetween(lanes.indexOf(from), lanes.indexOf(to)))}${gap}${text}`)
    },
    held: (text) => line(`${paint('green', '  ✓')} ${text}`),
  }
}

/** `│` for every lane, and an arrow from the middle of one to the middle of another. */
export function arrowBetween(from: number, to: number): string {
  const middle = (lane: number) => lane * laneWidth + laneWidth / 2
  const cells = Array.from({ length: lanes.length * laneWidth }, () => ' ')
  for (const lane of lanes.keys()) cells[middle(lane)] = '│'
  const [left, right] = [Math.min(from, to), Math.max(from, to)].map(middle) as [number, number]
  for (let cell = left + 1; cell < right; cell += 1) cells[cell] = '─'
  if (from < to) cells[right - 1] = '▶'
  else cells[left + 1] = '◀'
  return cells.join('')
}
