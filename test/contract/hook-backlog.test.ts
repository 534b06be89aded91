import { request } from 'undici'
import { expect, it, onTestFinished } from 'vitest'
import { eventually } from '../deliveries/world.ts'
import { reply, startFaultServer } from '../sender/fault-server.ts'
import { startServer } from '../support/server.ts'

/** Ours: `/api/slipway/v1/repos/{owner}/{repo}/hooks/{hook_id}/backlog` and `/resume` (delivery 4.6). */

const at = { owner: 'octo', repo: 'hello' }

async function open() {
  const receiver = await startFaultServer({
    answer: (socket) => socket.write(reply('410 Gone')),
  })
  onTestFinished(() => receiver[Symbol.asyncDispose]())
  const server = await startServer({ settings: { webhook_allow: '127.0.0.0/8' } })
  await server.user('octo')
  await server.user('mona')
  const repository = await server.repository('octo', 'hello', { private: true })
  const sha = await server.commit(repository, { files: { 'a.txt': 'a' } })
  const octokit = await server.octokit('octo')
  const config = { url: receiver.url, content_type: 'json' }
  const { data } = await octokit.repos.createWebhook({ ...at, config, events: ['*'] })
  const own = `${server.url}/api/slipway/v1/repos/octo/hello/hooks/${data.id}`

  async function ask(method: 'GET' | 'POST', path: string, login = 'octo', body?: object) {
    const token = await server.token(login, ['repo'])
    const answer = await request(own + path, {
      method,
      headers: { authorization: `Bearer ${token}`, 'user-agent': 'test' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    return { status: answer.statusCode, body: await answer.body.json() }
  }
  const deploy = () =>
    octokit.repos.createDeployment({ ...at, ref: sha, required_contexts: [], environment: 'x' })
  return { ask, deploy, octokit, hook: { ...at, hook_id: data.id } }
}

it('shows what waits for a hook that was switched off, and resumes it as is wanted', async () => {
  const { ask, deploy, octokit, hook } = await open()
  // The ping is answered 410.
  await eventually(
    async () => (await octokit.repos.getWebhook(hook)).data.active,
    (isActive) => !isActive,
  )
  await deploy()
  await deploy()
  expect(await ask('GET', '/backlog')).toEqual({
    status: 200,
    body: {
      active: false,
      disabled_at: expect.stringMatching(/Z$/),
      disabled_reason: 'The receiver answered 410 Gone',
      pending: 0,
      held: 2,
      breaker: 'closed',
      next_probe_at: null,
      consecutive_failures: 1,
      first_failure_at: expect.stringMatching(/Z$/),
      last_success_at: null,
    },
  })
  expect(await ask('POST', '/resume', 'octo', { backlog: 'some' })).toMatchObject({ status: 422 })
  expect(await ask('POST', '/resume', 'octo', { backlog: 'none' })).toEqual({
    status: 200,
    body: { resumed: 0, cancelled: 2 },
  })
  expect((await octokit.repos.getWebhook(hook)).data.active).toBe(true)
  expect((await ask('GET', '/backlog')).body).toMatchObject({ active: true, held: 0 })
})

it('is for those who may administer hooks', async () => {
  const { ask } = await open()
  expect(await ask('GET', '/backlog', 'mona')).toMatchObject({ status: 404 })
  expect(await ask('POST', '/resume', 'mona')).toMatchObject({ status: 404 })
  expect(await ask('GET', '/elsewhere')).toMatchObject({ status: 404 })
})
