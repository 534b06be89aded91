import { medianOf } from './measure.ts'

/** What one row of the table says. */
export type Finding = {
  readonly what: string
  readonly unit: string
  readonly ours: number
  /** What it is compared with, measured in turns with ours. */
  readonly beside?: { readonly what: string; readonly value: number }
  /** The median of ours / theirs over pairs of neighbouring measurements. */
  readonly ratio?: number
  /** The lowest and the highest of those pairs. */
  readonly spread?: readonly [number, number]
  /** For the ratio where there is one, else for ours. */
  readonly bar?: Bar
}

type Bar = { readonly is: 'at least' | 'at most'; readonly value: number }

export const atLeast = (value: number): Bar => ({ is: 'at least', value })
export const atMost = (value: number): Bar => ({ is: 'at most', value })

/** What a row does: measures in a folder of its own, gives what it found. */
export type Row = {
  readonly name: string
  readonly measure: (place: Place) => Promise<readonly Finding[]>
}

export type Place = {
  /** Empty, and removed afterwards. */
  readonly folder: string
  /** Of A-B-B-A. */
  readonly rounds: number
  /** How long each measurement lasts. */
  readonly ms: number
  readonly isQuick: boolean
}

type About = Pick<Finding, 'what' | 'unit' | 'bar'> & { readonly against: string }

/** Medians of both, and of the ratios of what was measured side by side. */
export function compared(
  { against, ...about }: About,
  [ours = [], theirs = []]: readonly (readonly number[])[],
): Finding {
  const ratios = ours.map((value, at) => value / (theirs[at] ?? Number.NaN))
  return {
    ...about,
    ours: medianOf(ours),
    beside: { what: against, value: medianOf(theirs) },
    ratio: medianOf(ratios),
    spread: [Math.min(...ratios), Math.max(...ratios)],
  }
}

/** Undefined where there is no bar. */
export function isMet({ bar, ratio, ours }: Finding): boolean | undefined {
  if (!bar) return undefined
  const value = ratio ?? ours
  return bar.is === 'at least' ? value >= bar.value : value <= bar.value
}
