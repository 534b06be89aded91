import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { type Client, openClient } from '../../client/client.ts'
import { Secret } from '../../lib/secret.ts'
import { type Narrator, openNarrator } from './narrator.ts'
import type { Picture } from './picture.ts'
import { freePort, runOrFail, slipway, startAndWait } from './programs.ts'
import { makeSite } from './site.ts'
import { makeKey, startWebServer, type WebServer } from './web-server.ts'
import { openWire } from './wire.ts'

export const repository = 'octo/site'

/** Everything the acts play on: all of it real, all of it in one folder. */
export type Stage = AsyncDisposable & {
  readonly folder: string
  readonly picture: Picture
  readonly narrator: Narrator
  /** As the tooling sees Slipway: over a wire that the picture watches. */
  readonly tooling: Client
  readonly webServers: readonly WebServer[]
  /** Where the agent takes webhooks, without a wire. */
  readonly agentHook: string
  readonly slipwayUrl: string
  readonly token: string
  /** Of octo, for the pages. */
  readonly password: Secret
  readonly hookId: number
}

/** Builds the stage: the server, a repository pushed over SSH, three servers, the agent, the hook between. */
export async function setStage(folder: string, picture: Picture): Promise<Stage> {
  await using undo = new AsyncDisposableStack()
  const narrator = openNarrator(picture)
  const slipwayServer = await startSlipway(folder, undo, narrator)
  const { url, token, agentToken, password } = slipwayServer

  const toolingWire = undo.use(await openWire(url, narrator.tooling))
  const agentWire = undo.use(await openWire(url, narrator.agent))
  const tooling = undo.use(clientAt(toolingWire.url, token))
  picture.title('Setting the stage: a private repository, two deploy keys, a push over SSH')
  const keys = await makeRepository(tooling, folder)
  await push(folder, slipwayServer, keys.push)

  const userKey = await makeKey(join(folder, 'server_key'))
  const webServers: WebServer[] = []
  for (const name of ['web1', 'web2', 'web3']) {
    const given = { name, folder, userKey, onLogin: narrator.login, onServed: narrator.served }
    webServers.push(undo.use(await startWebServer(given)))
  }
  const agent = { folder, apiUrl: `${agentWire.url}/api/v3`, token: agentToken, webServers }
  const agentUrl = await startAgent({ ...agent, server: slipwayServer, key: keys.fetch }, undo)

  const hookWire = undo.use(await openWire(agentUrl, narrator.hook))
  const hook = { url: `${hookWire.url}/webhook`, content_type: 'json', secret: hookSecret.reveal() }
  const made = await tooling.request({
    method: 'POST',
    path: `/repos/${repository}/hooks`,
    body: { config: hook, events: ['deployment'] },
  })
  const running = undo.move()
  return {
    folder,
    picture,
    narrator,
    tooling,
    webServers,
    agentHook: `${agentUrl}/webhook`,
    slipwayUrl: url,
    token,
    password,
    hookId: idOf(made),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}

const passwordBytes = 12
const hookSecret = new Secret(randomBytes(24).toString('base64url'))

const idOf = (made: unknown): number => {
  if (typeof made === 'object' && made !== null && 'id' in made) return Number(made.id)
  throw new Error('What was made has no id')
}

const clientAt = (url: string, token: string) =>
  openClient({ apiUrl: `${url}/api/v3`, token: new Secret(token), userAgent: 'slipway-demo' })

type SlipwayServer = {
  url: string
  ssh: string
  hostKey: string
  token: string
  agentToken: string
  password: Secret
}

async function startSlipway(
  folder: string,
  undo: AsyncDisposableStack,
  narrator: Narrator,
): Promise<SlipwayServer> {
  const data = join(folder, 'slipway')
  const mine = (...args: string[]) => runOrFail([...slipway, ...args, '--data', data])
  const password = new Secret(randomBytes(passwordBytes).toString('base64url'))
  const make = ['user', 'create', 'octo', '--admin', '--password-stdin', '--data', data]
  await runOrFail([...slipway, ...make], undefined, password.reveal())
  const token = await mine('token', 'create', '--user', 'octo', '--scopes', 'repo')
  const agentToken = await mine('token', 'create', '--user', 'octo', '--scopes', 'repo_deployment')
  const ports = ['--port', '0', '--ssh-port', '0', '--webhook-allow', '127.0.0.0/8']
  const argv = [...slipway, 'serve', '--data', data, ...ports]
  const isReady = (printed: string) => printed.includes('Slipway is ready')
  const server = await startAndWait({ argv, folder, isReady, onLine: narrator.server })
  undo.defer(async () => {
    process.kill(server.pid, 'SIGTERM')
    await server.exited
  })
  const url = /API +(\S+)\/api\/v3/.exec(server.printed())?.[1] ?? ''
  const ssh = /over SSH +(\S+)\/OWNER/.exec(server.printed())?.[1] ?? ''
  const scanned = await runOrFail(['ssh-keyscan', '-p', new URL(ssh).port, '127.0.0.1'])
  const hostKey = /^\S+ (ssh-ed25519 \S+)$/m.exec(scanned)?.[1] ?? ''
  return { url, ssh, hostKey, token, agentToken, password }
}

/** The key files of who pushes (read and write) and of the agent (read only). */
async function makeRepository(tooling: Client, folder: string) {
  await tooling.request({
    method: 'POST',
    path: '/user/repos',
    body: { name: 'site', private: true },
  })
  const add = async (title: string, read_only: boolean) => {
    const file = join(folder, title)
    const key = await makeKey(file)
    const path = `/repos/${repository}/keys`
    await tooling.request({ method: 'POST', path, body: { title, key, read_only } })
    return file
  }
  return { push: await add('laptop', false), fetch: await add('agent', true) }
}

async function push(folder: string, server: SlipwayServer, keyFile: string): Promise<void> {
  const work = await makeSite(folder)
  const known = join(folder, 'known_hosts')
  await writeFile(known, `[127.0.0.1]:${new URL(server.ssh).port} ${server.hostKey}\n`)
  const ssh = `ssh -F none -i ${keyFile} -o IdentitiesOnly=yes -o UserKnownHostsFile=${known}`
  const command = ['git', '-c', `core.sshCommand=${ssh}`, 'push', '-q', '--tags']
  await runOrFail([...command, `${server.ssh}/${repository}.git`, 'main'], work)
}

type AgentGiven = {
  folder: string
  apiUrl: string
  token: string
  webServers: readonly WebServer[]
  server: SlipwayServer
  key: string
}

async function startAgent(given: AgentGiven, undo: AsyncDisposableStack): Promise<string> {
  const { folder, token } = given
  const home = join(folder, 'agent-home')
  await mkdir(join(home, 'credentials'), { recursive: true, mode: 0o700 })
  const secret = { mode: 0o600 }
  await writeFile(join(home, 'credentials/forge-token'), token, secret)
  await writeFile(join(home, 'credentials/webhook-secret'), hookSecret.reveal(), secret)
  const url = `http://127.0.0.1:${await freePort()}`
  const config = join(home, 'agent.yml')
  await writeFile(config, agentConfig(given, home, url))
  const argv = [...slipway, 'agent', '--config', config]
  const isReady = (printed: string) => printed.includes('agent.started')
  const agent = await startAndWait({ argv, folder, isReady })
  undo.defer(async () => {
    process.kill(agent.pid, 'SIGTERM')
    await agent.exited
  })
  return url
}

function agentConfig(
  { folder, apiUrl, webServers, server, key }: AgentGiven,
  home: string,
  url: string,
) {
  const inventory = webServers.map(
    ({ name, sshPort, hostKey }) =>
      `  ${name}: { address: 127.0.0.1, port: ${sshPort}, user: ${userInfo().username}, identity: servers, roles: [web], environments: [production], host_key: "${hostKey}" }`,
  )
  return `version: 1
agent: { id: demo, data_dir: ${join(home, 'data')}, listen: "${new URL(url).host}", public_url: ${url} }
forges:
  - name: slipway
    api_url: ${apiUrl}
    token: { credential: forge-token }     # scope repo_deployment, nothing else
    webhook: { path: /webhook, secrets: [{ credential: webhook-secret }] }
    intake: [webhook]
rules:
  - name: site
    repos: [${repository}]
    environments: [production]
    tasks: [deploy, rollback, "deploy:lock", "deploy:unlock"]
    refs: [main]
    git: { url: "${server.ssh}/${repository}.git", identity: deploy-key, host_key: "${server.hostKey}" }
    config: { from: default_branch }
identities:
  servers: { file: ${join(folder, 'server_key')} }
  deploy-key: { file: ${key} }
inventory:
${inventory.join('\n')}
logs: { access: link }
`
}
