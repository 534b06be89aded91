import { html } from 'ghtml'
import { icon } from './icon.ts'

export const shortSha = (sha: string): string => sha.slice(0, 7)

export const shaText = (sha: string): string =>
  html`<code class="sha" title="${sha}">${shortSha(sha)}</code>`

/** What was asked for, and the commit that it was then: only once where they are the same. */
export const refAndSha = (ref: string, sha: string): string =>
  ref === sha
    ? shaText(sha)
    : html`!${icon('git-branch')} <bdi class="sha">${ref}</bdi> !${shaText(sha)}`

/** Text that somebody else wrote: in the page's direction whatever marks are in it. */
export const theirs = (text: string): string => html`<bdi>${text}</bdi>`

/** A link out where it is one that a browser may follow (`javascript:` is not), and its text otherwise. */
export function outward(url: string, text: string): string {
  const isWeb = /^https?:\/\//i.test(url) && URL.canParse(url)
  return isWeb
    ? html`<a href="${url}" rel="noopener noreferrer nofollow">${text} !${icon('link-external')}</a>`
    : html`<span>${text}: <bdi>${url}</bdi></span>`
}
