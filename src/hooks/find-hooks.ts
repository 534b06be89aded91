import type { Page } from '../http/page.ts'
import { notFound } from '../lib/problem.ts'
import type { Db } from '../store/engine.ts'
import type { Holder, Hook } from './model.ts'
import { hookById, hooksOf, subscriptionsOf } from './queries.ts'

/** Throws `not_found`. */
export const findHook = async (db: Db, holder: Holder, id: number): Promise<Hook> =>
  (await findHookAmong(db, holder, id)).hook

/** A hook, and what the others of its holder listen to. Throws `not_found`. */
export async function findHookAmong(
  db: Db,
  holder: Holder,
  id: number,
): Promise<{ hook: Hook; others: readonly Subscription[] }> {
  const row = await db.first(hookById(holder), { id, holder_id: holder.id })
  if (!row) throw notFound()
  const subscriptions = await findSubscriptions(db, holder)
  const events = subscriptions.get(id)?.events ?? []
  subscriptions.delete(id)
  return { hook: { ...row, events }, others: [...subscriptions.values()] }
}

/** One page of a holder's hooks, oldest first, and how many there are in all. */
export async function findHooks(
  db: Db,
  holder: Holder,
  { limit, offset }: Pick<Page, 'limit' | 'offset'>,
): Promise<{ hooks: Hook[]; total: number }> {
  const rows = await db.all(hooksOf(holder), { holder_id: holder.id, limit, offset })
  const subscriptions = await findSubscriptions(db, holder)
  const hooks = rows.map((row) => ({ ...row, events: subscriptions.get(row.id)?.events ?? [] }))
  return { hooks, total: subscriptions.size }
}

export type Subscription = { readonly url: string; readonly events: string[] }

/** Every hook of the holder by id, with what it listens to. */
export async function findSubscriptions(
  db: Db,
  holder: Holder,
): Promise<Map<number, Subscription>> {
  const found = new Map<number, Subscription>()
  for (const { id, url, event } of await db.all(subscriptionsOf(holder), {
    holder_id: holder.id,
  })) {
    const subscription = found.get(id) ?? { url, events: [] }
    found.set(id, subscription)
    if (event !== null) subscription.events.push(event)
  }
  return found
}
