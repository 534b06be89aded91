import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { startAgent } from '../../src/agent/assembly.ts'
import { parseAgentConfig } from '../../src/agent/recipe/recipe.ts'
import { silentLog } from '../../src/lib/log.ts'
import { newKeyPair } from '../../src/sealed-box/sealed-box.ts'
import { openGatedPlace } from '../gates/gated-place.ts'
import { temporaryFolder } from '../support/engines.ts'
import { sealedFor } from '../support/sealed-box.ts'
import { Forge } from './forge.ts'
import { Hosts, startTestAgent, until } from './harness.ts'

/** Secrets that the forge keeps, and gives to the agent that runs the deployment. */

const asks = 'env: { secret: [API_TOKEN:TOKEN, COLOUR] }\n'
const sentinel = 'sentinel-8d1f0c77'

/** acme/shop, whose production keeps a secret and a variable, and an agent for it. */
async function openKeepingPlace() {
  const place = await openGatedPlace()
  const id = await place.protect({ reviewers: [{ type: 'User', id: place.mona.id }] })
  const octo = place.as('octo')
  const production = '/repos/acme/shop/environments/production'
  const { key, key_id } = (await octo.request(`GET ${production}/secrets/public-key`)).data
  const encrypted_value = await sealedFor(key, sentinel)
  await octo.request(`PUT ${production}/secrets/TOKEN`, { encrypted_value, key_id })
  await octo.request(`POST ${production}/variables`, { name: 'COLOUR', value: 'light blue' })
  const hosts = new Hosts()
  hosts.recipe += asks
  const folder = temporaryFolder()
  const token = await place.server.token('hubot', ['repo_deployment'])

  /** By which the reviewer lets one go. */
  async function release() {
    const deployment = await place.deploy('octo')
    await place.review('mona', deployment.id, { environment_ids: [id] })
    return deployment.id
  }

  async function start() {
    const agent = await startAgent({
      config: parseAgentConfig(configOf(folder, place.server.apiUrl), 'agent.yml'),
      places: { env: { FORGE_TOKEN: token }, credentialsDirectory: folder },
      log: silentLog,
      openRemote: hosts.open,
    })
    onTestFinished(() => agent[Symbol.asyncDispose]())
    return agent
  }
  const journal = () => readFile(join(folder, 'journal.jsonl'), 'utf8')
  /** The agent's own files of logs, as one text. */
  async function printed() {
    const names = (await readdir(join(folder, 'logs'))).filter((name) => name.endsWith('.log'))
    const texts = names.map((name) => readFile(join(folder, 'logs', name), 'utf8'))
    return (await Promise.all(texts)).join('')
  }
  /** The log that the server keeps. */
  async function kept(id: number) {
    const path = `/api/slipway/v1/repos/acme/shop/deployments/${id}/log`
    const headers = { authorization: `Bearer ${token}`, 'user-agent': 'test' }
    return await (await fetch(`${place.server.url}${path}`, { headers })).text()
  }
  return { ...place, hosts, release, start, journal, printed, kept }
}

const hostKey = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGl0'

const configOf = (folder: string, apiUrl: string) => `
version: 1
agent: { id: agent-1, data_dir: ${folder}, listen: "127.0.0.1:0", public_url: https://agent.example.com }
forges:
  - { name: main, api_url: "${apiUrl}", token: { env: FORGE_TOKEN }, intake: [poll], poll_interval: 50ms }
rules:
  - name: shop
    repos: [acme/shop]
    environments: [production]
    git: { url: "ssh://git@127.0.0.1/acme/shop.git", identity: key, host_key: "${hostKey}" }
    config: { from: default_branch }
    secrets: kept
secrets: { kept: { forge: true } }
identities: { key: { file: /nowhere/key } }
inventory:
  web1: { address: 127.0.0.1, user: deploy, identity: key, environments: [production], host_key: "${hostKey}" }
`

it('are given to the commands, and stand in no log, status or journal', async () => {
  const { hosts, release, start, statuses, journal, kept } = await openKeepingPlace()
  const given: string[] = []
  const end = hosts.outcome
  hosts.outcome = (run) => {
    for (const [name, secret] of run.secrets) {
      given.push(`${name}=${secret.reveal()}`)
      run.log(`web1: ${name} is ${secret.reveal()}`)
    }
    return { ...end(run), description: `Deployed with ${sentinel}` }
  }
  await start()
  const id = await release()
  await until('it to end', async () => (await statuses(id)).at(-1)?.startsWith('success'))
  expect(given).toEqual([`API_TOKEN=${sentinel}`, 'COLOUR=light blue'])
  expect((await statuses(id)).at(-1)).toBe('success: Deployed with ***')
  expect(await kept(id)).toMatch(/API_TOKEN is \*\*\*\n.*COLOUR is \*\*\*/)
  expect(await journal()).not.toContain(sentinel)
})

it('are another’s where another has claimed the deployment, which then is not run', async () => {
  const { hosts, release, start, statuses, journal, tokens, server } = await openKeepingPlace()
  const id = await release()
  const claim = `${server.url}/api/slipway/v1/repos/acme/shop/deployments/${id}/claim`
  const headers = { authorization: `Bearer ${tokens.mona}`, 'user-agent': 'test' }
  const body = JSON.stringify({ public_key: (await newKeyPair()).public_key })
  expect((await fetch(claim, { method: 'POST', headers, body })).status).toBe(201)
  await start()
  await until('it to be left', async () => (await journal()).includes('claimed by another agent'))
  expect(hosts.started).toEqual([])
  expect((await statuses(id)).at(-1)).toBe('queued: Accepted by agent-1')
})

it('are not GitHub’s to give, and the status says so', async () => {
  await using forge = await new Forge().listen()
  const hosts = new Hosts()
  hosts.recipe += asks
  const stores = '{ kept: { forge: true } }'
  await using agent = await startTestAgent({ forge, hosts, rule: 'secrets: kept', stores })
  const statuses = await agent.ended(await agent.deploy(), 'error')
  expect(statuses.at(-1)?.description).toMatch('gives no secrets, as only Slipway does')
  expect(hosts.started).toEqual([])
})

it('has the log on its page at the server while the deployment runs, and to the end of one that fails', async () => {
  const { hosts, release, start, statuses, journal, printed, kept, as, at, server } =
    await openKeepingPlace()
  const letGo = hosts.hold()
  hosts.outcome = () => ({
    ...{ kind: 'failed', reason: 'health', description: 'web1 did not come up', host: 'web1' },
    ...{ rolledBack: [], stranded: [] },
  })
  await start()
  const id = await release()
  await until('the log to come', async () => (await kept(id)).includes('unpacking'))
  letGo()
  await until('it to fail', async () => (await statuses(id)).at(-1)?.startsWith('failure'))
  expect(await kept(id)).toBe(await printed())
  expect(await kept(id)).toMatch(/Failed: web1 did not come up\n$/)
  expect(await journal()).toContain('log_sent')
  const { data } = await as('octo').repos.listDeploymentStatuses({ ...at, deployment_id: id })
  const links = new Set(data.map(({ log_url }) => log_url).filter(Boolean))
  const page = `${server.url}/acme/shop/deployments/${id}?log=`
  expect([...links]).toEqual([expect.stringContaining(page)])
})
