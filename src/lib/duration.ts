const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

/** Milliseconds of `30s`, `5m`, `1h` …; the schema has checked the form. */
export function durationMs(text: string): number {
  const [, digits = '', unit = ''] = /^(\d+)(ms|s|m|h|d)$/.exec(text) ?? []
  const ms = Number(digits) * (unitMs[unit] ?? Number.NaN)
  if (!Number.isSafeInteger(ms)) throw new Error(`Not a duration: ${text}`)
  return ms
}
