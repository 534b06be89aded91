import { quantileOf } from './decide-quantile.ts'
import { type Judged, type Period, recoveryOf, type SeriesItem } from './model.ts'

const dayMs = 86_400_000
/** More days than this are told of by the week. */
const daysMax = 31

/** A period in days or weeks of UTC, empty ones among them; the last ends with the day that goes on. */
export function decideSeries(judged: readonly Judged[], { since, until }: Period): SeriesItem[] {
  const sizeMs = until - since > daysMax * dayMs ? 7 * dayMs : dayMs
  const end = Math.ceil(until / dayMs) * dayMs
  const count = Math.ceil((end - since) / sizeMs)
  const byPlace = Map.groupBy(judged, ({ deployment: { successAt } }) =>
    Math.floor((end - 1 - successAt) / sizeMs),
  )
  return Array.from({ length: count }, (_, n) => {
    const place = count - 1 - n
    return { start: end - (place + 1) * sizeMs, ...itemOf(byPlace.get(place) ?? []) }
  })
}

function itemOf(judged: readonly Judged[]): Omit<SeriesItem, 'start'> {
  const recoveries = judged.map(recoveryOf).filter((ms) => ms !== undefined)
  const leadTimes = judged.flatMap(({ leadTimes: known = [] }) => known)
  return {
    deployments: judged.length,
    failures: judged.filter(({ isFailure }) => isFailure).length,
    rework: judged.filter(({ isRework }) => isRework).length,
    commits: leadTimes.length,
    leadTime: quantileOf(leadTimes, 0.5),
    recoveryTime: quantileOf(recoveries, 0.5),
  }
}
