import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Place, serveCurrent, startPlace } from '../remote/place.ts'
import { Forge, type MadeDeployment } from './forge.ts'
import { until } from './harness.ts'
import { type AgentProcess, openSshAgents, type SshAgents, sentinel } from './ssh-agent.ts'

const run = promisify(execFile)
const names = ['web1', 'web2', 'web3']
const ends = ['success', 'failure', 'error']
let place: Place
let forge: Forge
let agents: SshAgents
let agent: AgentProcess
let site: Awaited<ReturnType<typeof serveCurrent>>

beforeAll(async () => {
  place = await startPlace(...names)
  forge = await new Forge().listen()
  agents = await openSshAgents(place, forge)
  agent = await agents.start()
  site = await serveCurrent(join(place.folder, 'web1', 'srv'))
})
afterAll(async () => {
  await site?.[Symbol.asyncDispose]()
  await agents?.[Symbol.asyncDispose]()
  await forge?.[Symbol.asyncDispose]()
  await place?.[Symbol.asyncDispose]()
})

const recipe = () => `version: 1
service: docs
strategy: files
files: { deploy_to: "${place.folder}/\${{ host.name }}/srv" }
hosts: { roles: [web] }
env: { secret: [API_TOKEN] }
hooks:
  after_prepare:
    - run: 'echo "$DEPLOY_HOST has $API_TOKEN"; printf %s "$API_TOKEN" | base64'
health:
  - { http: "http://127.0.0.1:${site.port}/", interval: 100ms, within: 1s }
rollback: { on: failure, lock: true }
url: https://docs.example.com
`

async function make(page: string): Promise<MadeDeployment> {
  const sha = await place.commit({ 'index.html': page, 'deploy.yml': recipe() })
  return forge.create({ sha })
}

const ended = async (deployment: MadeDeployment) => {
  await agent.notify(deployment)
  return await until(
    `#${deployment.id} to end`,
    () => forge.statusesOf(deployment).find(({ state }) => ends.includes(state)),
    45_000,
  )
}

const pages = () => Promise.all(names.map(async (name) => (await place.serves(name))?.page))
const everywhere = (page: string) => names.map(() => page)

it('a pushed commit reaches three hosts, and everyone hears of it', async () => {
  const deployment = await make('one')
  await agent.notify(deployment)
  const status = await ended(deployment)
  expect(status).toMatchObject({ state: 'success', environment_url: 'https://docs.example.com' })
  expect(status.description).toMatch(
    new RegExp(`^v${deployment.id} [0-9a-f]{7} on 3 hosts in \\d+ s$`),
  )
  expect(await pages()).toEqual(everywhere('one'))
  const states = forge.statesOf(deployment)
  expect([states[0], states[1], states.at(-1)]).toEqual(['queued', 'in_progress', 'success'])
  const audit = await readFile(place.inside('web1', '.deploy', 'audit.jsonl'), 'utf8')
  expect(audit.split('\n').filter((line) => line.includes('"publish"')).length).toBe(1)
}, 120_000)

it('a newer one takes its place, and the older is no longer active', async () => {
  const deployment = await make('two')
  expect((await ended(deployment)).state).toBe('success')
  expect(await pages()).toEqual(everywhere('two'))
  const older = { id: deployment.id - 1 }
  await until('the older to be inactive', () => forge.statesOf(older).at(-1) === 'inactive')
}, 120_000)

it('one that is not healthy goes back everywhere, and the environment is locked', async () => {
  const deployment = await make('broken')
  const status = await ended(deployment)
  expect(status.state).toBe('failure')
  expect(status.description).toMatch(/rolled back$/)
  expect(await pages()).toEqual(everywhere('two'))
  expect((await ended(await make('three'))).description).toContain('is locked by the agent')
  await agent.notify(forge.create({ task: 'deploy:unlock' }))
  await until('it to be unlocked', async () => (await agents.journal()).includes('Unlocked'))
}, 120_000)

it('a rollback is a deployment of its own, to the release before', async () => {
  const sha = await place.git('rev-parse', 'HEAD')
  const deployment = forge.create({ task: 'rollback', sha })
  expect(await ended(deployment)).toMatchObject({ state: 'success' })
  expect(await pages()).toEqual(everywhere('one'))
}, 120_000)

it('one whose commit is on no allowed branch is an error, and no host hears of it', async () => {
  const sha = await place.commit({ 'index.html': 'evil' }, 'evil')
  const deployment = forge.create({ sha, ref: 'evil' })
  const status = await ended(deployment)
  expect(status.state).toBe('error')
  expect(status.description).toContain(sha.slice(0, 7))
  expect(await pages()).toEqual(everywhere('one'))
}, 120_000)

it('a secret is in no log, no status, no journal and no file', async () => {
  const [first] = forge.deployments.values()
  const log = await agent.logOf(forge.statusesOf(first ?? { id: 0 })[0]?.log_url ?? '')
  expect(log).toContain('web3 has ***')
  const statuses = [...forge.deployments.values()].map((one) => forge.statusesOf(one))
  expect(JSON.stringify(statuses)).not.toContain(sentinel)
  const forms = ['-e', sentinel, '-e', Buffer.from(sentinel).toString('base64').slice(0, 20)]
  const found = await run('grep', ['-rlF', ...forms, place.folder]).catch(() => ({ stdout: '' }))
  expect(found.stdout.trim()).toBe(join(place.folder, 'docs.env'))
})
