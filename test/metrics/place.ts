import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { temporaryFolder } from '../support/engines.ts'
import { startReceiver } from '../support/receiver.ts'
import { startServer } from '../support/server.ts'

export const metricsToken = 'a-token-for-metrics'

type Options = Parameters<typeof startServer>[0]

/** A server whose hook on `octo/hello` has a receiver, and what makes it do a bit of everything. */
export async function openPlace({ settings, ...options }: NonNullable<Options> = {}) {
  const server = await startServer({
    ...options,
    settings: { metrics_token: metricsToken, webhook_allow: '127.0.0.0/8', ...settings },
  })
  const receiver = await startReceiver()
  await server.user('octo')
  const octokit = await server.octokit('octo', ['repo', 'admin:repo_hook'])
  const repository = await server.repository('octo', 'hello')
  await server.commit(repository, { files: { 'a.txt': 'a' } })
  const at = { owner: 'octo', repo: 'hello' }
  await octokit.repos.createWebhook({
    ...at,
    events: ['deployment', 'deployment_status'],
    config: { url: receiver.url, content_type: 'json' },
  })
  const deploy = (headers: Readonly<Record<string, string>> = {}) =>
    octokit.repos.createDeployment({ ...at, ref: 'main', required_contexts: [], headers })
  const clone = async () => {
    const token = await server.token('octo', ['repo'])
    const url = `${server.url.replace('://', `://octo:${token}@`)}/octo/hello.git`
    await runGit(['clone', '-q', url, join(temporaryFolder(), 'clone')])
  }
  return { server, receiver, octokit, deploy, clone, metricsUrl: `${server.url}/metrics` }
}

async function runGit(args: readonly string[]): Promise<void> {
  const git = spawn('git', [...args], { stdio: 'inherit' })
  const [code] = await once(git, 'exit')
  if (code !== 0) throw new Error(`git ${args[0]} ended with ${code}`)
}

/** A port that nobody listens on, a moment ago. */
export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
