const units = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'm'],
  [1000, 's'],
] as const

/** `2 d 4 h`: its two largest units; a dash where there is none. */
export function spanWords(ms: number | null): string {
  if (ms === null) return '–'
  const at = Math.max(
    0,
    units.findIndex(([size]) => ms >= size),
  )
  const [unit, smaller] = ms < 1000 ? [units[3]] : units.slice(at, at + 2)
  if (!unit) return '0 s'
  // Rounded in the smaller one, so that nothing is `1 h 60 m`.
  const step = smaller?.[0] ?? unit[0]
  const rounded = Math.round(ms / step) * step
  const whole = Math.floor(rounded / unit[0])
  const rest = smaller ? Math.round((rounded - whole * unit[0]) / step) : 0
  return [`${whole} ${unit[1]}`, rest > 0 && smaller ? `${rest} ${smaller[1]}` : '']
    .join(' ')
    .trim()
}

/** `12 %`, `0.4 %`; a dash where there is nothing to have a share of. */
export function shareWords(share: number | null): string {
  if (share === null) return '–'
  const percent = share * 100
  // Nothing that is missing is rounded away.
  if (share < 1 && percent > 99) return '> 99 %'
  return `${percent > 0 && percent < 1 ? percent.toFixed(1) : Math.round(percent)} %`
}

/** `1 deployment`, `2 deployments`. */
export const countWords = (n: number, noun: string): string =>
  `${n.toLocaleString('en')} ${noun}${n === 1 ? '' : 's'}`

const day = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short', timeZone: 'UTC' })

/** `Jan 31`, of UTC. */
export const dayWords = (ms: number): string => day.format(ms)
