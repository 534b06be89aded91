import type { Readable } from 'node:stream'

/** What a handler says: `body` becomes JSON; `text` and `stream` are sent as they are, under their own `content-type`. */
export type Answer = {
  readonly status: number
  readonly body?: unknown
  readonly versioned?: Versioned
  readonly text?: string
  readonly stream?: Readable
  readonly headers?: Readonly<Record<string, string>>
}

export const ok = (body: unknown, headers: Record<string, string> = {}): Answer => ({
  status: 200,
  body,
  headers,
})

/**
 * A body that is built only for those who lack it (contract 8.5). `version` is
 * everything it is made of, but for what the caller's headers say; without one it
 * is the body itself.
 */
export type Versioned = {
  readonly version?: () => unknown
  readonly build: () => unknown
  /** All that it is made of, where that never changes: as long as these are the same, so is the body. */
  readonly from?: readonly unknown[]
  /** Where it is kept meanwhile: the address that it was asked at. */
  readonly at?: string
}

/** 200 with a body that may not be needed; `build` may give a promise of it. */
export const okVersioned = (
  version: unknown,
  build: () => unknown,
  headers: Record<string, string> = {},
): Answer => ({ status: 200, versioned: { version: () => version, build }, headers })

/**
 * The same where the body is kept as well (`kept.ts`). `from` is rows as they were read for this
 * call, and words, numbers and shas: never an object that was made for this call alone.
 */
export const okKept = (
  { path }: { readonly path: string },
  body: Omit<Versioned, 'at'> & { readonly from: readonly unknown[] },
  headers: Record<string, string> = {},
): Answer => ({ status: 200, versioned: { ...body, at: path }, headers })

/** 201 with `Location`: the `url` of what was made. */
export const created = (body: { readonly url: string }): Answer => ({
  status: 201,
  body,
  headers: { location: body.url },
})

/** 201 for what GitHub says nothing more about, not even where it is (contract 14). */
export const createdEmpty: Answer = { status: 201, body: {} }

/** 202 for what is done in a while; nothing more is said about it. */
export const accepted: Answer = { status: 202, body: {} }

export const noContent: Answer = { status: 204 }
