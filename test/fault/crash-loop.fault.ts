import { Octokit } from '@octokit/rest'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../support/engines.ts'
import { run, type Serving, serve, until } from '../support/program.ts'
import { startReceiver } from '../support/receiver.ts'

/** Stands for a bug of ours that one receiver brings out: the process ends, from a place that nobody catches. */
const poison = `import { subscribe } from 'node:diagnostics_channel'
subscribe('undici:request:create', ({ request }) => {
  if (request.path === '/poison') setImmediate(() => { throw new Error('poisoned') })
})`
const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(poison)}` }
const at = { owner: 'octo', repo: 'hello' }

it('D10: an event that ends every process that sends it is set aside, and everybody else gets theirs', {
  timeout: 120_000,
}, async () => {
  const data = temporaryFolder()
  const receiver = await startReceiver()
  const serving = () => serve(data, { args: ['--webhook-allow', '127.0.0.0/8'], env })
  await run(['user', 'create', 'octo', '--data', data])
  const made = await run(['token', 'create', '--user', 'octo', '--scopes', 'repo', '--data', data])
  const octokit = (server: Serving) =>
    new Octokit({ baseUrl: server.apiUrl, auth: made.stdout.trim() })

  const server = await serving()
  const { repos } = octokit(server)
  await repos.createForAuthenticatedUser({ name: 'hello', auto_init: true })
  const bad = receiver.url.replace('/hook', '/poison')
  const hookOf = (url: string) =>
    repos.createWebhook({ ...at, config: { url, content_type: 'json' }, events: ['deployment'] })
  await hookOf(receiver.url)
  await until(() => receiver.received.length === 1)
  // Its ping is the poison.
  const { data: hook } = await hookOf(bad)

  await until(() => server.child.exitCode !== null)
  for (let crashes = 1; crashes < 3; crashes += 1)
    expect(await endOf(serving)).toContain('poisoned')
  const well = await serving()
  const deliveries = { ...at, hook_id: hook.id }
  const list = await octokit(well).repos.listWebhookDeliveries(deliveries)
  expect(list.data.map(({ status, status_code }) => [status_code, status])).toEqual([
    [0, expect.stringContaining('Redeliver it by hand')],
  ])

  const deployment = { ...at, ref: 'main', required_contexts: [], environment: 'x' }
  await octokit(well).repos.updateWebhook({ ...at, hook_id: hook.id, active: false })
  await octokit(well).repos.createDeployment(deployment)
  await until(() => receiver.received.some(({ event }) => event === 'deployment'))
  expect(await well.stop()).toBe(0)
})

/** What a server printed that ended by itself, before or after it could say that it is ready. */
async function endOf(serving: () => Promise<Serving>): Promise<string> {
  const server = await serving().catch((error: Error) => error.message)
  if (typeof server === 'string') return server
  await until(() => server.child.exitCode !== null)
  return server.output()
}
