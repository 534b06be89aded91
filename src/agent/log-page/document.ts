import { createHash } from 'node:crypto'

const style = `
:root { color-scheme: light dark }
body { margin: 0; font: 13px/1.5 ui-monospace, monospace; color: light-dark(#1f2328, #e6edf3); background: light-dark(#fff, #0d1117) }
header { position: sticky; top: 0; padding: 8px 16px; font-family: system-ui, sans-serif; background: light-dark(#f6f8fa, #161b22); border-bottom: 1px solid light-dark(#d1d9e0, #30363d) }
pre { margin: 0; padding: 16px; white-space: pre-wrap; overflow-wrap: anywhere }
`

/** Adds what arrives to the end and follows it, unless the reader has scrolled up. */
const script = `
const log = document.querySelector('pre')
const state = document.querySelector('output')
const source = new EventSource(log.dataset.events)
source.onmessage = ({ data }) => {
  const atEnd = innerHeight + scrollY >= document.body.scrollHeight - 40
  log.append(JSON.parse(data))
  if (atEnd) scrollTo(0, document.body.scrollHeight)
}
source.addEventListener('end', () => { source.close(); state.value = 'ended' })
source.onerror = () => { if (source.readyState !== EventSource.CLOSED) state.value = 'reconnecting' }
source.onopen = () => { state.value = 'live' }
`

const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

/** Nothing runs or loads on this page but its own two blocks; text can never become markup. */
const policy = [
  "default-src 'none'",
  `style-src ${hashOf(style)}`,
  `script-src ${hashOf(script)}`,
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** For every answer: whoever has the link may read, nobody may find, frame or pass it on (agent 5, log_url). */
export const privateHeaders = {
  'cache-control': 'no-store',
  'content-security-policy': policy,
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-robots-tag': 'noindex, nofollow',
} as const

export type LogDocument = {
  /** The last part of the page's own path. */
  readonly name: string
  readonly text: string
  /** Where `text` ends in the log, so that the live part goes on exactly there. */
  readonly offset: number
  /** Bytes before `text` that are only in the raw log. */
  readonly skippedBytes: number
  readonly isEnded: boolean
}

/** The page works without JavaScript: a log that still grows reloads itself. */
export function renderLog({ name, text, offset, skippedBytes, isEnded }: LogDocument): string {
  const reload = isEnded ? '' : '<noscript><meta http-equiv="refresh" content="5"></noscript>'
  const live = isEnded ? '' : `<script>${script}</script>`
  const skipped =
    skippedBytes > 0 ? `The first ${skippedBytes} bytes are in the raw log only. ` : ''
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Deployment log</title>
<meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">
<style>${style}</style>${reload}</head>
<body><header>Deployment log · <output>${isEnded ? 'ended' : 'live'}</output> · ${skipped}<a href="${name}/raw">raw</a></header>
<pre data-events="${name}/events?offset=${offset}">
${escapeHtml(text)}</pre>${live}</body></html>
`
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
}
const escapeHtml = (text: string) => text.replaceAll(/[&<>"]/g, (found) => entities[found] ?? '')
