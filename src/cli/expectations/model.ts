/**
 * What one request must be answered with, as data. `{name}` in a parameter, a body or an
 * expectation stands for what was kept under that name.
 */
export type Check = {
  /** GitHub's id of the operation, such as `repos/create-deployment`; method and path follow from it. */
  readonly operation: string
  readonly says: string
  /** Path parameters that are not what was kept under their name. */
  readonly parameters?: Readonly<Record<string, string>>
  readonly query?: string
  readonly body?: unknown
  /** A body as it is, for what is no JSON. */
  readonly rawBody?: string
  readonly accept?: string
  /** Who asks, where it is not whoever runs this: `app` by a JSON web token, `installation` by what that was given. */
  readonly token?: 'none' | 'wrong' | 'app' | 'installation'
  readonly status: number
  /** Part of the answer: members that must be so, and the first items of a list. */
  readonly like?: unknown
  /** How many items the list has that is the body, or the member with this name. */
  readonly count?: number | Readonly<Record<string, number>>
  /** Members that must not be there. */
  readonly lacks?: readonly string[]
  readonly headers?: Readonly<Record<string, RegExp>>
  /** Asked again with its ETag, it must be 304. */
  readonly isConditional?: true
  /** GitHub does this after it has answered, so it is asked for until it is so. */
  readonly isEventual?: true
  /** Names for members of the answer (`config.url`, `0.id`) that later checks speak of. */
  readonly keeps?: Readonly<Record<string, string>>
  /** Seals this value for the kept public key `key` and keeps the box as `sealed`. */
  readonly seals?: string
}

/** What only the caller can give; without it the checks that need it are not asked. */
export type Need = 'organization' | 'app'

export type Area = {
  readonly name: string
  readonly checks: readonly Check[]
  readonly needs?: Need
}
