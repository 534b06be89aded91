import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { type Agent, startAgent } from '../../src/agent/assembly.ts'
import { parseAgentConfig } from '../../src/agent/recipe/recipe.ts'
import type { Remote, Run, RunOutcome } from '../../src/agent/remote/model.ts'
import { silentLog } from '../../src/lib/log.ts'
import {
  eventOf,
  type Forge,
  type MadeDeployment,
  type PostedStatus,
  signatureOf,
} from './forge.ts'

export const secrets = { token: 'slp_forge_token', hook: 'hook-secret', next: 'hook-secret-next' }

const deployYml = `
version: 1
service: docs
strategy: files
files: { deploy_to: /srv/docs }
hosts: { names: [web1] }
url: https://docs.example.com
`

/** Fails with what it waited for, instead of hanging. */
export async function until<T>(
  what: string,
  probe: () => T | Promise<T>,
  deadlineMs = 10_000,
): Promise<NonNullable<T>> {
  const end = Date.now() + deadlineMs
  for (;;) {
    const found = await probe()
    if (found) return found
    if (Date.now() > end) throw new Error(`waited ${deadlineMs} ms in vain: ${what}`)
    await wait(10)
  }
}

/** The hosts, held in the hand: a test says how each run ends and when. */
export class Hosts {
  readonly started: number[] = []
  readonly calls: string[] = []
  running = 0
  runningMost = 0
  recipe = deployYml
  outcome: (run: Run) => RunOutcome = ({ deployment }) => ({
    kind: 'succeeded',
    description: `#${deployment.id} on 1 host`,
    release: `${deployment.id}-${deployment.sha.slice(0, 7)}`,
    hosts: ['web1'],
    skipped: [],
  })
  #held = Promise.resolve()
  #release = () => {}

  /** Runs go as far as publishing and stay there until the function is called. */
  hold(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#held = promise
    this.#release = resolve
    return () => this.#release()
  }

  readonly open = async (): Promise<Remote> => ({
    fetchSource: async ({ sha }) => ({
      sha,
      reachableFrom: 'refs/heads/main',
      readFile: async () => ({ text: this.recipe, sha }),
      pack: () => Promise.reject(new Error('nothing is packed here')),
    }),
    runDeployment: (run) => this.#run(run, 'deploy'),
    findRollback: async ({ to }) => {
      this.calls.push(`find ${JSON.stringify(to)}`)
      return { kind: 'found', release: '41-abcdef0', sha: 'abcdef0'.repeat(6).slice(0, 40) }
    },
    runRollback: (run) => this.#run(run, `rollback to ${run.choice.release}`),
    recoverRun: async (run) => {
      this.calls.push(`recover ${run.entry.release}`)
      return this.outcome(run)
    },
    inspectHosts: async () => [],
    cleanPartials: async ({ deploymentId }) => {
      this.calls.push(`clean ${deploymentId}`)
      return []
    },
    [Symbol.asyncDispose]: async () => {},
  })

  async #run(run: Run, what: string): Promise<RunOutcome> {
    const { id } = run.deployment
    this.calls.push(`${what} ${id}`)
    this.started.push(id)
    this.running += 1
    this.runningMost = Math.max(this.runningMost, this.running)
    const release = `${id}-${run.deployment.sha.slice(0, 7)}`
    const hosts = ['web1']
    await run.journal({ point: 'preparing', hosts, release })
    run.progress({ phase: 'preparing', description: 'Preparing 1 host' })
    run.log('web1: unpacking')
    await run.journal({ point: 'publishing', hosts, release, previous: { web1: null } })
    run.progress({ phase: 'publishing', description: 'Publishing 1/1' })
    const cancelled = new Promise<'cancelled'>((resolve) => {
      run.signal.addEventListener('abort', () => resolve('cancelled'))
      if (run.signal.aborted) resolve('cancelled')
    })
    const ended = await Promise.race([this.#held, cancelled])
    this.running -= 1
    if (ended !== 'cancelled') return this.outcome(run)
    return { kind: 'cancelled', description: 'Cancelled', rolledBack: hosts, stranded: [] }
  }
}

export type Given = {
  readonly forge: Forge
  readonly hosts?: Hosts
  readonly rule?: string
  readonly limits?: string
  readonly folder?: string
  readonly graceMs?: number
  readonly pollInterval?: string
  readonly stores?: string
}

/** One agent for `octo/docs`; stopping it keeps its folder, disposing it does not. */
export class TestAgent {
  readonly forge: Forge
  readonly hosts: Hosts
  readonly folder: string
  readonly #agent: Agent

  constructor(agent: Agent, given: Given & { folder: string; hosts: Hosts }) {
    this.#agent = agent
    this.forge = given.forge
    this.hosts = given.hosts
    this.folder = given.folder
  }

  get url(): string {
    return this.#agent.url
  }

  async stop(): Promise<void> {
    await this.#agent[Symbol.asyncDispose]()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
    await rm(this.folder, { recursive: true, force: true })
  }

  async send(body: string, headers: Record<string, string> = {}) {
    const signature = { 'x-hub-signature-256': signatureOf(body, secrets.hook) }
    const response = await fetch(`${this.url}/webhook`, {
      method: 'POST',
      body,
      headers: { 'x-github-event': 'deployment', ...signature, ...headers },
    })
    const { result } = (await response.json()) as { result: string }
    return `${response.status} ${result}`
  }

  notify = (deployment: MadeDeployment, status?: PostedStatus) =>
    this.send(eventOf(deployment, status))

  /** Creates a deployment and tells the agent. */
  async deploy(given: Partial<MadeDeployment> = {}): Promise<MadeDeployment> {
    const deployment = this.forge.create(given)
    await this.notify(deployment)
    return deployment
  }

  /** Its statuses, oldest first, once the last one is of this state. */
  ended(deployment: MadeDeployment, state: string): Promise<readonly PostedStatus[]> {
    return until(`#${deployment.id} to end in ${state}`, () => {
      const statuses = this.forge.statusesOf(deployment)
      return statuses.at(-1)?.state === state ? statuses : undefined
    }).catch((error: Error) => {
      const seen = JSON.stringify(this.forge.statusesOf(deployment), null, 1)
      throw new Error(`${error.message}; it has ${seen}`)
    })
  }

  async logOf(deployment: MadeDeployment): Promise<string> {
    const link = this.forge.statusesOf(deployment).find(({ log_url }) => log_url)?.log_url ?? ''
    if (link === '') return ''
    const response = await fetch(`${this.url}${new URL(link).pathname}/raw`)
    return await response.text()
  }

  journal = () => readFile(join(this.folder, 'journal.jsonl'), 'utf8')
}

const configText = (
  { forge, rule = '', limits = '{}', pollInterval = '1h', stores = '{}' }: Given,
  folder: string,
) => `
version: 1
agent: { id: agent-1, data_dir: ${folder}, listen: "127.0.0.1:0", public_url: https://agent.example.com }
forges:
  - name: main
    api_url: ${forge.apiUrl}
    token: { env: FORGE_TOKEN }
    webhook: { secrets: [{ env: HOOK }, { env: HOOK_NEXT }] }
    intake: [webhook]
    poll_interval: ${pollInterval}
rules:
  - name: docs
    repos: [octo/docs]
    environments: [production, staging, "pr-*"]
    git: { url: "ssh://git@127.0.0.1/octo/docs.git", identity: key, host_key: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGl0" }
    config: { from: default_branch }
    ${rule}
identities: { key: { file: /nowhere/key } }
inventory:
  web1: { address: 127.0.0.1, user: deploy, identity: key, environments: [production, staging, "pr-*"], host_key: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGl0" }
limits: ${limits}
secrets: ${stores}
`

export async function startTestAgent(given: Given): Promise<TestAgent> {
  const folder = given.folder ?? (await mkdtemp(join(tmpdir(), 'slipway-agent-')))
  const hosts = given.hosts ?? new Hosts()
  const env = { FORGE_TOKEN: secrets.token, HOOK: secrets.hook, HOOK_NEXT: secrets.next }
  const agent = await startAgent({
    config: parseAgentConfig(configText(given, folder), 'agent.yml'),
    places: { env, credentialsDirectory: folder },
    log: silentLog,
    openRemote: hosts.open,
    ...(given.graceMs !== undefined && { graceMs: given.graceMs }),
  })
  return new TestAgent(agent, { ...given, folder, hosts })
}
