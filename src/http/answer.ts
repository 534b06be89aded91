/** What a handler says. `body` becomes JSON; without one the answer is empty. */
export type Answer = {
  readonly status: number
  readonly body?: unknown
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

export const noContent: Answer = { status: 204 }
