import { request } from 'undici'
import { expect, it, onTestFinished, vi } from 'vitest'
import { findActor } from '../../src/auth/auth.ts'
import { revokeToken } from '../../src/auth/tokens.ts'
import { openStream } from '../../src/feed/stream.ts'
import { at, events, openFeed } from './place.ts'

type Place = Awaited<ReturnType<typeof openFeed>>

/** What a browser's EventSource would hear; `text` grows. */
async function listen({ own, tokens }: Place, path = events, lastEventId?: string) {
  const { statusCode, headers, body } = await request(own + path, {
    headers: {
      authorization: `Bearer ${tokens.octo}`,
      'user-agent': 'test',
      accept: 'text/event-stream',
      ...(lastEventId && { 'last-event-id': lastEventId }),
    },
  })
  const heard = { text: '', isOver: false }
  body.on('data', (chunk) => {
    heard.text += chunk
  })
  body.on('close', () => {
    heard.isOver = true
  })
  body.on('error', () => undefined)
  onTestFinished(() => void body.destroy())
  const ids = () => [...heard.text.matchAll(/^id: (.*)\nevent:/gm)].map(([, id]) => id)
  const until = (isSo: () => boolean) => vi.waitUntil(isSo, { timeout: 8000 })
  return { statusCode, headers, heard, ids, until }
}

it('tells events as they happen, and goes on where a client left off', async () => {
  const place = await openFeed()
  await place.deploy()
  const first = await listen(place)
  expect(first.headers['content-type']).toBe('text/event-stream; charset=utf-8')
  await first.until(() => first.heard.text.startsWith('retry: 2000\n\n'))
  const { id } = await place.deploy({ environment: 'staging' })
  await first.until(() => first.ids().length === 1)
  expect(first.heard.text).toContain('event: deployment\ndata: {"id":')
  const status = { ...at, deployment_id: id, state: 'success' } as const
  await place.octokit.repos.createDeploymentStatus(status)
  const second = await listen(place, events, first.ids()[0])
  await second.until(() => second.ids().length === 1)
  expect(second.heard.text).toContain('event: deployment_status\n')
})

it('is not begun for whoever asks for its headers alone', async () => {
  const { own, tokens } = await openFeed()
  const answer = await request(own + events, {
    method: 'HEAD',
    headers: {
      authorization: `Bearer ${tokens.octo}`,
      'user-agent': 'test',
      accept: 'text/event-stream',
    },
  })
  expect([answer.statusCode, answer.headers['content-type']]).toEqual([
    200,
    'text/event-stream; charset=utf-8',
  ])
  expect(await answer.body.text()).toBe('')
})

it('ends when the token is revoked, and when the server stops', async () => {
  const place = await openFeed()
  const stream = await listen(place)
  const { app } = place.server
  await revokeToken(app, (await findActor(app, place.tokens.octo))?.token_id ?? 0)
  await place.deploy()
  await stream.until(() => stream.heard.isOver)
  expect(stream.ids()).toEqual([])
  const owner = await listen({
    ...place,
    tokens: { octo: await place.server.token('octo', ['repo']) },
  })
  place.server.app.signals.emit('stopping')
  await owner.until(() => owner.heard.isOver)
})

it('says how far it is while nothing happens, and drops who takes nothing', async () => {
  const { server, repository, deploy } = await openFeed()
  const asked = { after: 0, limit: 30, names: undefined }
  const source = { type: 'repository', id: repository.id } as const
  const look = async () => async () => true
  const times = { heartbeatMs: 5, stalledMs: 60_000 }
  const quiet = openStream(server.app, { source, asked, look, times })
  let text = ''
  for await (const chunk of quiet) {
    text += chunk
    if (text.includes(': still here\nid: v1_0\n\n')) break
  }
  for (const environment of ['a', 'b', 'c']) {
    await deploy({ environment, payload: { large: 'x'.repeat(40_000) } })
  }
  const streaming = { source, asked, look, times: { heartbeatMs: 60_000, stalledMs: 5 } }
  const stalled = openStream(server.app, streaming)
  stalled.read(0)
  await vi.waitUntil(() => stalled.destroyed, { timeout: 8000 })
})
