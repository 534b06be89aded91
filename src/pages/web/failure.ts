import { html } from 'ghtml'
import { Problem } from '../../lib/problem.ts'
import type { Page } from './route.ts'

type Failure = {
  readonly status: number
  readonly error: unknown
  /** What the log has it under; undefined for what is no fault of the server. */
  readonly requestId: string | undefined
  readonly isSignedIn: boolean
}

/** What went wrong, in the frame of every page, and where to go on. A bug tells the reader nothing but its number. */
export function failurePage({ status, error, requestId, isSignedIn }: Failure): Page {
  const way = isSignedIn
    ? html`<p class="actions"><a class="button" href="/">What runs where</a></p>`
    : html`<p class="actions"><a class="button" href="/login">Sign in</a></p>`
  return {
    kind: 'page',
    status,
    title: titles[status] ?? (status >= 500 ? 'Something broke here' : 'That did not work'),
    main: html`<div class="card"><p>${wordsOf(error, isSignedIn)}</p>
!${requestId === undefined ? '' : numberOf(requestId)}</div>
!${way}`,
  }
}

const titles: Readonly<Record<number, string>> = {
  403: 'This is not yours to do',
  404: 'This is not the page you are looking for',
  503: 'The server is busy',
}

function wordsOf(error: unknown, isSignedIn: boolean): string {
  if (!(error instanceof Problem)) return 'It is a fault of the server. Trying again may help.'
  // In GitHub's two words nobody finds out what to do.
  if (error.code !== 'not_found' || error.message !== 'Not Found') return error.message
  const seen = isSignedIn ? 'You' : 'Somebody who is signed in'
  return `Nothing is here, or nothing that you may see. ${seen} may have to be let in by whoever administers it.`
}

const numberOf = (requestId: string) =>
  html`<p>If it does not, tell whoever runs the server this number: its log says under it what happened.</p>
<label for="request-id">Request</label><input id="request-id" class="sha" readonly value="${requestId}">`
