import { describe, expect, it } from 'vitest'
import { engines } from '../support/engines.ts'
import { openShop } from './shop.ts'

const ids = (standings: { id: number }[]) => standings.map(({ id }) => id)

describe.each(engines)('what is where, on %s', (engine) => {
  it('is told for one environment, and for all of an owner, by who may read deployments', async () => {
    const { server, ask, deploy, say, live, commit } = await openShop(engine)
    const sha = await commit('a')
    await live({ ref: 'main' })
    const second = await live({ ref: 'main' })
    const third = await deploy({ ref: 'main' })
    await say(third, 'in_progress')
    const eu = await live({ ref: 'main', payload: { target: 'eu' } })
    const { status, body } = await ask('GET /repos/octo/shop/environments/Staging/current')
    expect(status).toBe(200)
    expect(body).toMatchObject({
      environment: 'staging',
      live: [
        { id: second, sha, target: null, state: 'success', creator: { login: 'octo' } },
        { id: eu, target: 'eu' },
      ],
      latest: { id: eu },
      in_progress: { id: third, state: 'in_progress' },
      ...{ waiting: null, waiting_count: 0, lock: null },
    })
    await ask('PUT /repos/octo/shop/environments/staging/lock', { body: { reason: 'Audit' } })
    const held = await deploy({ ref: 'main' })
    await server.repository('octo', 'empty')
    const grid = (await ask('GET /owners/octo/grid')).body
    expect(grid).toMatchObject({
      total_count: 2,
      repositories: [
        { repository: { full_name: 'octo/empty' }, environments: [] },
        {
          repository: { full_name: 'octo/shop', default_branch: 'main' },
          environments: [
            {
              live: [{ id: second }, { id: eu }],
              waiting: { id: held, status_description: 'Locked by octo: Audit' },
              ...{ waiting_count: 1, lock: { owner: 'octo', reason: 'Audit', expires_at: null } },
            },
          ],
        },
      ],
    })
    await commit('b')
    const later = (await ask('GET /repos/octo/shop/environments/staging/current')).body
    expect(later.live[0]).toMatchObject({ id: second, behind_by: 1 })
    expect((await ask('GET /owners/octo/grid', { who: 'mona' })).body.total_count).toBe(1)
    const hidden = await ask('GET /repos/octo/shop/environments/staging/current', { who: 'mona' })
    expect(hidden.status).toBe(404)
  })
})

it('a deployment tells what became of it, and by what and whom', async () => {
  const { ask, deploy, live, say, commit } = await openShop()
  const a = await commit('a')
  const first = await live({ ref: a })
  const b = await commit('b')
  const second = await live({ ref: b })
  const about = async (id: number) => (await ask(`GET /repos/octo/shop/deployments/${id}`)).body
  expect(await about(first)).toMatchObject({
    ...{ id: first, sha: a, state: 'inactive', latest_status: { state: 'inactive' } },
    ...{ superseded_by: second, inactivated_by: { login: 'octo' }, previous: null },
  })
  expect(await about(second)).toMatchObject({
    state: 'success',
    superseded_by: null,
    previous: first,
  })
  await say(second, 'inactive')
  expect(await about(second)).toMatchObject({
    superseded_by: null,
    inactivated_by: { login: 'octo' },
  })
  const whole = await live({ ref: 'main' })
  await live({ ref: 'main', payload: { target: 'eu' } })
  const us = await live({ ref: 'main', payload: { target: 'us' } })
  const eu = await live({ ref: 'main', payload: { target: 'eu' } })
  const { body } = await ask('GET /repos/octo/shop/environments/staging/current')
  expect(ids(body.live)).toEqual([whole, eu, us])
  const nothing = { state: 'pending', latest_status: null, inactivated_by: null, target: null }
  expect(await about(await deploy({ ref: 'main' }))).toMatchObject(nothing)
})

it('where a commit is, is told by the commit graph', async () => {
  const { ask, live, commit } = await openShop()
  const a = await commit('a')
  const old = await live({ ref: a, environment: 'production', production_environment: false })
  const b = await commit('b')
  const c = await commit('c')
  const first = await live({ ref: 'main' })
  const now = await live({ ref: 'main' })
  await live({ ref: a, environment: 'qa' })
  const gone = await live({ ref: c, environment: 'qa' })
  const back = await live({ ref: a, environment: 'qa' })
  const where = async (ref: string) =>
    (await ask(`GET /repos/octo/shop/commits/${ref}/deployments`)).body.environments.map(
      (one: { environment: string; live: { id: number }[]; first: { id: number } }) => [
        ...[one.environment, one.first.id, ...ids(one.live)],
      ],
    )
  expect(await where(b)).toEqual([
    ['staging', first, now],
    ['qa', gone],
  ])
  expect(await where(a)).toEqual([
    ['production', old, old],
    ['staging', first, now],
    ['qa', back - 2, back],
  ])
  expect(await where(await commit('d'))).toEqual([])
  expect((await ask('GET /repos/octo/shop/commits/gone/deployments')).status).toBe(422)
})

it('a rollback is an ordinary deployment of what was there before', async () => {
  const { at, ask, octokit, deploy, live, commit } = await openShop()
  const a = await commit('a')
  const payload = { target: 'eu', replicas: 3 }
  const first = await live({ ref: 'main', payload })
  await commit('b')
  await live({ ref: 'main', payload })
  const failed = await deploy({ ref: 'main' })
  const rollback = (id: number) => `POST /repos/octo/shop/deployments/${id}/rollback`
  const { status, body } = await ask(rollback(first))
  expect({ status, body }).toMatchObject({
    status: 201,
    body: {
      ref: 'main',
      sha: a,
      task: 'rollback',
      environment: 'staging',
      payload: { ...payload, to: a },
    },
  })
  expect(body.description).toBe(`Rollback to deployment ${first}`)
  const { data } = await octokit.repos.getDeployment({ ...at, deployment_id: body.id })
  expect(data).toEqual(body)
  expect(await ask(rollback(failed))).toMatchObject({ status: 422 })
  expect((await ask(rollback(999))).status).toBe(404)
  await ask('PUT /repos/octo/shop/environments/staging/lock', { body: { reason: 'Audit' } })
  const held = (await ask(rollback(first), { body: { description: 'It broke' } })).body
  expect(held.description).toBe('It broke')
  const { body: told } = await ask(`GET /repos/octo/shop/deployments/${held.id}`)
  expect(told.latest_status.description).toBe('Locked by octo: Audit')
})
