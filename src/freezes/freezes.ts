import { hash } from 'node:crypto'
import type { Account } from '../accounts/model.ts'
import type { App } from '../app.ts'
import { recordAudit } from '../audit/audit.ts'
import { findEnvironment } from '../environments/environments.ts'
import { wakeHolds } from '../holds/holds.ts'
import { notFound, Problem } from '../lib/problem.ts'
import type { Db } from '../store/engine.ts'
import type { RowOf } from '../store/query.ts'
import type { Frost, NewFreeze, Window } from './model.ts'
import {
  calendarOf as calendarRow,
  deleteFreeze,
  digestsOf,
  freezesMax,
  freezesOf,
  putFreeze,
} from './queries.ts'
import { calendarOf, findWindows, windowsFrom } from './windows.ts'

/** All that freezes the environment now, in the order of the names of its freezes. */
export async function findFrosts(db: Db, environment_id: number, now: Date): Promise<Frost[]> {
  const rows = await db.all(digestsOf, { environment_id })
  const frosts: Frost[] = []
  for (const { name, digest } of rows) {
    const findCalendar = async () => {
      const row = await db.first(calendarRow, { environment_id, name })
      if (!row) throw notFound()
      return row
    }
    frosts.push(
      ...frostsIn(await findWindows(digest, now, findCalendar).catch(unreadable(name)), now),
    )
  }
  return frosts
}

/** It was read when it was set, so it is a newer version of this program that does not. */
const unreadable = (name: string) => (error: unknown) => {
  if (error instanceof Problem) return { kind: 'unreadable', name } as const
  throw error
}

function frostsIn(
  found: readonly Window[] | Extract<Frost, { kind: 'unreadable' }>,
  now: Date,
): Frost[] {
  if ('kind' in found) return [found]
  return found
    .filter(({ startsAt, endsAt }) => startsAt <= now && endsAt > now)
    .map(({ summary, endsAt }) => ({ kind: 'frozen', summary, until: endsAt }))
}

export type Place = { readonly repositoryId: number; readonly environmentName: string }

export type SetFreeze = RowOf<typeof freezesOf> & {
  /** Those of the coming year, soonest first. */
  readonly windows: readonly Window[]
}

/** Throws `not_found` for an environment that is not there. */
export async function listFreezes(
  { now }: Pick<App, 'now'>,
  db: Db,
  { repositoryId, environmentName }: Place,
): Promise<SetFreeze[]> {
  const { id } = await findEnvironment(db, repositoryId, environmentName)
  const rows = await db.all(freezesOf, { environment_id: id })
  return await Promise.all(
    rows.map(async (row) => {
      const found = await findWindows(row.digest, now(), async () => row).catch(
        unreadable(row.name),
      )
      return {
        ...row,
        windows: 'kind' in found ? [] : found.filter(({ endsAt }) => endsAt > now()),
      }
    }),
  )
}

/** From a body, which may be a whole team's calendar. */
const calendarBytesMax = 256 * 1024

/**
 * Sets the freeze of that name in place of what it was. Throws `not_found`, and `invalid` for
 * a calendar that cannot be followed or one too many.
 */
export async function setFreeze(
  app: Pick<App, 'store' | 'now' | 'signals' | 'who'>,
  { repositoryId, environmentName, name }: Place & { readonly name: string },
  account: Account,
  request: NewFreeze,
): Promise<void> {
  const { time_zone, windows = [] } = request
  const calendar = request.calendar ?? calendarOf(windows)
  if (Buffer.byteLength(calendar) > calendarBytesMax) {
    throw new Problem('invalid', `The calendar is larger than ${calendarBytesMax} bytes`)
  }
  windowsFrom({ calendar, time_zone }, app.now())
  const digest = hash('sha256', JSON.stringify([calendar, time_zone]))
  const about = { name, account_id: account.id, calendar, time_zone, digest }
  await app.store.transaction(async (tx) => {
    const { id: environment_id } = await findEnvironment(tx, repositoryId, environmentName)
    const others = await tx.all(digestsOf, { environment_id })
    if (others.length >= freezesMax && others.every((other) => other.name !== name)) {
      throw new Problem('invalid', `An environment has at most ${freezesMax} freezes`)
    }
    await tx.all(putFreeze, { ...about, environment_id, created_at: app.now().toISOString() })
    const line = { ...lineOf(repositoryId, environmentName, name), action: 'freeze.set' }
    await recordAudit(app, tx, { ...line, after: { calendar, time_zone } })
    await wakeHolds(app, tx, { environment_id })
  }, repositoryId)
}

/** How the audit log names a freeze. */
const lineOf = (repository_id: number, environment: string, name: string) => ({
  repository_id,
  environment,
  subject: `freeze ${name}`,
})

/** What waits for it alone goes at once. Throws `not_found`. */
export async function removeFreeze(
  app: Pick<App, 'store' | 'now' | 'signals' | 'who'>,
  { repositoryId, environmentName, name }: Place & { readonly name: string },
): Promise<void> {
  await app.store.transaction(async (tx) => {
    const { id: environment_id } = await findEnvironment(tx, repositoryId, environmentName)
    if (!(await tx.first(deleteFreeze, { environment_id, name }))) throw notFound()
    const line = { ...lineOf(repositoryId, environmentName, name), action: 'freeze.remove' }
    await recordAudit(app, tx, line)
    await wakeHolds(app, tx, { environment_id })
  }, repositoryId)
}
