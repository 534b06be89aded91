import { verify } from '@octokit/webhooks-methods'
import { expect, it, vi } from 'vitest'
import { query } from '../../src/store/query.ts'
import { startReceiver } from '../support/receiver.ts'
import { at, openFeed } from './place.ts'

const secret = 'hunter2'

async function open(
  content_type: 'json' | 'form' = 'json',
  engine: 'sqlite' | 'postgres' = 'sqlite',
) {
  const receiver = await startReceiver()
  const place = await openFeed(engine)
  const config = { url: receiver.url, content_type, secret }
  const { data } = await place.octokit.repos.createWebhook({ ...at, config, events: ['*'] })
  const own = `/repos/octo/hello/hooks/${data.id}`
  const received = (count: number) =>
    vi.waitUntil(() => receiver.received.length >= count, { timeout: 8000 })
  const settled = async () => {
    const { app } = place.server
    await vi.waitUntil(async () => (await app.store.read.all(unsettled, {})).length === 0, {
      timeout: 8000,
    })
  }
  const redeliver = async (body: object) => {
    const { status, text } = await place.ask(`${own}/redeliveries`, { method: 'POST', body })
    return { ...JSON.parse(text), status }
  }
  return { ...place, own, receiver, received, settled, redeliver }
}

const unsettled = query((db, _: object) =>
  db.selectFrom('deliveries').select('id').where('state', '<>', 'delivered'),
)
const tries = query((db, _: object) => db.selectFrom('deliveries').select('attempts').orderBy('id'))

it.each(['sqlite', 'postgres'] as const)(
  'sends what is chosen once more, after a dry run (%s)',
  async (engine) => {
    const { server, deploy, receiver, received, settled, redeliver } = await open('json', engine)
    for (const environment of ['a', 'b']) await deploy({ environment })
    await received(3)
    await settled()
    const chosen = { events: ['deployment'], states: ['delivered'] }
    const dry = await redeliver({ ...chosen, dry_run: true })
    expect(dry).toEqual({ status: 200, matched: 2, redelivered: 0, dry_run: true })
    expect(await redeliver({ ...chosen, until: '2020-01-01T00:00:00Z' })).toMatchObject({
      matched: 0,
    })
    expect(await redeliver({})).toMatchObject({ status: 202, matched: 0, redelivered: 0 })
    expect(await redeliver(chosen)).toMatchObject({ status: 202, matched: 2, redelivered: 2 })
    await received(5)
    await settled()
    const guids = receiver.received.map(({ guid }) => guid)
    expect(guids.slice(3).sort()).toEqual(guids.slice(1, 3).sort())
    const rows = await server.app.store.read.all(tries, {})
    expect(rows.map(({ attempts }) => attempts)).toEqual([1, 2, 2])
  },
)

it('refuses what is no state, no time and nobody’s hook', async () => {
  const { server, ask, own, redeliver } = await open()
  for (const body of [{ states: ['pending'] }, { since: 'yesterday' }, { surprise: 1 }]) {
    expect(await redeliver(body)).toMatchObject({ status: 422 })
  }
  const token = await server.token('octo', ['repo_deployment'])
  const asked = ask(`${own}/redeliveries`, { method: 'POST', token, body: {} })
  expect(await asked).toMatchObject({ status: 404 })
  expect(await ask(`${own}/requests`, { token })).toMatchObject({ status: 404 })
})

it.each(['json', 'form'] as const)(
  'shows requests as they were sent, with their signatures (%s)',
  async (type) => {
    const { ask, own, deploy, receiver, received, settled } = await open(type)
    await deploy()
    await received(2)
    await settled()
    const { requests, cursor } = JSON.parse((await ask(`${own}/requests`)).text)
    expect(cursor).toBe(null)
    expect(requests).toHaveLength(2)
    for (const [n, { guid, headers, body }] of requests.entries()) {
      const sent = receiver.received[n]
      expect([guid, body]).toEqual([sent?.guid, sent?.bytes.toString()])
      const signature = new Map<string, string>(headers).get('X-Hub-Signature-256') ?? ''
      expect(await verify(secret, body, signature)).toBe(true)
    }
    const later = await ask(`${own}/requests?since=2999-01-01`)
    expect(JSON.parse(later.text).requests).toEqual([])
  },
)
