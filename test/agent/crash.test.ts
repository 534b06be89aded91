import { readdir } from 'node:fs/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { processesWith } from '../remote/hosts.ts'
import { type Place, startPlace } from '../remote/place.ts'
import { Forge, type MadeDeployment } from './forge.ts'
import { until } from './harness.ts'
import { openSshAgents, type SshAgents } from './ssh-agent.ts'

const names = ['web1', 'web2']
const ends = ['success', 'failure', 'error']
let place: Place
let forge: Forge
let agents: SshAgents
let version = 0

beforeAll(async () => {
  place = await startPlace(...names)
  forge = await new Forge().listen()
  agents = await openSshAgents(place, forge)
})
afterAll(async () => {
  await agents?.[Symbol.asyncDispose]()
  await forge?.[Symbol.asyncDispose]()
  await place?.[Symbol.asyncDispose]()
})

const recipe = (more: string) => `version: 1
service: docs
strategy: files
files: { deploy_to: "${place.folder}/\${{ host.name }}/srv" }
hosts: { roles: [web] }
timeouts: { kill_after: 500ms }
${more}`

/** A deployment of a page of its own. */
async function make(more = ''): Promise<MadeDeployment & { page: string }> {
  version += 1
  const page = `version ${version}`
  const sha = await place.commit({ 'index.html': page, 'deploy.yml': recipe(more) })
  return { ...forge.create({ sha }), page }
}

const served = () => Promise.all(names.map(async (name) => (await place.serves(name))?.page))

const ended = (deployment: MadeDeployment) =>
  until(
    `#${deployment.id} to end`,
    () => forge.statusesOf(deployment).find(({ state }) => ends.includes(state)),
    45_000,
  )

it('an agent that is killed while it prepares leaves no process and tells the truth', async () => {
  const before = await served()
  const marker = `slipway-marker-${process.pid}`
  const agent = await agents.start()
  const deployment = await make(`hooks: { before_prepare: [{ run: "sleep 987 # ${marker}" }] }`)
  await agent.notify(deployment)
  await until(
    'the step on every host',
    async () => (await processesWith(marker)).length >= names.length,
    45_000,
  )
  await agent.kill('SIGKILL')
  await until('the end of every process', async () => (await processesWith(marker)).length === 0)
  expect(forge.statesOf(deployment).filter((state) => ends.includes(state))).toEqual([])

  const next = await agents.start()
  const status = await ended(deployment)
  expect(status).toMatchObject({
    state: 'error',
    description: 'The agent was restarted while preparing; nothing was published',
  })
  expect(await served()).toEqual(before)
  for (const name of names) {
    const left = await readdir(place.inside(name, 'releases')).catch(() => [])
    expect(left.filter((release) => release.includes(`${deployment.id}-`))).toEqual([])
  }
  const after = await make()
  await next.notify(after)
  expect((await ended(after)).state).toBe('success')
  expect(await served()).toEqual(names.map(() => after.page))
  await next.kill('SIGTERM')
}, 180_000)

it('an agent that is killed again and again before it starts still deploys, once', async () => {
  const deployment = await make()
  for (const point of ['received', 'accepted', 'posted', 'claimed']) {
    const agent = await agents.start(point)
    await agent.notify(deployment)
    await agent.exited
  }
  const agent = await agents.start()
  expect((await ended(deployment)).state).toBe('success')
  expect(await served()).toEqual(names.map(() => deployment.page))
  await agent.kill('SIGTERM')
  const states = forge.statesOf(deployment)
  expect(states.filter((one) => one !== 'in_progress')).toEqual(['queued', 'success'])
}, 120_000)

/** Every line of the journal from the first contact with a host on. */
const points = ['started', 'preparing', 'publishing', 'finishing', 'ended']

it.each(points)(
  'an agent that is killed at "%s" ends the deployment truthfully and once',
  async (point) => {
    const before = await served()
    const agent = await agents.start(point)
    const deployment = await make()
    await agent.notify(deployment)
    await agent.exited
    const next = await agents.start()
    const { state } = await ended(deployment)
    const isDone = state === 'success'
    expect(await served()).toEqual(isDone ? names.map(() => deployment.page) : before)
    await next.kill('SIGTERM')
    const states = forge.statesOf(deployment)
    expect(states[0]).toBe('queued')
    expect(states.filter((one) => ends.includes(one))).toEqual([state])
  },
  120_000,
)
