import { html } from 'ghtml'
import { assets } from './assets.ts'
import type { Page, Visit } from './route.ts'

type Frame = Pick<Visit, 'session' | 'formToken'>

/** A whole page. It works without JavaScript: there is none. */
export const renderPage = (
  { title, main, refresh }: Page,
  visit: Frame,
): string => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title} · Slipway</title>
<link rel="icon" href="${assets.icon.path}">
<link rel="stylesheet" href="${assets.style.path}">!${refresh === undefined ? '' : html`<meta http-equiv="refresh" content="0; url=${refresh}">`}
</head>
<body>
<header><span class="brand">Slipway</span>!${visit.session ? whoIsHere(visit.session.account.login, visit.formToken) : ''}</header>
<main>
<h1>${title}</h1>
!${main}
</main>
</body>
</html>
`

const whoIsHere = (login: string, formToken: string) => html`
<span>Signed in as <strong>${login}</strong></span>
<form method="post" action="/logout">!${hiddenInputs({ form_token: formToken })}<button>Sign out</button></form>
`

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

/** `2026-01-31 09:05 UTC`: a moment that reads the same to everybody. */
export const moment = (iso: string): string =>
  html`<time datetime="${iso}">${iso.slice(0, 16).replace('T', ' ')} UTC</time>`

/** Something the reader should not miss; nothing where there is nothing to say. */
export const alert = (message: string | undefined): string =>
  message === undefined ? '' : html`<p class="alert" role="alert">${message}</p>`
