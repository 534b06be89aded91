import type { Readable } from 'node:stream'

/** What a handler says: `body` becomes JSON; `text` and `stream` are sent as they are, under their own `content-type`. */
export type Answer = {
  readonly status: number
  readonly body?: unknown
  readonly text?: string
  readonly stream?: Readable
  readonly headers?: Readonly<Record<string, string>>
}

export const ok = (body: unknown, headers: Record<string, string> = {}): Answer => ({
  status: 200,
  body,
  headers,
})

/** 201 with `Location`: the `url` of what was made. */
export const created = (body: { readonly url: string }): Answer => ({
  status: 201,
  body,
  headers: { location: body.url },
})

/** 201 for what GitHub says nothing more about, not even where it is (contract 14). */
export const createdEmpty: Answer = { status: 201, body: {} }

export const noContent: Answer = { status: 204 }
