import { scaleBand, scaleLinear, scaleLog, scaleUtc } from 'd3-scale'
import { curveMonotoneX, line, stack } from 'd3-shape'
import { html } from 'ghtml'
import { dayWords, spanWords } from './words.ts'

/** Drawn on the server and coloured by the stylesheet: what it says is in a table beside it. */

const width = 340
const height = 150
const edge = { top: 10, right: 4, bottom: 22, left: 34 }
const inner = { left: edge.left, right: width - edge.right }
const floor = height - edge.bottom

export type Bar = { readonly start: number; readonly plain: number; readonly marked: number }

/** Counts by day or week, what is marked on top. */
export function barChart(label: string, bars: readonly Bar[]): string {
  const starts = bars.map(({ start }) => start)
  const x = scaleBand(starts, [inner.left, inner.right]).paddingInner(0.25)
  const most = Math.max(1, ...bars.map(({ plain, marked }) => plain + marked))
  const y = scaleLinear([0, most], [floor, edge.top]).nice(3)
  const layers = stack<Bar, 'plain' | 'marked'>().keys(['plain', 'marked'])([...bars])
  const drawn = layers.flatMap((layer) =>
    layer.map(([from, to], n) => {
      if (from === to) return ''
      const [left, top] = [x(starts[n] ?? 0) ?? 0, y(to)]
      return html`<rect class="${layer.key}" x="${tidy(left)}" y="${tidy(top)}" width="${tidy(x.bandwidth())}" height="${tidy(y(from) - top)}"></rect>`
    }),
  )
  const ticks = y.ticks(3).filter(Number.isInteger)
  const at = (start: number) => (x(start) ?? 0) + x.bandwidth() / 2
  return drawing(label, [
    grid(ticks.map((tick) => [y(tick), String(tick)])),
    days([starts[0], starts[Math.floor(starts.length / 2)], starts.at(-1)], at),
    ...drawn,
  ])
}

export type Dot = { readonly at: number; readonly ms: number }
type Spans = {
  readonly period: { readonly since: number; readonly until: number }
  readonly dots: readonly Dot[]
  /** What lies in the middle of each day or week, where there is something. */
  readonly middles: readonly Dot[]
}

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
/** Round durations: a scale runs from one of them to another, each several times the one before. */
const steps = [1000, minute, 10 * minute, hour, 6 * hour, day, 7 * day, 30 * day, 365 * day]

/** Durations, from seconds to months on one scale: each step up is several times as long. */
export function spanChart(label: string, { period, dots, middles }: Spans): string {
  const x = scaleUtc([period.since, period.until], [inner.left, inner.right])
  const domain = domainOf(dots.map(({ ms }) => ms))
  const y = scaleLog([domain[0] ?? 1, domain.at(-1) ?? 1], [floor, edge.top]).clamp(true)
  const path = line<Dot>(
    ({ at }) => x(at),
    ({ ms }) => y(ms),
  ).curve(curveMonotoneX)
  return drawing(label, [
    grid(domain.map((step) => [y(step), spanWords(step)])),
    days([period.since, (period.since + period.until) / 2, period.until], x),
    ...dots.map(
      ({ at, ms }) =>
        html`<circle class="dot" cx="${tidy(x(at))}" cy="${tidy(y(ms))}" r="3"></circle>`,
    ),
    dots.length === 0 ? nothing : html`<path class="line" d="${path([...middles]) ?? ''}"></path>`,
  ])
}

const nothing = `<text x="${(inner.left + inner.right) / 2}" y="${(edge.top + floor) / 2}" text-anchor="middle">Nothing in this period</text>`

/** The steps around all durations. */
function domainOf(spans: readonly number[]): number[] {
  if (spans.length === 0) return [hour, day, 7 * day]
  const least = Math.min(...spans)
  const most = Math.max(...spans)
  const from = steps.findLastIndex((step) => step <= least)
  const to = steps.findIndex((step) => step >= most)
  const first = Math.max(0, Math.min(from, steps.length - 2))
  return steps.slice(first, Math.max(to === -1 ? steps.length : to + 1, first + 2))
}

const grid = (ticks: readonly (readonly [y: number, word: string])[]): string =>
  ticks
    .map(
      ([y, word]) =>
        html`<path class="grid" d="M${inner.left} ${tidy(y)}H${inner.right}"></path><text x="${inner.left - 5}" y="${tidy(y + 3.5)}" text-anchor="end">${word}</text>`,
    )
    .join('')

const anchors = ['start', 'middle', 'end']

const days = (times: readonly (number | undefined)[], x: (time: number) => number): string =>
  times
    .map((time = 0, n) => {
      const at = n === 0 ? inner.left : n === 2 ? inner.right : x(time)
      return html`<text x="${tidy(at)}" y="${height - 5}" text-anchor="${anchors[n]}">${dayWords(time)}</text>`
    })
    .join('')

const drawing = (label: string, parts: readonly string[]): string =>
  html`<svg class="plot" viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}">!${parts.join('')}</svg>`

/** Tenths of a pixel are fine enough. */
const tidy = (pixels: number): string => String(Math.round(pixels * 10) / 10)
