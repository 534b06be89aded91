import { html } from 'ghtml'

/** Links to newer and older, where there are such; the query keeps everything else that it said. */
export function pagination(
  path: string,
  query: Readonly<Record<string, string>>,
  to: {
    readonly newer?: Readonly<Record<string, string>>
    readonly older?: Readonly<Record<string, string>>
  },
): string {
  const link = (change: Readonly<Record<string, string>> | undefined, word: string, rel: string) =>
    change === undefined
      ? ''
      : html`<a class="button" rel="${rel}" href="${withQuery(path, { ...query, ...change })}">${word}</a>`
  const links = [link(to.newer, 'Newer', 'prev'), link(to.older, 'Older', 'next')].join('')
  return links && html`<nav class="pages" aria-label="Pages">!${links}</nav>`
}

/** An address with those parameters that say something. */
export function withQuery(path: string, query: Readonly<Record<string, string>>): string {
  const said = Object.entries(query).filter(([, value]) => value !== '')
  return said.length === 0 ? path : `${path}?${new URLSearchParams(said)}`
}
