import type { Route } from './auth/route.ts'

/** The table of contents of the API. */
export const routes: readonly Route[] = []
