import type { Account } from '../accounts/model.ts'
import type { SessionRow } from '../tables/accounts.ts'

/** A browser that somebody signed in with. */
export type Session = SessionRow & { readonly account: Account }

export const sessionMs = 14 * 24 * 60 * 60 * 1000

/** What a browser says of itself is kept up to here: `startSession` is to be given no more. */
export const userAgentCharactersMax = 255
