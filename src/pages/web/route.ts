import type { Readable } from 'node:stream'
import type { App } from '../../app.ts'
import type { Secret } from '../../lib/secret.ts'
import type { Urls } from '../../lib/urls.ts'
import type { Session } from '../../sessions/model.ts'

type Fields = Readonly<Record<string, string>>

/** One request of a browser, as a handler sees it. */
export type Visit = {
  readonly app: App
  /** They begin as the request's own did. */
  readonly urls: Urls
  readonly session: Session | undefined
  /** Goes into every form, as `<input name="form_token">`. */
  readonly formToken: string
  readonly address: string
  readonly userAgent: string
  readonly params: Fields
  readonly query: Fields
  /** The posted fields, in a form, as parts or as JSON. */
  readonly form: Fields
  /** The same, of a field given many times, as checkboxes are, all of them. */
  readonly formLists: Readonly<Record<string, readonly string[]>>
  readonly accept: string
  /** As a program sends it: who it is, where it does not say so in its fields. */
  readonly authorization: string | undefined
  /** The event that a browser heard last, where its stream broke off. */
  readonly lastEventId: string | undefined
}

/** A visit of somebody who is signed in. */
export type UserVisit = Visit & { readonly session: Session }

export type WebAnswer = Page | Redirect | Document | Stream

export type Page = {
  readonly kind: 'page'
  readonly status?: number
  readonly title: string
  /** Markup. */
  readonly main: string
  /** `narrow` for one form or one question, under its title; `wide` says its own heading; `board` hangs on a wall. */
  readonly layout?: 'narrow' | 'wide' | 'board'
  /** Modules beside the one that every wide page has. */
  readonly scripts?: readonly string[]
  /** Where the browser goes on to by itself. */
  readonly refresh?: string
}

export type Redirect = {
  readonly kind: 'redirect'
  readonly to: string
  /**
   * By a page that goes on by itself, in place of a status: browsers hold every redirect after a form to
   * the form's policy, also those of whatever site this leads to.
   */
  readonly isByPage?: true
  /** The visitor's cookie from now on. */
  readonly key?: Secret
}

/** What is no page: an answer to a program, a stylesheet. */
export type Document = {
  readonly kind: 'document'
  readonly type: string
  readonly text: string
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
}

/** What goes on for as long as somebody reads. */
export type Stream = {
  readonly kind: 'stream'
  readonly stream: Readable
  readonly headers: Readonly<Record<string, string>>
}

/**
 * A line in a folder's `page-routes.ts`. One for a user sends everybody else to
 * sign in first; one for a program has no cookie, and no form token to show.
 */
export type WebRoute = {
  readonly method: 'GET' | 'POST'
  readonly path: string
  /** Where a form holds more than usual. */
  readonly bodyBytesMax?: number
} & (
  | { readonly for: 'user'; readonly handler: (visit: UserVisit) => Promise<WebAnswer> }
  | { readonly for: 'anyone' | 'program'; readonly handler: (visit: Visit) => Promise<WebAnswer> }
)
