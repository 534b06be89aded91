import { scaleLog } from 'd3-scale'
import { html } from 'ghtml'
import { lasting } from '../elements/when.ts'
import type { Sent } from './queries.ts'

/** How many deliveries the chart of lags shows. */
export const lagsShown = 60
const chart = { width: 720, height: 140, left: 44, bottom: 8, top: 8 }
const ticksMs: readonly (readonly [number, string])[] = [
  [100, '0.1 s'],
  [1000, '1 s'],
  [60_000, '1 m'],
  [3_600_000, '1 h'],
  [86_400_000, '1 d'],
]

/** How long each of the newest deliveries took from its event to its arrival, oldest on the left. */
export function lagChart(newest: readonly Sent[], now: Date): string {
  if (newest.length === 0) return ''
  const sent = newest.toReversed().map((row) => ({ ...row, ms: lagOf(row, now) }))
  const max = Math.max(1000, ...sent.map(({ ms }) => ms))
  const height = scaleLog([50, max * 1.5], [0, chart.height - chart.top - chart.bottom]).clamp(true)
  const width = (chart.width - chart.left) / lagsShown
  const bars = sent.map(({ state, ms }, at) => {
    const high = Math.max(2, height(Math.max(ms, 50)))
    const x = chart.left + at * width
    return html`<rect class="${lookOf(state)}" x="${x.toFixed(1)}" width="${(width - 2).toFixed(1)}" y="${(chart.height - chart.bottom - high).toFixed(1)}" height="${high.toFixed(1)}"><title>${wordOf(state)} after ${wait(ms)}</title></rect>`
  })
  const said = lagWords(sent)
  return html`<figure><svg class="chart" viewBox="0 0 ${chart.width} ${chart.height}" role="img" aria-label="${said}">!${gridLines(max, height)}!${bars.join('')}</svg><figcaption class="muted">${said}</figcaption></figure>`
}

const lookOf = (state: Sent['state']) => {
  if (state === 'delivered') return 'good'
  return state === 'pending' || state === 'held' ? 'busy' : 'bad'
}

const wordOf = (state: Sent['state']) => {
  if (state === 'delivered') return 'Arrived'
  return state === 'pending' || state === 'held' ? 'Still waiting' : 'Given up'
}

const lagOf = ({ created_at, done_at }: Sent, now: Date) =>
  Math.max(0, (done_at === null ? now.getTime() : Date.parse(done_at)) - Date.parse(created_at))

const gridLines = (max: number, height: Scale) =>
  ticksMs
    .filter(([ms]) => ms <= max * 1.5)
    .map(([ms, word]) => {
      const y = (chart.height - chart.bottom - height(ms)).toFixed(1)
      return html`<line x1="${chart.left}" x2="${chart.width}" y1="${y}" y2="${y}"/><text x="${chart.left - 6}" y="${y}" text-anchor="end" dominant-baseline="middle">${word}</text>`
    })
    .join('')

type Lagging = { readonly state: Sent['state']; readonly ms: number }

/** The chart in words. */
function lagWords(sent: readonly Lagging[]): string {
  const arrived = sent.filter(({ state }) => state === 'delivered').map(({ ms }) => ms)
  const sorted = arrived.toSorted((a, b) => a - b)
  const median = sorted[Math.floor(sorted.length / 2)]
  const waiting = sent.filter(({ state }) => state === 'pending' || state === 'held').length
  const times =
    median === undefined
      ? 'none has arrived'
      : `half arrived within ${wait(median)} of the event, the slowest after ${wait(sorted.at(-1) ?? 0)}`
  const lost = sent.length - arrived.length - waiting
  return `Of the last ${sent.length} deliveries ${times}; ${waiting} still waiting, ${lost} given up.`
}

type Scale = (value: number) => number

const wait = (ms: number) => (ms < 60_000 ? `${(ms / 1000).toFixed(1)} s` : lasting(ms))
