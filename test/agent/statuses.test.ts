import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RunOutcome } from '../../src/agent/remote/model.ts'
import { Forge } from './forge.ts'
import { Hosts, secrets, startTestAgent, type TestAgent, until } from './harness.ts'

let forge: Forge
let agent: TestAgent
let hosts: Hosts
beforeEach(async () => {
  forge = await new Forge().listen()
  hosts = new Hosts()
  agent = await startTestAgent({ forge, hosts })
})
afterEach(async () => {
  await agent[Symbol.asyncDispose]()
  await forge[Symbol.asyncDispose]()
})

const wentWrong = (kind: 'failed' | 'errored', description: string): RunOutcome => ({
  kind,
  description,
  reason: description,
  host: 'web1',
  rolledBack: [],
  stranded: [],
})

describe('the last status', () => {
  it('is failure when the software failed', async () => {
    hosts.outcome = () => wentWrong('failed', 'web1: health check got 500')
    const statuses = await agent.ended(await agent.deploy(), 'failure')
    expect(statuses.at(-1)).toMatchObject({
      description: 'web1: health check got 500',
      environment_url: '',
    })
  })

  it('is error when it could not be carried out', async () => {
    hosts.outcome = () => wentWrong('errored', `web1 unreachable: ${'x'.repeat(200)}`)
    const statuses = await agent.ended(await agent.deploy(), 'error')
    expect(statuses.at(-1)?.description.length).toBe(140)
  })

  it('is error, and shows nothing of it, when the agent itself is wrong', async () => {
    hosts.outcome = () => {
      throw new Error('a bug with secrets')
    }
    const statuses = await agent.ended(await agent.deploy(), 'error')
    expect(statuses.at(-1)?.description).toBe('The agent failed; its own log says why')
  })

  it('names file and line of a recipe that cannot be read', async () => {
    hosts.recipe = 'version: 1\nservice: docs\nstrategy: files\nfiles: { deploy_to: ./docs }\n'
    const statuses = await agent.ended(await agent.deploy(), 'error')
    expect(statuses.at(-1)?.description).toMatch(/^deploy\.yml:4: files\.deploy_to /)
    expect(hosts.started).toEqual([])
  })

  it('hides a secret that an error message holds', async () => {
    hosts.outcome = () => wentWrong('failed', `curl: Bearer ${secrets.token} refused`)
    const deployment = await agent.deploy()
    const statuses = await agent.ended(deployment, 'failure')
    expect(statuses.at(-1)?.description).toBe('curl: Bearer *** refused')
    const kept = (await agent.journal()) + (await agent.logOf(deployment))
    expect(kept).not.toContain(secrets.token)
  })

  it('is refused by a forge that dislikes its URL, and comes without it', async () => {
    hosts.recipe = hosts.recipe.replace('https://docs.example.com', 'https://refused.example.com')
    const deployment = await agent.deploy()
    const statuses = await agent.ended(deployment, 'success')
    expect(statuses.at(-1)?.environment_url).toBe('')
  })
})

describe('progress', () => {
  it('is said at most once in five seconds', async () => {
    const release = hosts.hold()
    const deployment = await agent.deploy()
    await until('progress', () => forge.statesOf(deployment).includes('in_progress'))
    release()
    const statuses = await agent.ended(deployment, 'success')
    expect(statuses.filter(({ state }) => state === 'in_progress').length).toBe(1)
  })
})

describe('a forge that is down', () => {
  it('hears of the end when it is back, in order and once', async () => {
    const release = hosts.hold()
    const deployment = await agent.deploy()
    await until('progress', () => forge.statesOf(deployment).includes('in_progress'))
    forge.weather = 'down'
    release()
    await until(
      'a try in vain',
      () => forge.requests.at(-1)?.startsWith('GET') && agent.hosts.running === 0,
    )
    await until('several tries', () => forge.requests.length > 12)
    forge.weather = 'fine'
    const statuses = await agent.ended(deployment, 'success')
    expect(statuses.map(({ state }) => state)).toEqual(['queued', 'in_progress', 'success'])
  })

  it('starts nothing meanwhile', async () => {
    forge.weather = 'down'
    const deployment = await agent.deploy()
    await until('a try', () => forge.requests.some((line) => line.endsWith(String(deployment.id))))
    expect(hosts.calls).toEqual([])
    forge.weather = 'fine'
    await agent.ended(deployment, 'success')
  })

  it('hears of it after a restart too', async () => {
    const release = hosts.hold()
    const deployment = await agent.deploy()
    await until('progress', () => forge.statesOf(deployment).includes('in_progress'))
    forge.weather = 'down'
    release()
    await until('the end', async () => (await agent.journal()).includes('"ended"'))
    await agent.stop()
    forge.weather = 'fine'
    agent = await startTestAgent({ forge, hosts, folder: agent.folder })
    const statuses = await agent.ended(deployment, 'success')
    expect(statuses.map(({ state }) => state)).toEqual(['queued', 'in_progress', 'success'])
  }, 30_000)

  it('is not told twice what it took without an answer', async () => {
    forge.weather = 'lossy'
    const deployment = await agent.deploy()
    const statuses = await agent.ended(deployment, 'success')
    const states = statuses.map(({ state }) => state)
    expect(states).toEqual(['queued', 'in_progress', 'success'])
  })

  it('that lost the deployment is left alone', async () => {
    const release = hosts.hold()
    const deployment = await agent.deploy()
    await until('progress', () => forge.statesOf(deployment).includes('in_progress'))
    forge.deployments.delete(deployment.id)
    release()
    await until('it to be given up', async () => (await agent.journal()).includes('"abandoned"'))
    await agent.ended(await agent.deploy(), 'success')
  })
})

describe('after a success', () => {
  it('no older production deployment is active, and no newer one was touched', async () => {
    const [old, older, failed, other] = [
      forge.create(),
      forge.create(),
      forge.create(),
      forge.create({ environment: 'staging' }),
    ]
    for (const one of [old, older, other]) forge.post(one.id, { state: 'success' })
    forge.post(failed.id, { state: 'failure' })
    const deployment = forge.create()
    const newer = forge.create()
    forge.post(newer.id, { state: 'success' })
    await agent.notify(deployment)
    await agent.ended(deployment, 'success')
    await agent.ended(old, 'inactive')
    await agent.ended(older, 'inactive')
    await until('the sweep', async () => (await agent.journal()).includes('"swept"'))
    expect([failed, other, newer].map((one) => forge.statesOf(one).at(-1))).toEqual([
      'failure',
      'success',
      'success',
    ])
    expect(forge.statusesOf(old).at(-1)?.description).toBe(`Superseded by #${deployment.id}`)
    const seen = forge.statesOf(old)
    expect(seen).toEqual(['success', 'inactive'])
  })
})

describe('the log of a deployment', () => {
  it('tells from the beginning to the end what was done', async () => {
    const deployment = await agent.deploy({ creator: { login: 'hubot' } })
    await agent.ended(deployment, 'success')
    const log = await agent.logOf(deployment)
    expect(log.split('\n')).toEqual([
      `#${deployment.id} octo/docs: deploy main (${deployment.sha}) to production, asked for by hubot`,
      `Fetching ${deployment.sha}`,
      `${deployment.sha} is reachable from refs/heads/main`,
      `Recipe: deploy.yml as of ${deployment.sha}`,
      'web1: unpacking',
      `Succeeded: #${deployment.id} on 1 host`,
      '',
    ])
  })
})
