/** What is counted apart, in GitHub's words (contract 8.7). */
export type Resource = 'core' | 'graphql'

/** How many requests an hour, and what is too much at once. */
export type Limits = {
  /** Of one user, for each resource, and of an App or a program that says which one it is. */
  readonly userPerHour: number
  /** Of all who bear no token and come from one address. GraphQL is not for them. */
  readonly anonymousPerHour: number
  /** Of one caller: requests that make or change something. */
  readonly changesPerMinute: number
  /** Of one caller: requests that have not been answered yet. */
  readonly concurrent: number
}

/** Requests counted from `startedAtMs` on, until the window is over. */
export type Window = { readonly startedAtMs: number; readonly used: number }

/** What one caller has asked for; a window that never began is absent. */
export type Usage = Readonly<Partial<Record<Resource, Window>>> & {
  readonly changes?: Window
  readonly running: number
}

export type Caller =
  | { readonly kind: 'user'; readonly id: number }
  /** By its own signature; what it asks for an installation is asked by its bot, a user. */
  | { readonly kind: 'app'; readonly id: number }
  | { readonly kind: 'client'; readonly id: string }
  | { readonly kind: 'address'; readonly address: string }

export type Asked = {
  readonly caller: Caller
  readonly resource: Resource
  readonly isChange: boolean
}

/** What the headers and `/rate_limit` tell; `resetAtMs` is when everything is free again. */
export type Quota = {
  readonly limit: number
  readonly used: number
  readonly remaining: number
  readonly resetAtMs: number
}
