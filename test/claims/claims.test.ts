import { request } from 'undici'
import { expect, it } from 'vitest'
import { newKeyPair } from '../../src/sealed-box/sealed-box.ts'
import { openGatedPlace } from '../gates/gated-place.ts'
import { engines } from '../support/engines.ts'
import { openedBy, sealedFor } from '../support/sealed-box.ts'

/** Secrets behind the gate: ours, below `/api/slipway/v1/repos/{owner}/{repo}/deployments/{id}`. */
async function openVault(engine: (typeof engines)[number] = 'sqlite') {
  const place = await openGatedPlace(engine)
  const id = await place.protect({ reviewers: [{ type: 'User', id: place.mona.id }] })
  const said = { environment_ids: [id] }
  const agent = await place.server.token('hubot', ['repo_deployment'])
  const pair = await newKeyPair()

  async function ask(token: string, path: string, body: object = {}) {
    const url = `${place.server.url}/api/slipway/v1/repos/acme/shop/deployments/${path}`
    const headers = { authorization: `Bearer ${token}`, 'user-agent': 'test' }
    const answer = await request(url, { method: 'POST', headers, body: JSON.stringify(body) })
    // biome-ignore lint/suspicious/noExplicitAny: each test says what it expects of it.
    return { status: answer.statusCode, body: (await answer.body.json()) as any }
  }
  const claim = (token: string, deployment: number, public_key = pair.public_key) =>
    ask(token, `${deployment}/claim`, { public_key })

  /** Keeps a secret at one of the three levels, as clients do. */
  async function keep(level: string, name: string, value: string, shown: object = {}) {
    const octo = place.as('octo')
    const { key, key_id } = (await octo.request(`GET ${level}/secrets/public-key`)).data
    const encrypted_value = await sealedFor(key, value)
    await octo.request(`PUT ${level}/secrets/${name}`, { encrypted_value, key_id, ...shown })
  }

  return { ...place, said, agent, pair, ask, claim, keep }
}

const environment = '/repos/acme/shop/environments/production'

it.each(engines)(
  'whoever claimed a released deployment is given its secrets, on %s',
  async (engine) => {
    const { as, deploy, review, said, agent, pair, ask, claim, keep } = await openVault(engine)
    await keep(environment, 'URL', 'postgres://production')
    await keep('/repos/acme/shop/actions', 'URL', 'postgres://repository')
    await keep('/repos/acme/shop/actions', 'TOKEN', 'of the repository')
    await keep('/orgs/acme/actions', 'TOKEN', 'of all', { visibility: 'all' })
    await keep('/orgs/acme/actions', 'SHARED', 'of acme', { visibility: 'all' })
    await as('octo').request(`POST ${environment}/variables`, { name: 'COLOUR', value: 'blue' })

    const { id } = await deploy('octo')
    const waits = {
      status: 422,
      body: { message: `Deployment ${id} waits for the gates of production` },
    }
    expect(await claim(agent, id)).toMatchObject(waits)
    expect(await ask(agent, `${id}/secrets`)).toMatchObject(waits)
    await review('mona', id, said)
    expect((await ask(agent, `${id}/secrets`)).status).toBe(403)
    expect(await claim(agent, id)).toMatchObject({
      ...{
        status: 201,
        body: { deployment_id: id, claimant: 'hubot', public_key: pair.public_key },
      },
    })
    const { status, body } = await ask(agent, `${id}/secrets`)
    expect([status, body.environment, body.public_key]).toEqual([
      200,
      'production',
      pair.public_key,
    ])
    const opened = body.secrets.map(
      (one: { name: string; source: string; encrypted_value: string }) => [
        one.name,
        one.source,
        openedBy(pair, one.encrypted_value),
      ],
    )
    expect(opened).toEqual([
      ['SHARED', 'organization', 'of acme'],
      ['TOKEN', 'repository', 'of the repository'],
      ['URL', 'environment', 'postgres://production'],
    ])
    expect(body.variables).toEqual([{ name: 'COLOUR', value: 'blue', source: 'environment' }])
    expect(JSON.stringify(body)).not.toContain('postgres://')
    const { body: some } = await ask(agent, `${id}/secrets`, { names: ['url', 'GONE'] })
    expect(some.secrets).toMatchObject([{ name: 'URL' }])
    expect(some.variables).toEqual([])
  },
)

it('a claim is one token’s at a time, of one deployment, until it ends', async () => {
  const { as, at, deploy, review, said, agent, tokens, ask, claim, pass } = await openVault()
  const { id } = await deploy('octo')
  await review('mona', id, said)
  await claim(agent, id)
  const taken = {
    status: 409,
    body: { message: expect.stringContaining('claimed by hubot until') },
  }
  expect(await claim(tokens.mona, id)).toMatchObject(taken)
  expect(await ask(tokens.mona, `${id}/secrets`)).toMatchObject(taken)
  pass(6)
  expect(await ask(agent, `${id}/secrets`)).toMatchObject({
    ...{ status: 403, body: { message: expect.stringContaining('The claim expired') } },
  })
  expect((await claim(agent, id, (await newKeyPair()).public_key)).status).toBe(201)
  expect((await ask(agent, `${id}/secrets`)).status).toBe(200)
  pass(12)
  expect((await claim(tokens.app, id)).status).toBe(201)
  expect((await claim(agent, id)).status).toBe(409)
  await as('octo').repos.createDeploymentStatus({ ...at, deployment_id: id, state: 'failure' })
  const over = { status: 422, body: { message: `Deployment ${id} has ended: it was failure` } }
  expect(await ask(tokens.app, `${id}/secrets`)).toMatchObject(over)
  await as('octo').repos.createDeploymentStatus({ ...at, deployment_id: id, state: 'in_progress' })
  expect(await ask(tokens.app, `${id}/secrets`)).toMatchObject(over)
})

it('no way around the gates leads to secrets', async () => {
  const { as, at, protect, mona, deploy, review, said, agent, ask, claim } = await openVault()
  const report = (deployment_id: number, more: object) =>
    as('mona').repos.createDeploymentStatus({ ...at, deployment_id, state: 'queued', ...more })
  const elsewhere = await deploy('mona', { environment: 'qa' })
  await report(elsewhere.id, { environment: 'production' })
  expect((await claim(agent, elsewhere.id)).body.message).toMatch('has the secrets of neither')

  const early = await deploy('mona', { environment: 'staging' })
  const staging = { ...at, environment_name: 'staging' }
  await as('octo').repos.createOrUpdateEnvironment({ ...staging, wait_timer: 30 })
  expect((await claim(agent, early.id)).body.message).toMatch(/staging changed since .*Waits until/)
  await as('octo').repos.deleteAnEnvironment(staging)
  expect((await claim(agent, early.id)).body.message).toMatch('staging was deleted')

  const { id } = await deploy('octo')
  await review('mona', id, said)
  await claim(agent, id)
  await protect({ reviewers: [{ type: 'User', id: mona.id }], wait_timer: 1 })
  expect((await ask(agent, `${id}/secrets`)).body.message).toMatch(/changed since .*review by mona/)
})

it('only those who may deploy claim, by a token that may, for a key that can be sealed to', async () => {
  const { server, as, at, deploy, agent, claim } = await openVault()
  const { id } = await deploy('octo', { environment: 'qa' })
  await server.user('guest')
  expect((await claim(await server.token('guest', ['repo']), id)).status).toBe(404)
  await as('octo').repos.addCollaborator({ ...at, username: 'guest', permission: 'pull' })
  expect((await claim(await server.token('guest', ['repo']), id)).status).toBe(403)
  expect((await claim(await server.token('hubot', ['public_repo']), id)).status).toBe(404)
  for (const key of ['AAAA', Buffer.alloc(32).toString('base64')]) {
    expect((await claim(agent, id, key)).status).toBe(422)
  }
  expect((await claim(agent, id + 1)).status).toBe(404)
})
