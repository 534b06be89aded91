import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Forge } from './forge.ts'
import { Hosts, startTestAgent, type TestAgent, until } from './harness.ts'

let forge: Forge
let agent: TestAgent
let hosts: Hosts

async function start(recipe = '', given: { rule?: string; limits?: string } = {}) {
  hosts = new Hosts()
  hosts.recipe += recipe
  agent = await startTestAgent({ forge, hosts, ...given })
}

beforeEach(async () => {
  forge = await new Forge().listen()
})
afterEach(async () => {
  await agent[Symbol.asyncDispose]()
  await forge[Symbol.asyncDispose]()
})

const running = (id: number) => until(`#${id} to run`, () => hosts.started.includes(id))
const queuedBehind = (text: string, deployment: { id: number }) =>
  until(`#${deployment.id} to be queued`, () =>
    forge.statusesOf(deployment).some(({ description }) => description === text),
  )

describe('several deployments of an environment', () => {
  it('run one at a time; those between the running and the newest are superseded', async () => {
    await start()
    const release = hosts.hold()
    const first = await agent.deploy()
    await running(first.id)
    const second = await agent.deploy()
    await queuedBehind(`Queued behind #${first.id} (position 1)`, second)
    const third = await agent.deploy()
    const statuses = await agent.ended(second, 'inactive')
    expect(statuses.at(-1)?.description).toBe(`Superseded by #${third.id} before it started`)
    release()
    await agent.ended(third, 'success')
    expect(hosts.started).toEqual([first.id, third.id])
    expect(hosts.runningMost).toBe(1)
  })

  it('all run, by their ids, when the recipe says queue', async () => {
    await start('concurrency: { when_busy: queue }\n')
    const release = hosts.hold()
    const first = await agent.deploy()
    await running(first.id)
    const [second, third] = [forge.create(), forge.create()]
    await agent.notify(third)
    await queuedBehind(`Queued behind #${first.id} (position 1)`, third)
    await agent.notify(second)
    await queuedBehind(`Queued behind #${first.id} (position 1)`, second)
    release()
    await agent.ended(third, 'success')
    expect(hosts.started).toEqual([first.id, second.id, third.id])
  })

  it('are rejected while one runs when the recipe says reject', async () => {
    await start('concurrency: { when_busy: reject }\n')
    const release = hosts.hold()
    const first = await agent.deploy()
    await running(first.id)
    const second = await agent.deploy()
    const statuses = await agent.ended(second, 'error')
    expect(statuses.at(-1)?.description).toBe(
      `Busy: #${first.id} is being deployed; try again later`,
    )
    release()
  })

  it('never go back: one that arrives late is superseded', async () => {
    await start()
    const late = forge.create()
    const newer = await agent.deploy()
    await agent.ended(newer, 'success')
    await agent.notify(late)
    await agent.ended(late, 'inactive')
    expect(hosts.started).toEqual([newer.id])
  })

  it('wait no longer than the recipe says', async () => {
    await start('timeouts: { queue: 50ms }\n')
    const release = hosts.hold()
    const first = await agent.deploy()
    await running(first.id)
    const second = await agent.deploy()
    const statuses = await agent.ended(second, 'error')
    expect(statuses.at(-1)?.description).toContain('waited too long')
    release()
  })

  it('go together with those of another environment, as many as the agent may run', async () => {
    await start('', { limits: '{ deployments: 2 }' })
    const release = hosts.hold()
    const all = [await agent.deploy(), await agent.deploy({ environment: 'staging' })]
    await until('two to run', () => hosts.running === 2)
    all.push(await agent.deploy({ environment: 'pr-7' }))
    const third = all[2]
    if (third) await until('the third to be accepted', () => forge.statesOf(third).length > 0)
    release()
    for (const one of all) await agent.ended(one, 'success')
    expect(hosts.runningMost).toBe(2)
  })
})

describe('a rollback', () => {
  it('is its own deployment and passes those who wait', async () => {
    await start()
    const release = hosts.hold()
    const first = await agent.deploy()
    await running(first.id)
    const waiting = await agent.deploy()
    const back = await agent.deploy({ task: 'rollback', payload: { to: 41 } })
    await queuedBehind(`Queued behind #${first.id} (position 1)`, back)
    release()
    await agent.ended(back, 'success')
    await agent.ended(waiting, 'inactive')
    expect(hosts.calls).toEqual([
      `deploy ${first.id}`,
      'find {"kind":"deployment","id":41}',
      `rollback to 41-abcdef0 ${back.id}`,
    ])
  })
})

describe('a lock', () => {
  it('holds an environment, says who and why, and is lifted', async () => {
    await start()
    const lock = await agent.deploy({ task: 'deploy:lock', description: 'migration' })
    const statuses = await agent.ended(lock, 'inactive')
    expect(statuses.map(({ state }) => state)).toEqual(['queued', 'success', 'inactive'])
    expect(statuses[1]).toMatchObject({
      auto_inactive: false,
      description: 'Locked production: migration',
    })
    const refused = await agent.ended(await agent.deploy(), 'error')
    expect(refused.at(-1)?.description).toMatch(
      /^production is locked by octocat since .*: migration$/,
    )
    await agent.ended(await agent.deploy({ environment: 'staging' }), 'success')
    await agent.ended(await agent.deploy({ task: 'deploy:unlock' }), 'inactive')
    await agent.ended(await agent.deploy(), 'success')
  })

  it('is kept over a restart', async () => {
    await start()
    await agent.ended(await agent.deploy({ task: 'deploy:lock' }), 'inactive')
    await agent.stop()
    agent = await startTestAgent({ forge, hosts, folder: agent.folder })
    await agent.ended(await agent.deploy(), 'error')
  })

  it('lets deployments wait when the rule says so', async () => {
    await start('', { rule: 'locked: queue' })
    await agent.ended(await agent.deploy({ task: 'deploy:lock' }), 'inactive')
    const waiting = await agent.deploy()
    await until('it to be gathered', async () => (await agent.logOf(waiting)).includes('Recipe:'))
    expect(hosts.started).toEqual([])
    await agent.deploy({ task: 'deploy:unlock' })
    await agent.ended(waiting, 'success')
  })

  it('follows a failure that went back, when the recipe asks for it', async () => {
    await start('rollback: { on: failure, lock: true }\n')
    hosts.outcome = () => ({
      kind: 'failed',
      description: 'web1: health check got 500; rolled back to 91ae23f',
      reason: 'health',
      host: 'web1',
      rolledBack: ['web1'],
      stranded: [],
    })
    await agent.ended(await agent.deploy(), 'failure')
    const refused = await agent.ended(await agent.deploy(), 'error')
    expect(refused.at(-1)?.description).toContain('is locked by the agent')
  })
})

describe('a deployment that someone else ends', () => {
  it('is stopped while it runs', async () => {
    await start()
    hosts.hold()
    const deployment = await agent.deploy()
    await running(deployment.id)
    await agent.notify(deployment, forge.post(deployment.id, { state: 'error' }))
    await until('our own word on it', () =>
      forge.statusesOf(deployment).some(({ description }) => description === 'Cancelled'),
    )
    expect(forge.statesOf(deployment).filter((state) => state === 'error').length).toBe(2)
  })

  it('is not started when it waits, and no status follows', async () => {
    await start()
    const release = hosts.hold()
    const first = await agent.deploy()
    await running(first.id)
    const waiting = await agent.deploy()
    await queuedBehind(`Queued behind #${first.id} (position 1)`, waiting)
    forge.post(waiting.id, { state: 'inactive' })
    release()
    await agent.ended(first, 'success')
    await until('it to be withdrawn', async () =>
      (await agent.logOf(waiting)).includes('Withdrawn'),
    )
    expect(forge.statesOf(waiting)).toEqual(['queued', 'queued', 'inactive'])
    expect(hosts.started).toEqual([first.id])
  })
})

describe('another agent', () => {
  it('that was first runs it, and we touch no host', async () => {
    await start()
    const deployment = forge.create()
    const theirs = { state: 'queued', log_url: 'https://other.example.com/logs/1' }
    forge.post(deployment.id, theirs)
    await agent.notify(deployment)
    await until('it to be settled', async () =>
      (await agent.journal()).includes('claimed by another'),
    )
    expect(forge.statesOf(deployment)).toEqual(['queued'])
    expect(hosts.calls).toEqual([])
  })

  it('on the same deployment at the same moment: one of the two runs it', async () => {
    await start()
    const otherHosts = new Hosts()
    await using other = await startTestAgent({ forge, hosts: otherHosts })
    const deployments = Array.from({ length: 5 }, () => forge.create({ environment: 'staging' }))
    for (const one of deployments) await Promise.all([agent.notify(one), other.notify(one)])
    const last = deployments.at(-1)
    if (last) await agent.ended(last, 'success')
    const ran = [...hosts.started, ...otherHosts.started]
    expect(ran.length).toBe(new Set(ran).size)
  })
})
