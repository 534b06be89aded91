import { describe, expect, it } from 'vitest'
import type { UserActor } from '../../src/auth/model.ts'
import { createDeployment } from '../../src/deployments/deployments.ts'
import { newDeployment, newDeploymentStatus } from '../../src/deployments/model.ts'
import { createStatus } from '../../src/deployments/statuses.ts'
import { query } from '../../src/store/query.ts'
import { engines } from '../support/engines.ts'
import { startServer } from '../support/server.ts'

const statuses = query((db, p: { repository_id: number }) =>
  db
    .selectFrom('deployment_statuses')
    .innerJoin('deployments', 'deployments.id', 'deployment_statuses.deployment_id')
    .select([
      'deployment_statuses.id',
      'deployment_statuses.deployment_id',
      'deployment_statuses.state',
      'deployments.state as latest',
    ])
    .where('deployment_statuses.repository_id', '=', p.repository_id)
    .orderBy('deployment_statuses.id'),
)

async function open(engine: (typeof engines)[number]) {
  const { app, ...server } = await startServer({ engine })
  const account = await server.user('octo')
  const repository = await server.repository('octo', 'hello')
  await server.commit(repository, { files: { 'a.txt': 'one' } })
  const actor: UserActor = {
    kind: 'user',
    account,
    token_kind: 'personal',
    token_id: 1,
    granted: ['repo'],
    scopes: new Set(['repo']),
    expires_at: null,
    limits: undefined,
    app_id: null,
  }
  const request = newDeployment.parse({ ref: 'main', environment: 'qa', auto_merge: false })

  async function deploy(): Promise<number> {
    const created = await createDeployment(app, actor, repository, request)
    if (created.kind === 'merged') throw new Error(created.message)
    return created.deployment.id
  }
  const succeed = (deploymentId: number, more: object = {}) =>
    createStatus(
      app,
      actor,
      { repository, deploymentId },
      newDeploymentStatus.parse({ state: 'success', ...more }),
    )
  const rows = () => app.store.read.all(statuses, { repository_id: repository.id })
  return { deploy, succeed, rows }
}

type Row = Awaited<ReturnType<Awaited<ReturnType<typeof open>>['rows']>>[number]

const activeIn = (rows: readonly Row[]) =>
  new Set(rows.filter(({ latest }) => latest === 'success').map((row) => row.deployment_id))
const inactiveCounts = (rows: readonly Row[]) =>
  [...Map.groupBy(rows, (row) => row.deployment_id).values()].map(
    (history) => history.filter(({ state }) => state === 'inactive').length,
  )

const parallel = 50

describe.each(engines)('%s: many successes in one environment at once', (engine) => {
  it('leave exactly one deployment active when they are of the newest', async () => {
    const { deploy, succeed, rows } = await open(engine)
    for (let n = 0; n < 20; n++) await succeed(await deploy(), { auto_inactive: false })
    const newest = await deploy()
    await Promise.all(Array.from({ length: parallel }, () => succeed(newest)))
    const all = await rows()
    expect([...activeIn(all)]).toEqual([newest])
    expect(inactiveCounts(all)).toEqual([...Array(20).fill(1), 0])
  })

  it('leave active only what no newer deployment succeeded after, in any order', async () => {
    const { deploy, succeed, rows } = await open(engine)
    const ids: number[] = []
    for (let n = 0; n < parallel; n++) ids.push(await deploy())
    const shuffled = ids.toSorted((a, b) => ((a * 7919) % 97) - ((b * 7919) % 97))
    await Promise.all(shuffled.map((id) => succeed(id)))
    const all = await rows()
    const successes = all.filter(({ state }) => state === 'success')
    const survivors = successes.filter(
      (mine) => !successes.some((s) => s.id > mine.id && s.deployment_id > mine.deployment_id),
    )
    expect(activeIn(all)).toEqual(new Set(survivors.map((row) => row.deployment_id)))
    expect(Math.max(...inactiveCounts(all))).toBe(1)

    await succeed(Math.max(...ids))
    expect([...activeIn(await rows())]).toEqual([Math.max(...ids)])
  })

  it('leave exactly one active when they come in the order of the deployments', async () => {
    const { deploy, succeed, rows } = await open(engine)
    for (let n = 0; n < parallel; n++) await succeed(await deploy())
    const all = await rows()
    expect(activeIn(all).size).toBe(1)
    expect(inactiveCounts(all)).toEqual([...Array(parallel - 1).fill(1), 0])
  })
})
