import { sql } from 'kysely'
import { expect, it } from 'vitest'
import type { App } from '../../src/app.ts'
import { dueHolds } from '../../src/holds/queries.ts'
import type { Db } from '../../src/store/engine.ts'
import { columns, query } from '../../src/store/query.ts'
import type { DeploymentRow, HeldDeploymentRow } from '../../src/tables/deployments.ts'
import { engines } from '../support/engines.ts'
import { until } from '../support/program.ts'
import { openGatedPlace } from './gated-place.ts'

/** A story of a thousand rows, on a machine that is busy with others. */
const slowMs = 60_000
const minuteMs = 60_000
const waitMinutes = 30

const everyHold = query((db, _: object) =>
  db.selectFrom('held_deployments').selectAll().orderBy('deployment_id'),
)

const copied = [
  ...['repository_id', 'creator_id', 'ref', 'sha', 'task', 'payload', 'state', 'target'],
  ...['original_environment', 'environment', 'environment_key', 'transient_environment'],
  ...['production_environment', 'created_at', 'updated_at'],
] as const satisfies (keyof DeploymentRow)[]

const copyAll = query((db, _: object) =>
  db
    .insertInto('deployments')
    .columns(copied)
    .expression(db.selectFrom('deployments').select(copied)),
)

/** Of every deployment that has none yet, each with a time of its own within that second. */
const holdAll = query((db, p: { second: string; binding: string; held_at: string }) =>
  db
    .insertInto('held_deployments')
    .columns([
      ...(['deployment_id', 'due_at', 'binding', 'held_at', 'repository_id'] as const),
      ...(['environment_id', 'ref_type', 'ref_name'] as const),
    ])
    .expression((all) =>
      all
        .selectFrom(['deployments', 'held_deployments'])
        .select([
          'deployments.id',
          sql<string>`cast(${p.second} as text) || substr(cast(1000 + deployments.id % 1000 as text), 2) || 'Z'`.as(
            'due_at',
          ),
          sql<string>`cast(${p.binding} as text)`.as('binding'),
          sql<string>`cast(${p.held_at} as text)`.as('held_at'),
          ...(['held_deployments.repository_id', 'environment_id'] as const),
          ...(['ref_type', 'ref_name'] as const),
        ])
        .whereRef('deployments.id', '!=', 'deployment_id'),
    ),
)

const putEarlier = query((db, p: { deployment_id: number; held_at: string; due_at: string }) =>
  db
    .updateTable('held_deployments')
    .set(columns(p, ['held_at', 'due_at']))
    .where('deployment_id', '=', p.deployment_id),
)

/** A thousand that wait for a timer as the only one does; it itself began a minute too early. */
async function waitBeside({ store, now }: App, hold: HeldDeploymentRow): Promise<void> {
  const second = hold.due_at.slice(0, 'YYYY-MM-DDThh:mm:ss.'.length)
  const due_at = new Date(now().getTime() + minuteMs).toISOString()
  const held_at = new Date(Date.parse(due_at) - waitMinutes * minuteMs).toISOString()
  await store.transaction(async (tx) => {
    for (let doublings = 0; doublings < 10; doublings += 1) await tx.all(copyAll, {})
    await tx.all(holdAll, { second, binding: hold.binding, held_at: hold.held_at })
    await tx.all(putEarlier, { deployment_id: hold.deployment_id, held_at, due_at })
  }, hold.repository_id)
}

/** Which deployments anything that is read from now on is about, and how often somebody looks who is due. */
function watchReads(app: App) {
  const seen = new Set<number>()
  let looks = 0
  const note = (about: object | undefined) => {
    if (about && 'deployment_id' in about) seen.add(Number(about.deployment_id))
  }
  const watched = <D extends Db>(db: D): D => ({
    ...db,
    async all(asked, params) {
      if (Object.is(asked, dueHolds)) looks++
      const rows = await db.all(asked, params)
      for (const about of [params, ...rows]) note(about as object)
      return rows
    },
    async first(asked, params) {
      const row = await db.first(asked, params)
      for (const about of [params, row]) note(about as object | undefined)
      return row
    },
  })
  const { store } = app
  const transaction: typeof store.transaction = (body, repositoryId) =>
    store.transaction((tx) => body(watched(tx)), repositoryId)
  Object.assign(app, { store: { ...store, read: watched(store.read), transaction } })
  return { seen, looks: () => looks }
}

it.each(engines)(
  'of a thousand that wait, the one is looked at whose timer fires, on %s',
  async (engine) => {
    const { server, protect, deploy, events, pass } = await openGatedPlace(engine)
    const { app } = server
    const holds = () => app.store.read.all(everyHold, {})
    await protect({ wait_timer: waitMinutes })
    const { id } = await deploy()
    await until(async () => (await holds())[0]?.binding !== '')
    for (const hold of await holds()) await waitBeside(app, hold)
    const waiting = await holds()
    expect(new Set(waiting.map(({ due_at }) => due_at)).size).toBeGreaterThan(1000)

    const { seen, looks } = watchReads(app)
    pass(2)
    await until(async () => (await events()).includes('deployment created'), slowMs)
    const before = looks()
    app.signals.emit('holds')
    await until(() => looks() > before, slowMs)
    expect([...seen]).toEqual([id])
    expect(await holds()).toEqual(waiting.filter(({ deployment_id }) => deployment_id !== id))
  },
  slowMs,
)
