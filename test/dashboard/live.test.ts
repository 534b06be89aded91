import { expect, it, onTestFinished, vi } from 'vitest'
import { findAccount } from '../../src/accounts/accounts.ts'
import { endSession, findSession, startSession } from '../../src/sessions/sessions.ts'
import { startServer, type TestServer } from '../support/server.ts'

/** octo with a private repository, hubot with nothing, and what each of them deploys. */
async function openPlace() {
  const server = await startServer()
  await server.user('octo')
  await server.user('hubot')
  const repository = await server.repository('octo', 'hidden', { private: true })
  const ref = await server.commit(repository, { files: { 'a.txt': 'a' } })
  const octokit = await server.octokit('octo')
  const at = { owner: 'octo', repo: 'hidden' }
  const deploy = () => octokit.repos.createDeployment({ ...at, ref, required_contexts: [] })
  return { server, repository, deploy }
}

type Told = { readonly events: readonly { readonly event: string }[] }

/** What GitHub's API does not have. */
async function askOwn(server: TestServer, method: string, path: string, body?: object) {
  const headers = { authorization: `Bearer ${await server.token('octo', ['repo'])}` }
  const init = { method, headers, ...(body && { body: JSON.stringify(body) }) }
  const response = await fetch(`${server.url}/api/slipway/v1/repos/octo/hidden${path}`, init)
  expect(response.ok).toBe(true)
  return (await response.json()) as Told
}

async function signIn({ app }: TestServer, login: string) {
  const account = await findAccount(app.store.read, login)
  const key = await startSession(app, account, { address: '127.0.0.1', user_agent: 'test' })
  const session = await findSession(app, key)
  if (!session) throw new Error('The session did not begin')
  return { session, cookie: `slipway=${key.reveal()}` }
}

/** What a page hears; `text` grows. */
async function listen(server: TestServer, cookie: string, path = '/live', headers = {}) {
  const response = await fetch(server.url + path, { headers: { cookie, ...headers } })
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  const heard = { text: '', isOver: false }
  const read = async (): Promise<void> => {
    const part = await reader?.read().catch(() => undefined)
    heard.text += part?.value ?? ''
    heard.isOver = part?.done ?? true
    if (!heard.isOver) await read()
  }
  void read()
  onTestFinished(() => reader?.cancel().catch(() => undefined))
  const until = (isSo: () => boolean) => vi.waitUntil(isSo, { timeout: 8000 })
  const told = () =>
    [...heard.text.matchAll(/^id: (.*)\ndata: (.*)$/gm)].map(([, id, data = '']) => ({
      id,
      ...(JSON.parse(data) as object),
    }))
  return { response, heard, until, told }
}

it('tells what happened to those who may see it, without what it says, and goes on after a break', async () => {
  const { server, repository, deploy } = await openPlace()
  const [octo, hubot] = [await signIn(server, 'octo'), await signIn(server, 'hubot')]
  const mine = await listen(server, octo.cookie)
  const others = await listen(server, hubot.cookie)
  expect(mine.response.headers.get('x-accel-buffering')).toBe('no')
  await mine.until(() => mine.heard.text.startsWith('retry: 2000\n\n'))
  await others.until(() => others.heard.text.startsWith('retry: 2000\n\n'))
  const { data } = await deploy()
  await mine.until(() => mine.told().length === 1)
  const [first] = mine.told()
  expect(first).toEqual({
    id: expect.stringMatching(/^v1_\d+$/),
    repository_id: repository.id,
    name: 'deployment',
    action: 'created',
    deployment_id: 'id' in data ? data.id : 0,
  })
  await deploy()
  const again = await listen(server, octo.cookie, '/live', { 'last-event-id': first?.id ?? '' })
  const anew = await listen(server, octo.cookie, '/live?after=v1_0')
  await again.until(() => again.told().length === 1)
  await anew.until(() => anew.told().length === 2)
  await askOwn(server, 'PUT', '/environments/production/lock', { reason: 'Backup' })
  await again.until(() => again.told().length === 2)
  expect(again.told().at(-1)).toMatchObject({ repository_id: repository.id, name: 'changed' })
  const feed = await askOwn(server, 'GET', '/events?cursor=')
  expect(feed.events.map(({ event }) => event)).toEqual(['deployment', 'deployment'])
  expect(others.told()).toEqual([])
})

it('ends with the session and when the server stops, and for those that were opened last', async () => {
  const { server, deploy } = await openPlace()
  const { session, cookie } = await signIn(server, 'octo')
  expect((await fetch(`${server.url}/live`)).status).toBe(401)
  expect((await fetch(`${server.url}/live`, { method: 'HEAD', headers: { cookie } })).status).toBe(
    200,
  )
  const first = await listen(server, cookie)
  const open = await Promise.all(Array.from({ length: 6 }, () => listen(server, cookie)))
  await first.until(() => first.heard.isOver)
  await endSession(server.app, session)
  await deploy()
  for (const { until, heard, told } of open) {
    await until(() => heard.isOver)
    expect(told()).toEqual([])
  }
  const last = await listen(server, (await signIn(server, 'hubot')).cookie)
  server.app.signals.emit('stopping')
  await last.until(() => last.heard.isOver)
})
