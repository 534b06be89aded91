import type { App } from '../app.ts'
import { countOne, deleteEnded, takeBackOne } from './queries.ts'

/** How often something may be tried within a window, which begins with the first try. */
export type Limit = {
  /** What is counted and for whom: `sign-in octo`. */
  readonly subject: string
  readonly max: number
  readonly windowMs: number
}

/**
 * Counts a try for each limit; false where one of them is passed. Counting comes
 * before the trying, so that tries made at the same time cannot all slip through.
 */
export async function countTry(
  app: Pick<App, 'store' | 'now'>,
  limits: readonly Limit[],
): Promise<boolean> {
  const now = app.now()
  return await app.store.transaction(async (tx) => {
    await tx.all(deleteEnded, { now: now.toISOString() })
    let isWithin = true
    for (const { subject, max, windowMs } of limits) {
      const ends_at = new Date(now.getTime() + windowMs).toISOString()
      const counted = await tx.first(countOne, { subject, count: 1, ends_at })
      if ((counted?.count ?? 0) > max) isWithin = false
    }
    return isWithin
  })
}

/** The try was a good one, and does not count. */
export async function forgiveTry(app: Pick<App, 'store'>, limits: readonly Limit[]): Promise<void> {
  await app.store.transaction(async (tx) => {
    for (const { subject } of limits) await tx.all(takeBackOne, { subject })
  })
}
