import { describe, expect, it, vi } from 'vitest'
import { findActor } from '../../src/auth/auth.ts'
import { revokeToken } from '../../src/auth/tokens.ts'
import { startReceiver } from '../support/receiver.ts'
import { at, events, kinds, openFeed } from './place.ts'

describe('the feed of a repository', () => {
  it('has the events in order, with the bytes and the GUID that hooks get', async () => {
    const { octokit, deploy, ask, read } = await openFeed()
    const receiver = await startReceiver()
    const config = { url: receiver.url, content_type: 'json' }
    await octokit.repos.createWebhook({ ...at, config, events: ['*'] })
    const { id } = await deploy({ payload: { 10: 'a', 2: 'b' } })
    await octokit.repos.createDeploymentStatus({ ...at, deployment_id: id, state: 'queued' })
    const page = await read(events)
    expect(kinds(page)).toEqual(['deployment', 'deployment_status'])
    expect(page.events.map(({ sequence }) => sequence)).toEqual([`${id}.1`, `${id}.2`])
    const { text } = await ask(events)
    for (const { event, guid } of page.events) {
      const sent = () => receiver.received.find((one) => one.event === event)
      const { bytes, ...got } = await vi.waitUntil(sent, { timeout: 8000 })
      expect(got.guid).toBe(guid)
      expect(text).toContain(`"payload":${bytes.toString()}}`)
    }
  })

  it('comes in pages, each going on behind the one before', async () => {
    const { deploy, read } = await openFeed()
    for (const environment of ['a', 'b', 'c']) await deploy({ environment })
    const first = await read(`${events}?limit=2`)
    expect([first.events.length, first.has_more]).toEqual([2, true])
    const second = await read(`${events}?limit=2&cursor=${first.cursor}`)
    expect([second.events.length, second.has_more]).toEqual([1, false])
    expect((await read(`${events}?cursor=${second.cursor}`)).events).toEqual([])
    expect((await read(`${events}?cursor=end`)).cursor).toBe(second.cursor)
  })

  it('can be asked for some kinds of events', async () => {
    const { octokit, deploy, read } = await openFeed()
    const { id } = await deploy()
    await octokit.repos.createDeploymentStatus({ ...at, deployment_id: id, state: 'success' })
    expect(kinds(await read(`${events}?name=deployment_status`))).toEqual(['deployment_status'])
    expect(kinds(await read(`${events}?name=push,deployment`))).toEqual(['deployment'])
  })

  it('refuses what is no cursor and no number', async () => {
    const { ask } = await openFeed()
    for (const query of ['cursor=7', 'limit=x', 'wait=soon']) {
      expect(await ask(`${events}?${query}`)).toMatchObject({ status: 400 })
    }
  })

  it.each(['sqlite', 'postgres'] as const)(
    'answers a long poll when something happens (%s)',
    async (engine) => {
      const { deploy, read } = await openFeed(engine)
      await deploy()
      const { cursor } = await read(events)
      const polled = read(`${events}?cursor=${cursor}&wait=50`)
      await deploy({ environment: 'staging' })
      expect(kinds(await polled)).toEqual(['deployment'])
    },
  )

  it('refuses a long poll whose token is revoked meanwhile', async () => {
    const { server, tokens, ask, deploy } = await openFeed()
    const polled = ask(`${events}?wait=50`)
    const isWaiting = () => server.app.signals.listenerCount('stopping') > 0
    await vi.waitUntil(isWaiting, { timeout: 8000 })
    await revokeToken(server.app, (await findActor(server.app, tokens.octo))?.token_id ?? 0)
    await deploy()
    expect(await polled).toMatchObject({ status: 401 })
  })

  it('answers a long poll with nothing when the server stops', async () => {
    const { server, read } = await openFeed()
    const polled = read(`${events}?wait=50`)
    const isWaiting = () => server.app.signals.listenerCount('stopping') > 0
    await vi.waitUntil(isWaiting, { timeout: 8000 })
    server.app.signals.emit('stopping')
    expect(await polled).toMatchObject({ events: [], has_more: false })
  })
})

describe('who sees what', () => {
  it('repo_deployment sees deployments and their statuses, and never code', async () => {
    const { server, octokit, deploy, read, ask } = await openFeed()
    const { sha } = await deploy()
    await octokit.repos.createCommitStatus({ ...at, sha, state: 'success' })
    await octokit.git.createRef({ ...at, ref: 'refs/heads/topic', sha })
    expect(kinds(await read(events))).toEqual(expect.arrayContaining(['status', 'push']))
    const token = await server.token('octo', ['repo_deployment'])
    expect(kinds(await read(events, { token }))).toEqual(['deployment'])
    const nobody = await server.token('octo', [])
    expect(await ask(events, { token: nobody })).toMatchObject({ status: 404 })
  })

  it('what was told to one hook alone is nobody else’s', async () => {
    const { octokit, read } = await openFeed()
    const { url } = await startReceiver()
    const config = { url, content_type: 'json' }
    await octokit.repos.createWebhook({ ...at, config, events: ['*'] })
    expect((await read(events)).events).toEqual([])
  })

  it('an owner’s feed has each caller’s share of it', async () => {
    const { server, deploy, repository, read, ask } = await openFeed()
    await deploy()
    const open = await server.repository('octo', 'open')
    const sha = await server.commit(open, { files: { 'a.txt': 'a' } })
    const octokit = await server.octokit('octo')
    const plain = { owner: 'octo', repo: 'open', required_contexts: [] }
    await octokit.repos.createDeployment({ ...plain, ref: sha })
    const of = async (token?: string) =>
      (await read('/users/octo/events', token ? { token } : {})).events.map((e) => e.repository_id)
    expect(await of()).toEqual([repository.id, open.id])
    await server.user('mona')
    expect(await of(await server.token('mona', ['repo']))).toEqual([open.id])
    expect(await ask('/orgs/octo/events')).toMatchObject({ status: 404 })
    expect(await ask('/users/nobody/events')).toMatchObject({ status: 404 })
  })
})
