import { expect, it } from 'vitest'
import { query } from '../../src/store/query.ts'
import { startReceiver } from '../support/receiver.ts'
import { at, events, kinds, openFeed } from './place.ts'

const told = query((db, _: object) =>
  db
    .selectFrom('deliveries')
    .innerJoin('events', 'events.id', 'deliveries.event_id')
    .select(['events.name', 'deliveries.hook_id', 'events.payload'])
    .where('events.name', '<>', 'ping')
    .orderBy('deliveries.id'),
)

/** Two hooks that listen to everything; the first one's filter is what tests change. */
async function open(engine: 'sqlite' | 'postgres' = 'sqlite') {
  const place = await openFeed(engine)
  const { url } = await startReceiver()
  const hook = async (path: string) => {
    const config = { url: url + path, content_type: 'json' }
    return (await place.octokit.repos.createWebhook({ ...at, config, events: ['*'] })).data.id
  }
  const [filtered, other] = [await hook('/filtered'), await hook('/other')]
  const filter = `/repos/octo/hello/hooks/${filtered}/filter`
  const say = (deployment_id: number, state: 'success' | 'in_progress') =>
    place.octokit.repos.createDeploymentStatus({ ...at, deployment_id, state })
  /** What each hook was told: the state, or `deployment`. */
  async function heard() {
    const rows = await place.server.app.store.read.all(told, {})
    const by = (id: number) =>
      rows
        .filter(({ hook_id }) => hook_id === id)
        .map(({ payload }) => JSON.parse(Buffer.from(payload).toString()))
        .map((body) => [body.deployment.environment, body.deployment_status?.state ?? 'deployment'])
        .map((words) => words.join(' '))
    return { filtered: by(filtered), other: by(other) }
  }
  return { ...place, filter, say, heard }
}

it.each(['sqlite', 'postgres'] as const)(
  'a hook hears of what its filter lets in (%s)',
  async (engine) => {
    const { ask, deploy, filter, say, heard } = await open(engine)
    const body = { environments: ['prod*'], states: ['success'] }
    const answer = await ask(filter, { method: 'PATCH', body })
    const kept = { tasks: [], production_only: false, inactive: false }
    expect([answer.status, JSON.parse(answer.text)]).toEqual([200, { ...body, ...kept }])
    expect(JSON.parse((await ask(filter)).text)).toEqual({ ...body, ...kept })
    const { id } = await deploy({ environment: 'production' })
    await say(id, 'in_progress')
    await say(id, 'success')
    await deploy({ environment: 'staging' })
    const { filtered, other } = await heard()
    expect(filtered).toEqual(['production deployment', 'production success'])
    expect(other).toHaveLength(4)
  },
)

it('a hook that asks hears of statuses that become inactive, and no other hook does', async () => {
  const { ask, read, deploy, filter, say, heard } = await open()
  await ask(filter, { method: 'PATCH', body: { inactive: true, states: ['inactive'] } })
  for (const _ of [1, 2]) await say((await deploy({ environment: 'qa' })).id, 'success')
  const { filtered, other } = await heard()
  expect(filtered).toEqual(['qa deployment', 'qa deployment', 'qa inactive'])
  expect(other).toEqual(['qa deployment', 'qa success', 'qa deployment', 'qa success'])
  expect(kinds(await read(events))).toHaveLength(4)
})

it('is the business of those who may administer the hook', async () => {
  const { server, ask, filter } = await open()
  const token = await server.token('octo', ['repo_deployment'])
  expect(await ask(filter, { token })).toMatchObject({ status: 404 })
  const body = { states: ['done'], surprise: 1 }
  expect(await ask(filter, { method: 'PATCH', body })).toMatchObject({ status: 422 })
  expect(await ask(filter.replace(/\d+/, '999'))).toMatchObject({ status: 404 })
})
