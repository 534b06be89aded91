import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { Octokit } from '@octokit/rest'
import { Pool } from 'undici'
import { onTestFinished } from 'vitest'
import { temporaryFolder } from '../support/engines.ts'
import { newPublicKey } from '../support/public-key.ts'
import type { GeneratedRequest, Known } from './generated-requests.ts'

type Facts = { url: string; tokens: Record<'owner' | 'narrow' | 'stranger', string> }

/** A server in its own process with octo/hello, octo/vault, which is private, and octo/scrap to be spoiled; and a client. */
export async function openPlace() {
  const script = join(import.meta.dirname, 'storm-server.ts')
  const child = fork(script, [temporaryFolder()], { execArgv: ['--expose-gc'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const [facts] = (await once(child, 'message')) as [Facts]
  const octokit = new Octokit({ baseUrl: `${facts.url}/api/v3`, auth: facts.tokens.owner })
  const make = async (name: string, isPrivate: boolean) => {
    const asked = { name, private: isPrivate, auto_init: true }
    return (await octokit.repos.createForAuthenticatedUser(asked)).data.id
  }
  const ids = {
    hello: await make('hello', false),
    vault: await make('vault', true),
    scrap: await make('scrap', false),
  }
  const { data: head } = await octokit.repos.getCommit({
    owner: 'octo',
    repo: 'hello',
    ref: 'main',
  })
  for (const repo of ['hello', 'vault']) await fillRepository(octokit, repo)
  const known = knownWith(head.sha, head.commit.tree.sha)
  /** What the server truly holds: without the heap that V8 keeps for later. */
  async function findMemory(): Promise<number> {
    child.send('memory')
    const [usage] = (await once(child, 'message')) as [NodeJS.MemoryUsage]
    return usage.rss - (usage.heapTotal - usage.heapUsed)
  }
  return { ids, known, ask: askerOf(facts), findMemory }
}

/** One of most things, under the number 1 or the name `main`. */
async function fillRepository(octokit: Octokit, repo: string): Promise<void> {
  const at = { owner: 'octo', repo }
  await octokit.repos.createDeployment({ ...at, ref: 'main', required_contexts: [] })
  await octokit.repos.createWebhook({ ...at, config: { url: 'https://hook.example/' } })
  await octokit.repos.createOrUpdateEnvironment({ ...at, environment_name: 'production' })
  const status = { ...at, deployment_id: repo === 'hello' ? 1 : 2, state: 'pending' } as const
  await octokit.repos.createDeploymentStatus(status)
  await octokit.repos.createDeployKey({ ...at, key: newPublicKey(), title: 'one' })
  await octokit.actions.createRepoVariable({ ...at, name: 'region', value: 'eu' })
}

const knownWith = (sha: string, tree: string): Known => ({
  ref: ['main', 'heads/main', 'refs/heads/made', sha],
  sha: [sha],
  head_sha: [sha],
  commit_sha: [sha],
  tree_sha: [tree, 'main'],
  branch: ['main'],
  base: ['main'],
  head: ['main'],
  basehead: ['main...main'],
  path: ['README.md', ''],
  username: ['mona', 'octo'],
  org: ['acme'],
  environment: ['production', 'staging'],
  environment_name: ['production', 'a/b'],
  state: ['success', 'pending', 'in_progress'],
  url: ['https://hook.example/', 'http://127.0.0.1:9/'],
  secret_name: ['PASSWORD'],
  name: ['region', 'text', 'v*'],
  event_type: ['deploy'],
  events: ['push', 'deployment', '*'],
  content_type: ['json', 'form'],
  insecure_ssl: ['0', '1'],
  key: [newPublicKey()],
  required_contexts: [''],
  task: ['deploy'],
  environment_url: ['https://site.example/'],
  target_url: ['https://site.example/'],
  log_url: ['https://site.example/'],
  pull_number: ['1'],
  file_sha: [tree],
})

export type Person = keyof Facts['tokens'] | 'nobody'
export type Asked = GeneratedRequest & { readonly who: Person }

function askerOf({ url, tokens }: Facts) {
  const pool = new Pool(url, { connections: 8, pipelining: 1 })
  onTestFinished(() => pool.destroy())
  return async ({ method, path, body, accept, who }: Asked) => {
    const identity = who === 'nobody' ? {} : { authorization: `Bearer ${tokens[who]}` }
    const answer = await pool.request({
      method,
      path: `/api/v3${path}`,
      headers: { 'user-agent': 'test', accept, ...identity },
      body,
    })
    const text = Buffer.from(await answer.body.arrayBuffer()).toString('latin1')
    return { status: answer.statusCode, headers: answer.headers, text }
  }
}
