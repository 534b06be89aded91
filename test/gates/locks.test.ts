import { expect, it, vi } from 'vitest'
import { openOwn } from './own-place.ts'

/** Ours, below `/api/slipway/v1/repos/{owner}/{repo}/environments/{environment}`. */

it('a lock holds what is deployed until it is taken away', async () => {
  const { ask, deploy, statuses, events } = await openOwn()
  const { status, body } = await ask('mona', 'PUT production/lock', { reason: 'Christmas' })
  const lock = { environment: 'production', reason: 'Christmas', expires_at: null }
  expect({ status, body }).toMatchObject({
    status: 200,
    body: { ...lock, owner: { login: 'mona' } },
  })
  expect((await ask('hubot', 'GET production/lock')).body).toEqual(body)
  const { id } = await deploy('hubot')
  expect(await statuses(id)).toEqual(['waiting: Locked by mona: Christmas'])
  expect(await events()).not.toContain('deployment created')
  expect((await ask('mona', 'DELETE production/lock')).status).toBe(204)
  await vi.waitFor(async () => expect(await events()).toContain('deployment created'), 10_000)
  expect((await ask('mona', 'GET production/lock')).status).toBe(404)
})

it('a lock is its owner’s, an administrator’s, and nobody’s once its time is over', async () => {
  const { ask, deploy, events, pass } = await openOwn()
  const expires_at = new Date(Date.now() + 3_600_000).toISOString()
  await ask('mona', 'PUT production/lock', { reason: 'Christmas', expires_at })
  const refused = { status: 409, body: { message: 'Locked by mona: Christmas' } }
  expect(await ask('hubot', 'PUT production/lock', { reason: 'Mine' })).toMatchObject(refused)
  expect(await ask('hubot', 'DELETE production/lock')).toMatchObject(refused)
  await deploy('hubot')
  pass(61)
  await vi.waitFor(async () => expect(await events()).toContain('deployment created'), 10_000)
  expect((await ask('hubot', 'PUT production/lock', { reason: 'Mine' })).status).toBe(200)
  expect((await ask('octo', 'DELETE production/lock')).status).toBe(204)
})

it('a lock needs a reason, a time to come, and an environment', async () => {
  const { ask } = await openOwn()
  const past = { reason: 'Christmas', expires_at: '2020-01-01T00:00:00Z' }
  expect((await ask('mona', 'PUT production/lock', past)).status).toBe(422)
  expect((await ask('mona', 'PUT production/lock', { reason: ' ' })).status).toBe(422)
  expect((await ask('mona', 'PUT production/lock', {})).status).toBe(422)
  expect((await ask('mona', 'PUT gone/lock', { reason: 'Christmas' })).status).toBe(404)
})

it('a chat locks by a deployment that deploys nothing, has succeeded, and is not what runs there', async () => {
  const { ask, deploy, statuses, events, protect, mona } = await openOwn()
  await protect({ reviewers: [{ type: 'User', id: mona.id }] })
  const said = { task: 'deploy:lock', description: 'Christmas', ref: 'main' }
  const { id, task } = await deploy('mona', said)
  expect([task, ...(await statuses(id))]).toEqual([
    'deploy:lock',
    'success: Locked production: Christmas',
    'inactive: Locked production: Christmas',
  ])
  expect((await ask('hubot', 'GET production/lock')).body).toMatchObject({
    ...{ reason: 'Christmas', owner: { login: 'mona' }, expires_at: null },
  })
  await expect(deploy('hubot', { task: 'deploy:unlock' })).rejects.toThrow('Locked by mona')
  for (const done of ['Unlocked production', 'production was not locked']) {
    const unlocked = await deploy('mona', { task: 'deploy:unlock' })
    expect(await statuses(unlocked.id)).toEqual([`success: ${done}`, `inactive: ${done}`])
  }
  const heard = ['deployment created', 'deployment_status success']
  expect(await events()).toEqual([...heard, ...heard, ...heard])
  expect((await ask('mona', 'GET production/lock')).status).toBe(404)
})
