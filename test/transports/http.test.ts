import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import { describe, expect, it, vi } from 'vitest'
import { openWorld, type World } from './world.ts'

const fetchType = 'application/x-git-upload-pack-request'
const pushType = 'application/x-git-receive-pack-request'

const refsUrl = (world: World, service = 'git-upload-pack', path = 'octo/hello.git') =>
  `${world.httpUrl('', path)}/info/refs?service=${service}`

/** The request that the real git begins with. */
const ask = (url: string, authorization?: string) =>
  fetch(url, authorization ? { headers: { authorization } } : {})

function post(world: World, service: string, init: RequestInit) {
  const basic = Buffer.from(`octo:${world.token}`).toString('base64')
  const headers = { authorization: `Basic ${basic}`, ...init.headers }
  return fetch(`${world.httpUrl('')}/${service}`, { method: 'POST', ...init, headers })
}

describe('the anonymous', () => {
  it('clone what is public', async () => {
    const world = await openWorld({ private: false })
    const sha = await world.server.commit(world.repository, { files: { 'a.txt': 'a' } })
    for (const path of ['octo/hello.git', 'octo/hello']) {
      const work = await world.work(world.httpUrl('', path))
      expect(await work.git('ls-remote', 'origin', 'refs/heads/main')).toContain(sha)
    }
  })

  it('are asked for a password to push, and for what is private or is not', async () => {
    const world = await openWorld()
    await world.server.repository('octo', 'public')
    const asked = [
      refsUrl(world, 'git-upload-pack'),
      refsUrl(world, 'git-receive-pack'),
      refsUrl(world, 'git-upload-pack', 'octo/none.git'),
      refsUrl(world, 'git-receive-pack', 'nobody/none'),
      refsUrl(world, 'git-upload-pack', 'octo/..%2fhello'),
      refsUrl(world, 'git-receive-pack', 'octo/public.git'),
    ]
    for (const url of asked) {
      const answer = await ask(url)
      expect(answer.status).toBe(401)
      expect(answer.headers.get('www-authenticate')).toBe('Basic realm="Slipway"')
    }
    const [hidden, missing] = await Promise.all(
      [asked[0], asked[2]].map(async (url) => (await ask(url ?? '')).text()),
    )
    expect(hidden).toBe(missing)
  })
})

describe('a token', () => {
  it('is the password, in every form that clients use', async () => {
    const world = await openWorld()
    const { token } = world
    for (const pair of [`octo:${token}`, `x:${token}`, `${token}:x-oauth-basic`, `${token}:`]) {
      const basic = `Basic ${Buffer.from(pair).toString('base64')}`
      expect((await ask(refsUrl(world), basic)).status).toBe(200)
    }
    expect((await ask(refsUrl(world), `Bearer ${token}`)).status).toBe(200)
  })

  it('that is wrong is asked for again', async () => {
    const world = await openWorld()
    const answer = await ask(refsUrl(world), `Basic ${Buffer.from('octo:no').toString('base64')}`)
    expect([answer.status, await answer.text()]).toEqual([401, 'Bad credentials\n'])
    expect(answer.headers.get('www-authenticate')).toContain('Basic')
    const work = await world.work(world.httpUrl('octo:wrong'))
    await expect(work.git('fetch', 'origin')).rejects.toThrow(
      /Authentication failed|could not read/,
    )
  })

  it('of somebody else does not know of a private repository, and may not push to a public one', async () => {
    const world = await openWorld()
    await world.server.repository('octo', 'public')
    await world.server.user('mona')
    const as = `mona:${await world.server.token('mona', ['repo'])}`
    const hidden = await world.work(world.httpUrl(as))
    await expect(hidden.git('fetch', 'origin')).rejects.toThrow('Repository not found')
    const shown = await world.work(world.httpUrl(as, 'octo/public.git'))
    await shown.git('fetch', 'origin')
    await shown.commit('One')
    const push = shown.git('push', 'origin', 'main')
    await expect(push).rejects.toThrow('Must have push access to Repository.')
  })
})

/** Contract 7.2: what lets a token see deployments is not what lets it see code. */
const scopes = [
  { scope: 'repo', private: 'push', public: 'push' },
  { scope: 'public_repo', private: 'nothing', public: 'push' },
  { scope: 'repo_deployment', private: 'nothing', public: 'fetch' },
  { scope: 'repo:status', private: 'nothing', public: 'fetch' },
  { scope: 'admin:repo_hook', private: 'nothing', public: 'fetch' },
  { scope: 'delete_repo', private: 'nothing', public: 'fetch' },
  { scope: '', private: 'nothing', public: 'fetch' },
] as const
const statuses = { push: [200, 200], fetch: [200, 403], nothing: [404, 404] }

it.each(scopes)(
  'the scope "$scope" reaches code: private $private, public $public',
  async (row) => {
    const world = await openWorld()
    await world.server.repository('octo', 'public')
    const token = await world.server.token('octo', row.scope === '' ? [] : [row.scope])
    const reach = async (path: string) =>
      Promise.all(
        ['git-upload-pack', 'git-receive-pack'].map(
          async (service) => (await ask(refsUrl(world, service, path), `token ${token}`)).status,
        ),
      )
    expect(await reach('octo/hello.git')).toEqual(statuses[row.private])
    expect(await reach('octo/public.git')).toEqual(statuses[row.public])
  },
)

describe('smart HTTP', () => {
  it('tells its types and is never kept', async () => {
    const world = await openWorld({ private: false })
    const answer = await ask(refsUrl(world))
    expect(answer.headers.get('content-type')).toBe('application/x-git-upload-pack-advertisement')
    expect(answer.headers.get('cache-control')).toBe('no-cache, max-age=0, must-revalidate')
    const body = `0014command=ls-refs\n0000`
    const headers = { 'content-type': fetchType, 'git-protocol': 'version=2' }
    const result = await post(world, 'git-upload-pack', { body, headers })
    expect(result.headers.get('content-type')).toBe('application/x-git-upload-pack-result')
    expect([result.status, await result.text()]).toEqual([200, '0000'])
  })

  it('is all there is, and takes no other type', async () => {
    const world = await openWorld({ private: false })
    const dumb = await ask(`${world.httpUrl('')}/info/refs`)
    expect([dumb.status, await dumb.text()]).toEqual([
      403,
      'Slipway speaks smart HTTP only: use git 1.6.6 or newer.\n',
    ])
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    const answer = await post(world, 'git-receive-pack', { body: '0000', headers: form })
    expect(answer.status).toBe(415)
  })

  it('takes the gzip of a long negotiation', async () => {
    const world = await openWorld()
    const work = await world.work(world.httpUrl())
    const sha = await work.commit('One')
    await work.git('push', '--quiet', 'origin', 'main')
    const copy = await world.work(world.httpUrl())
    for (let n = 0; n < 40; n++) await copy.commit(`Other ${n}`)
    const { stderr } = await copy.tell(['fetch', '--no-tags', 'origin'], { GIT_TRACE_CURL: '1' })
    expect(stderr).toContain('Content-Encoding: gzip')
    expect(await copy.git('rev-parse', 'origin/main')).toBe(sha)
  })

  it('takes a push in chunks, after asking whether it may come', async () => {
    const world = await openWorld()
    const work = await world.work(world.httpUrl())
    await work.commit('Large', { blob: randomBytes(3_000_000) })
    await work.git('config', 'http.postBuffer', '65536')
    await work.git('config', 'http.extraHeader', 'Expect: 100-continue')
    const { stderr } = await work.tell(['push', 'origin', 'main'], { GIT_TRACE_CURL: '1' })
    expect(stderr).toContain('Transfer-Encoding: chunked')
    expect(stderr).toContain('HTTP/1.1 100 Continue')
    expect(await world.events()).toEqual(['create', 'push'])
  })

  it('refuses what is no gzip, is packed otherwise, or never ends', async () => {
    const world = await openWorld()
    const send = async (encoding: string, body: Uint8Array<ArrayBuffer>) => {
      const headers = { 'content-type': fetchType, 'content-encoding': encoding }
      const answer = await post(world, 'git-upload-pack', { body, headers })
      return [answer.status, await answer.text()]
    }
    expect(await send('gzip', Buffer.from('no gzip'))).toEqual([
      400,
      'The body is not valid gzip.\n',
    ])
    expect((await send('br', Buffer.from('0000')))[0]).toBe(415)
    const sha = await world.server.commit(world.repository, { files: { 'a.txt': 'a' } })
    const haves = Buffer.alloc(40_000_000, `0032have ${'1'.repeat(40)}\n`)
    const bomb = gzipSync(Buffer.concat([Buffer.from(`0032want ${sha}\n0000`), haves]))
    expect(await send('gzip', bomb)).toEqual([413, 'The body is larger than 32 MiB.\n'])
  })

  it('ends the git of a client that goes away', async () => {
    const world = await openWorld()
    const work = await world.work(world.httpUrl())
    await work.commit('Large', { blob: randomBytes(8_000_000) })
    await work.git('push', '--quiet', 'origin', 'main')
    const served = vi.spyOn(world.app.log, 'info')
    const { hostname, port } = new URL(world.server.url)
    const sha = await work.git('rev-parse', 'HEAD')
    const want = `0032want ${sha}\n00000009done\n`
    const head = [
      'POST /octo/hello.git/git-upload-pack HTTP/1.1',
      'Host: localhost',
      `Authorization: token ${world.token}`,
      `Content-Type: ${fetchType}`,
      `Content-Length: ${want.length}`,
    ]
    const socket = connect(Number(port), hostname)
    socket.write(`${head.join('\r\n')}\r\n\r\n${want}`)
    await new Promise((resolve) => socket.once('data', resolve))
    socket.destroy()
    const killed = expect.objectContaining({ service: 'git-upload-pack', code: null })
    await vi.waitFor(() => expect(served).toHaveBeenCalledWith(killed, 'git_http.served'), 5000)
  })

  it('answers a push that is no push with the reason', async () => {
    const world = await openWorld()
    const headers = { 'content-type': pushType }
    const answer = await post(world, 'git-receive-pack', { body: 'GET / HTTP/1.1', headers })
    expect([answer.status, await answer.text()]).toEqual([
      400,
      'Git could not make sense of the request.\n',
    ])
  })
})
