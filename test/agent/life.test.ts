import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Forge } from './forge.ts'
import { Hosts, startTestAgent, type TestAgent, until } from './harness.ts'

let forge: Forge
let hosts: Hosts
let agent: TestAgent | undefined
beforeEach(async () => {
  forge = await new Forge().listen()
  hosts = new Hosts()
})
afterEach(async () => {
  await agent?.[Symbol.asyncDispose]()
  agent = undefined
  await forge[Symbol.asyncDispose]()
})

const ended = async (id: number, state: string) =>
  until(`#${id} to end in ${state}`, () => forge.statesOf({ id }).at(-1) === state)

describe('the catch-up', () => {
  it('finds at the start what came while nobody listened, and nothing that is over', async () => {
    const over = forge.create()
    forge.post(over.id, { state: 'failure' })
    const old = forge.create({
      created_at: '2020-01-01T00:00:00Z',
      updated_at: '2020-01-01T00:00:00Z',
    })
    const foreign = forge.create({ environment: 'qa' })
    const missed = forge.create()
    agent = await startTestAgent({ forge, hosts })
    await ended(missed.id, 'success')
    expect(hosts.started).toEqual([missed.id])
    expect([over, old, foreign].map(forge.statesOf)).toEqual([['failure'], [], []])
  })

  it('goes on slowly, and asks for nothing it has seen', async () => {
    agent = await startTestAgent({ forge, hosts, pollInterval: '20ms' })
    await until('several polls', () => forge.requests.length > 3)
    const missed = forge.create()
    await ended(missed.id, 'success')
    expect(hosts.started).toEqual([missed.id])
  })

  it('takes several in the order in which they were made', async () => {
    hosts.recipe += 'concurrency: { when_busy: queue }\n'
    const made = [forge.create(), forge.create(), forge.create()].map(({ id }) => id)
    agent = await startTestAgent({ forge, hosts })
    await ended(made[2] ?? 0, 'success')
    expect(hosts.started).toEqual(made)
  })

  it('goes on when the forge was away', async () => {
    forge.weather = 'down'
    agent = await startTestAgent({ forge, hosts })
    await until('a try', () => forge.requests.length > 0)
    const missed = forge.create()
    forge.weather = 'fine'
    await ended(missed.id, 'success')
  })
})

describe('an agent that is stopped', () => {
  it('lets what runs end, and starts nothing more', async () => {
    agent = await startTestAgent({ forge, hosts })
    const release = hosts.hold()
    const running = await agent.deploy()
    await until('it to run', () => hosts.started.length === 1)
    const waiting = await agent.deploy()
    await until('the other to wait', () => forge.statesOf(waiting).length > 1)
    const stopping = agent.stop()
    release()
    await stopping
    expect(forge.statesOf(running).at(-1)).toBe('success')
    expect(hosts.started).toEqual([running.id])
    agent = await startTestAgent({ forge, hosts, folder: agent.folder })
    await ended(waiting.id, 'success')
  })

  it('cancels what takes too long, and says so', async () => {
    agent = await startTestAgent({ forge, hosts, graceMs: 50 })
    hosts.hold()
    const running = await agent.deploy()
    await until('it to run', () => hosts.started.length === 1)
    await agent.stop()
    expect(forge.statusesOf(running).at(-1)).toMatchObject({
      state: 'error',
      description: 'Cancelled',
    })
  })
})

describe('the log page', () => {
  it('shows a log live, from beginning to end', async () => {
    agent = await startTestAgent({ forge, hosts })
    const release = hosts.hold()
    const deployment = await agent.deploy()
    await until('a link', () => forge.statesOf(deployment).includes('in_progress'))
    const { log_url = '' } = forge.statusesOf(deployment)[0] ?? {}
    const live = await fetch(`${agent.url}${new URL(log_url).pathname}/events`)
    release()
    const events = await live.text()
    expect(events).toContain('web1: unpacking')
    expect(events).toMatch(/Succeeded: .*\n\nevent: end\ndata: \n\n$/)
  })
})
