import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { eventOf, Forge, signatureOf } from './forge.ts'
import { secrets, startTestAgent, type TestAgent, until } from './harness.ts'

let forge: Forge
let agent: TestAgent
beforeEach(async () => {
  forge = await new Forge().listen()
  agent = await startTestAgent({ forge })
  await until('the catch-up at the start', () => forge.requests.length > 0)
  forge.requests.length = 0
})
afterEach(async () => {
  await agent[Symbol.asyncDispose]()
  await forge[Symbol.asyncDispose]()
})

describe('a webhook', () => {
  it('leads to a deployment, from queued to success', async () => {
    const deployment = forge.create()
    expect(await agent.notify(deployment)).toBe('202 accepted')
    const statuses = await agent.ended(deployment, 'success')
    expect(statuses.map(({ state }) => state)).toEqual(['queued', 'in_progress', 'success'])
    expect(statuses.at(-1)).toMatchObject({
      description: `#${deployment.id} on 1 host`,
      environment_url: 'https://docs.example.com',
    })
    const links = new Set(statuses.map(({ log_url }) => log_url))
    expect([...links]).toEqual([
      expect.stringMatching(/^https:\/\/agent\.example\.com\/logs\/[0-9a-f]{32}$/),
    ])
  })

  it('is taken as JSON and as a form', async () => {
    const deployment = forge.create()
    const form = new URLSearchParams({ payload: eventOf(deployment) }).toString()
    const type = { 'content-type': 'application/x-www-form-urlencoded' }
    expect(await agent.send(form, type)).toBe('202 accepted')
    await agent.ended(deployment, 'success')
  })

  it('may be signed with the next secret', async () => {
    const body = eventOf(forge.create())
    const headers = { 'x-hub-signature-256': signatureOf(body, secrets.next) }
    expect(await agent.send(body, headers)).toBe('202 accepted')
  })

  it.each(['', 'sha256=00', signatureOf('another body', secrets.hook)])(
    'is refused when its signature is %j, and nothing is kept or asked',
    async (signature) => {
      const before = await agent.journal()
      const body = eventOf(forge.create())
      expect(await agent.send(body, { 'x-hub-signature-256': signature })).toBe(
        '401 signature missing or wrong',
      )
      expect(await agent.journal()).toBe(before)
      expect(forge.requests).toEqual([])
    },
  )

  it('is refused over 25 MB', async () => {
    expect(await agent.send('x'.repeat(25 * 1024 * 1024 + 1))).toBe('413 body too large')
  })

  it('changes nothing by the headers nobody signed', async () => {
    const deployment = forge.create()
    const headers = { 'x-github-event': 'ping', 'x-github-delivery': 'made-up' }
    expect(await agent.send(eventOf(deployment), headers)).toBe('202 accepted')
    await agent.ended(deployment, 'success')
  })

  it.each([
    ['a ping', JSON.stringify({ zen: 'Keep it logically awesome.' })],
    ['no JSON', 'not JSON'],
    [
      'another repository',
      eventOf({ ...new Forge().create(), id: 1 }).replace('octo/docs', 'octo/other'),
    ],
    ['another environment', eventOf(new Forge().create({ environment: 'qa' }))],
    ['another task', eventOf(new Forge().create({ task: 'notes' }))],
  ])('is ignored when it is about %s: no status, no request', async (_, body) => {
    const started = performance.now()
    expect(await agent.send(body)).toBe('202 ignored')
    expect(performance.now() - started).toBeLessThan(1000)
    expect(forge.requests).toEqual([])
  })

  it('is a duplicate the second time, however often it comes', async () => {
    const deployment = forge.create()
    const answers = await Promise.all([1, 2, 3].map(() => agent.notify(deployment)))
    expect(answers.toSorted()).toEqual(['202 accepted', '202 duplicate', '202 duplicate'])
    await agent.ended(deployment, 'success')
    expect(await agent.notify(deployment)).toBe('202 duplicate')
    expect(agent.hosts.started).toEqual([deployment.id])
  })

  it('is replayed in vain after the deployment ended elsewhere', async () => {
    const deployment = forge.create()
    forge.post(deployment.id, { state: 'success' })
    expect(await agent.notify(deployment)).toBe('202 accepted')
    await until('it to be settled', async () => (await agent.journal()).includes('"settled"'))
    expect(forge.statesOf(deployment)).toEqual(['success'])
    expect(agent.hosts.calls).toEqual([])
  })

  it('cannot claim what the API does not say', async () => {
    const deployment = forge.create()
    const lie = { ...deployment, sha: 'f'.repeat(40), ref: 'evil' }
    await agent.notify(lie)
    await agent.ended(deployment, 'success')
    expect(await agent.logOf(deployment)).toContain(`deploy main (${deployment.sha})`)
  })

  it('about a deployment that is gone is forgotten', async () => {
    const deployment = forge.create()
    forge.deployments.delete(deployment.id)
    expect(await agent.notify(deployment)).toBe('202 accepted')
    await until('it to be forgotten', async () => (await agent.journal()).includes('"forgotten"'))
    forge.deployments.set(deployment.id, deployment)
    expect(await agent.notify(deployment)).toBe('202 accepted')
    await agent.ended(deployment, 'success')
  })

  it('about a closed gate waits for the gate', async () => {
    const deployment = forge.create()
    forge.post(deployment.id, { state: 'waiting' })
    await agent.notify(deployment)
    await until('it to be forgotten', async () => (await agent.journal()).includes('"forgotten"'))
    forge.post(deployment.id, { state: 'queued' })
    await agent.notify(deployment)
    await agent.ended(deployment, 'success')
  })
})

describe('the agent beside its webhooks', () => {
  it('says that it is well', async () => {
    expect((await fetch(`${agent.url}/healthz`)).status).toBe(200)
    expect((await fetch(`${agent.url}/nowhere`)).status).toBe(404)
    expect((await fetch(`${agent.url}/webhook`)).status).toBe(405)
  })

  it('lets no second agent into its folder', async () => {
    await expect(startTestAgent({ forge, folder: agent.folder })).rejects.toThrow(
      'is held by the process',
    )
  })
})
