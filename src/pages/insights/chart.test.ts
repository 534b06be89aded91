import { describe, expect, it } from 'vitest'
import { barChart, spanChart } from './chart.ts'

const day = 86_400_000
const period = { since: Date.parse('2026-01-01'), until: Date.parse('2026-01-31') }
const axisOf = (svg: string) =>
  [...svg.matchAll(/<text[^>]*text-anchor="end">([^<]*)</g)].map(([, word]) => word)

describe('a chart of durations', () => {
  const chart = (...spans: number[]) => {
    const dots = spans.map((ms, n) => ({ at: period.since + n * day, ms }))
    return spanChart('Lead "time"', { period, dots, middles: dots })
  }
  it('has round durations around all that it shows', () => {
    expect(axisOf(chart(90_000, 5 * 3_600_000))).toEqual(['1 m', '10 m', '1 h', '6 h', 'Jan 31'])
    expect(axisOf(chart(0))).toEqual(['1 s', '1 m', 'Jan 31'])
    expect(axisOf(chart(2000 * day))).toEqual(['30 d', '365 d', 'Jan 31'])
  })
  it('draws what there is and nothing that is no number', () => {
    expect(chart(0, 1, 2000 * day).match(/<circle/g)).toHaveLength(3)
    expect(chart(0, 1, 2000 * day)).not.toMatch(/NaN|Infinity/)
  })
  it('says that there is nothing', () => {
    expect(chart()).toContain('Nothing in this period')
    expect(chart()).toContain('aria-label="Lead &#34;time&#34;"')
  })
})

describe('a chart of counts', () => {
  const bars = [
    { start: period.since, plain: 3, marked: 1 },
    { start: period.since + day, plain: 0, marked: 0 },
    { start: period.since + 2 * day, plain: 1, marked: 0 },
  ]
  it('has whole numbers, and a bar for each that is not empty', () => {
    const svg = barChart('Deployments', bars)
    expect(axisOf(svg)).toEqual(['0', '1', '2', '3', '4', 'Jan 3'])
    expect(svg.match(/<rect class="plain"/g)).toHaveLength(2)
    expect(svg.match(/<rect class="marked"/g)).toHaveLength(1)
  })
  it('bears that there are none', () => {
    const empty = barChart('Deployments', bars.slice(1, 2))
    expect(empty).not.toMatch(/NaN|<rect/)
  })
})
