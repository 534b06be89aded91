import { html } from 'ghtml'

const steps: readonly (readonly [seconds: number, unit: Intl.RelativeTimeFormatUnit])[] = [
  [31_536_000, 'year'],
  [2_592_000, 'month'],
  [86_400, 'day'],
  [3600, 'hour'],
  [60, 'minute'],
]

const words = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'long' })

/** `2026-01-31 09:05 UTC`: a moment that reads the same to everybody. */
export const moment = (iso: string): string => html`<time datetime="${iso}">${exactly(iso)}</time>`

/** `3 hours ago`, exactly when on pointing at it; a script keeps `data-ago` right while the page stays open. */
export const ago = (iso: string, now: Date): string =>
  html`<time datetime="${iso}" title="${exactly(iso)}" data-ago>${agoWords(iso, now)}</time>`

/** Also of what is to come: `in 5 minutes`. */
function agoWords(iso: string, now: Date): string {
  const seconds = Math.round((Date.parse(iso) - now.getTime()) / 1000)
  const step = steps.find(([size]) => Math.abs(seconds) >= size)
  if (!step) return Math.abs(seconds) < 10 ? 'just now' : words.format(seconds, 'second')
  return inWords(Math.round(seconds / step[0]), step[1])
}

/** A page says the same few dozens again and again, and the formatter is slow. */
const said = new Map<string, string>()
const saidMax = 1000

function inWords(count: number, unit: Intl.RelativeTimeFormatUnit): string {
  const key = `${count} ${unit}`
  const text = said.get(key) ?? words.format(count, unit)
  if (said.size < saidMax) said.set(key, text)
  return text
}

/** `4 m 12 s`: how long something took. */
export function lasting(ms: number): string {
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} m ${seconds % 60} s`
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} m`
}

/** `2026-01-31 09:05 UTC` */
export const exactly = (iso: string) => `${iso.slice(0, 16).replace('T', ' ')} UTC`
