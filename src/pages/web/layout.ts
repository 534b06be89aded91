import { html } from 'ghtml'
import type { Account } from '../../accounts/model.ts'
import { cursorOf } from '../../feed/payload.ts'
import { avatar } from '../elements/avatar.ts'
import { icon } from '../elements/icon.ts'
import { assets } from './assets.ts'
import type { Page, Visit } from './route.ts'

/** Who is shown a page. */
export type Frame = Pick<Visit, 'session' | 'formToken'> & {
  /** The last event that the page can know of; a page of nobody hears of none. */
  readonly heardUntil: number | undefined
  /** How many deployments wait for their review. */
  readonly asked: number
}

/** A whole page. It works without JavaScript, which only spares reloading it. */
export const renderPage = (page: Page, visit: Frame): string => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${page.title} · Slipway</title>
<link rel="icon" href="${assets.icon.path}">
<link rel="stylesheet" href="${assets.style.path}">!${refreshTo(page.refresh)}!${scriptTags(page, visit)}
</head>
<body!${classOf(page)}!${heardOf(page, visit)}>
!${page.layout === 'board' ? '' : bar(visit, isLive(page, visit))}
<main id="main">
!${isNarrow(page) ? html`<h1>${page.title}</h1>` : ''}
!${page.main}
</main>
</body>
</html>
`

const refreshTo = (url: string | undefined) =>
  url === undefined ? '' : html`<meta http-equiv="refresh" content="0; url=${url}">`

const isNarrow = ({ layout = 'narrow' }: Page) => layout === 'narrow'

const classOf = ({ layout = 'narrow' }: Page) => (layout === 'wide' ? '' : html` class="${layout}"`)

const isLive = (page: Page, { heardUntil }: Frame) => !isNarrow(page) && heardUntil !== undefined

/** From where on the page is to be told what happens. */
const heardOf = (page: Page, visit: Frame) =>
  isLive(page, visit) ? html` data-heard="${cursorOf(visit.heardUntil ?? 0)}"` : ''

const scriptTags = (page: Page, visit: Frame) =>
  [...(isLive(page, visit) ? [assets.live.path, assets.keys.path] : []), ...(page.scripts ?? [])]
    .map((path) => html`<script type="module" src="${path}"></script>`)
    .join('')

const bar = ({ session, formToken, asked }: Frame, isLive: boolean) =>
  html`<a class="skip" href="#main">Skip to content</a>
<header class="bar"><a class="brand" href="/">!${icon('rocket')} Slipway</a>!${session ? whoIsHere(session.account, formToken, reviewsLink(asked, isLive)) : ''}</header>`

const whoIsHere = (account: Account, formToken: string, reviews: string) => html`
<nav aria-label="Site"><a href="/">Deployments</a>!${reviews}<a href="/settings/tokens">Settings</a></nav>
<span>!${avatar(account)} <span class="visually-hidden">Signed in as</span> <strong>${account.login}</strong></span>
<form method="post" action="/logout">!${hiddenInputs({ form_token: formToken })}<button>Sign out</button></form>
`

/** With how many wait. It is kept right by itself: the page around it may have nothing to do with them. */
export const reviewsLink = (asked: number, isLive: boolean): string =>
  html`<a href="/reviews" id="reviews-asked"!${isLive ? ' data-live="any" data-live-from="/reviews/count"' : ''}>Reviews!${asked === 0 ? '' : html` <span class="count">${asked}</span>`}</a>`

/** Goes on by itself, and by hand where a browser does not. */
export const onwardPage = (to: string): Page => ({
  kind: 'page',
  title: 'One moment',
  refresh: to,
  main: html`<p class="card"><a href="${to}">Continue to ${to.startsWith('/') ? 'Slipway' : new URL(to).host}</a></p>`,
})

/** What a form carries that nobody fills in. */
export const hiddenInputs = (fields: Readonly<Record<string, string>>): string =>
  Object.entries(fields)
    .map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)
    .join('')

/** Something the reader should not miss; nothing where there is nothing to say. */
export const alert = (message: string | undefined): string =>
  message === undefined ? '' : html`<p class="alert" role="alert">${message}</p>`
