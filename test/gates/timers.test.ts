import { expect, it } from 'vitest'
import type { App } from '../../src/app.ts'
import { insertDeployment } from '../../src/deployments/queries.ts'
import { dueHolds, insertHold } from '../../src/holds/queries.ts'
import type { Db } from '../../src/store/engine.ts'
import { query } from '../../src/store/query.ts'
import { engines } from '../support/engines.ts'
import { until } from '../support/program.ts'
import { openGatedPlace } from './gated-place.ts'

const others = 1000
const minuteMs = 60_000
const waitMinutes = 30

const everyHold = query((db, _: object) => db.selectFrom('held_deployments').selectAll())
const deploymentOf = query((db, p: { id: number }) =>
  db.selectFrom('deployments').selectAll().where('id', '=', p.id),
)

/** As many that wait for the same timer as one does, each since another moment; gives one that began a minute too early. */
async function waitBeside({ store, now }: App, id: number): Promise<number> {
  const [template, hold] = [
    await store.read.first(deploymentOf, { id }),
    (await store.read.all(everyHold, {}))[0],
  ]
  if (!template || !hold) throw new Error('It does not wait')
  const { id: _, ...row } = template
  const earlier = (ms: number) => {
    const held_at = new Date(now().getTime() - ms)
    const due_at = new Date(held_at.getTime() + waitMinutes * minuteMs)
    return { held_at: held_at.toISOString(), due_at: due_at.toISOString() }
  }
  return await store.transaction(async (tx) => {
    const wait = async (ms: number) => {
      const deployment_id = (await tx.first(insertDeployment, row))?.id ?? 0
      await tx.all(insertHold, { ...hold, deployment_id, ...earlier(ms) })
      return deployment_id
    }
    for (let n = 0; n < others; n += 1) await wait(n)
    return await wait((waitMinutes - 1) * minuteMs)
  }, row.repository_id)
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
    await protect({ wait_timer: waitMinutes })
    const { id } = await deploy()
    await until(async () => (await app.store.read.all(everyHold, {}))[0]?.binding !== '')
    const early = await waitBeside(app, id)

    const { seen, looks } = watchReads(app)
    pass(2)
    await until(async () => (await events()).includes('deployment created'))
    const before = looks()
    app.signals.emit('holds')
    await until(() => looks() > before)
    expect([...seen]).toEqual([early])
    const held = await app.store.read.all(everyHold, {})
    expect(held).toHaveLength(others + 1)
  },
)
