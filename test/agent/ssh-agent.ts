import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import type { Place } from '../remote/place.ts'
import { eventOf, type Forge, type MadeDeployment, signatureOf } from './forge.ts'
import { secrets } from './harness.ts'

/** Agents as processes of their own, one after another in one folder, for real hosts over SSH. */
export type SshAgents = AsyncDisposable & {
  start(crashAt?: string): Promise<AgentProcess>
  journal(): Promise<string>
}

export type AgentProcess = {
  readonly url: string
  readonly exited: Promise<unknown>
  kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>
  notify(deployment: MadeDeployment): Promise<void>
  logOf(logUrl: string): Promise<string>
}

/** A secret of the recipe, which must be nowhere but in the commands' environment. */
export const sentinel = 'sentinel-2f7c9d51'

export async function openSshAgents(place: Place, forge: Forge): Promise<SshAgents> {
  const file = join(place.folder, 'agent.yml')
  await writeFile(join(place.folder, 'docs.env'), `API_TOKEN=${sentinel}\n`, { mode: 0o600 })
  const dataDir = join(place.folder, 'agent-data')
  await writeFile(file, JSON.stringify(configOf(place, forge, dataDir)))
  const running = new Set<AgentProcess>()
  return {
    start: async (crashAt) => {
      const agent = await startProcess(file, crashAt)
      running.add(agent)
      return agent
    },
    journal: () => readFile(join(dataDir, 'journal.jsonl'), 'utf8'),
    [Symbol.asyncDispose]: async () => {
      for (const agent of running) await agent.kill('SIGKILL')
    },
  }
}

async function startProcess(file: string, crashAt: string | undefined): Promise<AgentProcess> {
  const program = join(import.meta.dirname, 'agent-process.ts')
  const args = [
    '--disable-warning=ExperimentalWarning',
    program,
    file,
    ...(crashAt ? [crashAt] : []),
  ]
  const env = { ...process.env, FORGE_TOKEN: secrets.token, HOOK: secrets.hook }
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const exited = once(child, 'exit')
  const url = await urlOf(child)
  return {
    url,
    exited,
    kill: async (signal) => {
      child.kill(signal)
      await exited
    },
    logOf: async (logUrl) => await (await fetch(`${url}${new URL(logUrl).pathname}/raw`)).text(),
    notify: async (deployment) => {
      const body = eventOf(deployment)
      const headers = { 'x-hub-signature-256': signatureOf(body, secrets.hook) }
      // The agent may be killed by its first journal line, before it can answer.
      await fetch(`${url}/webhook`, { method: 'POST', body, headers }).catch(() => undefined)
    },
  }
}

/** The agent says where it listens once it does; if it ends before, its log says why. */
async function urlOf(child: ChildProcessByStdio<null, Readable, Readable>): Promise<string> {
  let log = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log = (log + text).slice(-8192)
  })
  const line = once(child.stdout.setEncoding('utf8'), 'data').then(String)
  const ended = once(child, 'exit').then(() => '')
  const url = (await Promise.race([line, ended])).trim()
  if (url === '') throw new Error(`the agent ended at its start: ${log}`)
  return url
}

function configOf({ config }: Place, forge: Forge, dataDir: string) {
  const [rule] = config.rules
  if (!rule) throw new Error('no rule')
  const { user, address, port, path, hostKeys } = rule.git
  const inventory = config.inventory.map(
    ({ name, hostKeys: keys, address: at, port: hostPort, user: login }) => [
      name,
      {
        address: at,
        port: hostPort,
        user: login,
        identity: 'deploy',
        roles: ['web'],
        environments: ['production'],
        host_key: keys[0],
      },
    ],
  )
  const identityOf = (name: string) => ({ file: config.identities[name]?.file })
  return {
    version: 1,
    agent: {
      id: 'agent-1',
      data_dir: dataDir,
      listen: '127.0.0.1:0',
      public_url: 'http://agent.test',
    },
    forges: [
      {
        name: 'main',
        api_url: forge.apiUrl,
        token: { env: 'FORGE_TOKEN' },
        webhook: { secrets: [{ env: 'HOOK' }] },
        intake: ['webhook'],
        poll_interval: '1h',
      },
    ],
    rules: [
      {
        name: 'docs',
        repos: ['octo/docs'],
        environments: ['production'],
        refs: ['main'],
        git: {
          url: `ssh://${user}@${address}:${port}/${path.replace(/^\/+/, '')}`,
          identity: 'git',
          host_key: hostKeys[0],
        },
        config: { from: 'default_branch' },
        secrets: 'docs',
      },
    ],
    identities: { deploy: identityOf('deploy'), git: identityOf('git') },
    inventory: Object.fromEntries(inventory),
    secrets: { docs: { dotenv: join(dirname(dataDir), 'docs.env') } },
  }
}
