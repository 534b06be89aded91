import { scaleLinear } from 'd3-scale'
import { html } from 'ghtml'

/** How many attempts there were on a day (UTC), and how many of them went well. */
type AttemptDay = { readonly day: string; readonly all: number; readonly good: number }

const days = 7
const dayMs = 86_400_000

/** The first of the days that a sparkline shows, as it is written in rows. */
export const sparklineStart = (now: Date): string =>
  new Date(now.getTime() - (days - 1) * dayMs).toISOString().slice(0, 10)

const spark = { step: 12, bar: 10, height: 24 }

/** A bar for each of the last seven days: what arrived, and on top of it what failed. */
export function sparkline(rows: readonly AttemptDay[], now: Date): string {
  const all = rows.reduce((sum, row) => sum + row.all, 0)
  if (all === 0) return '<span class="muted">Nothing in 7 days</span>'
  const failed = all - rows.reduce((sum, row) => sum + row.good, 0)
  const max = Math.max(...rows.map((row) => row.all))
  const scale = scaleLinear([0, max], [0, spark.height])
  const bars = Array.from({ length: days }, (_, at) => {
    const day = new Date(now.getTime() - (days - 1 - at) * dayMs).toISOString().slice(0, 10)
    const row = rows.find((one) => one.day === day)
    return row ? dayBar(row, at, scale) : quietDay(at)
  })
  const said = `${all} attempts in 7 days, ${failed === 0 ? 'none' : failed} failed`
  return html`<svg class="spark" viewBox="0 0 ${days * spark.step} ${spark.height}" role="img" aria-label="${said}"><title>${said}</title>!${bars.join('')}</svg>`
}

type Scale = (value: number) => number

const quietDay = (at: number) =>
  html`<rect class="quiet" x="${at * spark.step}" width="${spark.bar}" y="${spark.height - 2}" height="2"/>`

function dayBar({ all, good }: AttemptDay, at: number, scale: Scale): string {
  const [x, failing] = [at * spark.step, all - good]
  const bar = (look: string, from: number, to: number) =>
    from === to
      ? ''
      : html`<rect class="${look}" x="${x}" width="${spark.bar}" y="${(spark.height - scale(to)).toFixed(1)}" height="${(scale(to) - scale(from)).toFixed(1)}"/>`
  return bar('good', 0, good) + bar('bad', good, good + failing)
}
