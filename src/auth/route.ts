import type { IncomingHttpHeaders } from 'node:http'
import type { App } from '../app.ts'
import type { Answer } from '../http/answer.ts'
import type { Query } from '../http/page.ts'
import type { Urls } from '../lib/urls.ts'
import type { Actor } from './model.ts'

/** One request, as a handler sees it. */
export type Call = {
  readonly app: App
  readonly actor: Actor
  /** The addresses to use in this answer: they begin as the request's own did. */
  readonly urls: Urls
  /** As it was asked for, below the API's address: `/repos/octo/hello`. */
  readonly path: string
  /** Where it came from: an IP address. */
  readonly address: string
  /** Decoded, so a name with a slash is one parameter. */
  readonly params: Readonly<Record<string, string>>
  readonly query: Query
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** A line in a folder's `routes.ts`. Paths are below the API's address, with `:name` and a final `*`. */
export type Route = {
  readonly method: Method
  readonly path: string
  /** `X-Accepted-OAuth-Scopes` of its answers. */
  readonly accepted: string
  /** `X-Accepted-GitHub-Permissions`, for tokens that have permissions instead of scopes. */
  readonly permissions?: string
  /** Its callers are programs that say who they are by client id and secret, which the handler reads itself. */
  readonly isForClients?: true
  /** The operation's page: `documentation_url` of its errors. */
  readonly docs: string
  readonly handler: (call: Call) => Promise<Answer>
  /** Puts a refusal on record, also that of a token which is none. */
  readonly onRefusal?: (call: Call, error: unknown) => Promise<void>
}
