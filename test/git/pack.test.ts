import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { noSha } from '../../src/git/model.ts'
import { openWork, openWorld, type World } from './repository.ts'
import { serveHttp, serveSocket } from './servers.ts'

const wires = { 'smart HTTP': serveHttp, 'one connection, as over SSH': serveSocket }
const cases = Object.entries(wires).flatMap(([name, serve]) =>
  [0, 2].map((version) => ({ name, serve, version })),
)

async function clone(world: World, url: string, ...args: string[]) {
  const copy = await openWork(join(world.root, `copy-${randomBytes(4).toString('hex')}`), url)
  await copy.git(...args)
  return copy
}

describe.each(cases)('git over $name, protocol $version', ({ serve, version }) => {
  const speak = ['-c', `protocol.version=${version}`]

  it('pushes, tells what changed, and fetches it again', async () => {
    await using world = await openWorld()
    await using wire = await serve(world.git)
    const sha = await world.work.commit('One', { 'a.txt': 'a\n' })
    await world.work.git('remote', 'set-url', 'origin', wire.url)
    await world.work.git(...speak, 'push', 'origin', 'main', 'main:refs/tags/v1')
    expect(wire.pushed).toEqual([
      [
        { ref: 'refs/heads/main', before: noSha, after: sha },
        { ref: 'refs/tags/v1', before: noSha, after: sha },
      ],
    ])

    const copy = await clone(world, wire.url, ...speak, 'fetch', '--quiet', 'origin')
    expect(await copy.git('rev-parse', 'origin/main', 'v1')).toBe(`${sha}\n${sha}`)
  })

  it('tells of updates, forced updates and deletions with their old values', async () => {
    await using world = await openWorld()
    await using wire = await serve(world.git)
    const { work } = world
    await work.git('remote', 'set-url', 'origin', wire.url)
    const one = await work.commit('One')
    const two = await work.commit('Two')
    await work.git(...speak, 'push', 'origin', `${two}:refs/heads/topic`)
    await work.git(...speak, 'push', '--force', 'origin', `${one}:refs/heads/topic`)
    await work.git(...speak, 'push', 'origin', '--delete', 'topic')
    expect(wire.pushed.slice(1)).toEqual([
      [{ ref: 'refs/heads/topic', before: two, after: one }],
      [{ ref: 'refs/heads/topic', before: one, after: noSha }],
    ])
  })

  it('tells of the accepted refs alone when a push is refused in part', async () => {
    await using world = await openWorld()
    await using wire = await serve(world.git)
    const sha = await world.work.commit('One')
    await world.work.git('remote', 'set-url', 'origin', wire.url)
    const push = world.work.git(...speak, 'push', 'origin', 'main', 'main:refs/pull/1/head')
    await expect(push).rejects.toThrow('deny updating a hidden ref')
    expect(wire.pushed).toEqual([[{ ref: 'refs/heads/main', before: noSha, after: sha }]])
  })

  it('fetches a commit by its sha, even one that no branch has any more', async () => {
    await using world = await openWorld()
    await using wire = await serve(world.git)
    const { work } = world
    await work.commit('One')
    await work.git('push', '--quiet', 'origin', 'main')
    const lost = await work.commit('Lost')
    await work.git('push', '--quiet', 'origin', 'main')
    await work.git('push', '--quiet', '--force', 'origin', 'main~1:main')
    const copy = await clone(world, wire.url, ...speak, 'fetch', '--depth=1', 'origin', lost)
    expect(await copy.git('rev-parse', 'FETCH_HEAD')).toBe(lost)
  })
})

describe('a push', () => {
  it('is acknowledged only after what it set off is done', async () => {
    await using world = await openWorld()
    const recorded = Promise.withResolvers<void>()
    await using wire = await serveSocket(world.git, { onPush: () => recorded.promise })
    await world.work.commit('One')
    let isAcknowledged = false
    const push = world.work.git('push', wire.url, 'main').then(() => {
      isAcknowledged = true
    })
    await vi.waitFor(async () => expect(await world.git.resolve(1, 'main')).toBeDefined())
    expect(isAcknowledged).toBe(false)
    recorded.resolve()
    await push
    expect(wire.pushed.length).toBe(1)
  })

  it('of what is there already changes nothing', async () => {
    await using world = await openWorld()
    await using wire = await serveSocket(world.git)
    await world.work.commit('One')
    await world.work.git('push', '--quiet', wire.url, 'main')
    await world.work.git('push', '--quiet', wire.url, 'main')
    expect(wire.pushed.length).toBe(1)
  })

  it('may not delete the default branch', async () => {
    await using world = await openWorld()
    await using wire = await serveHttp(world.git)
    await world.work.commit('One')
    await world.work.git('push', '--quiet', wire.url, 'main')
    await expect(world.work.git('push', wire.url, ':main')).rejects.toThrow(
      'deletion of the current branch prohibited',
    )
    expect(wire.pushed.length).toBe(1)
  })

  it.each(['refs/heads/refs/heads/main', 'refs/tags/refs/tags/v1', 'refs/notes/x'])(
    'may not make %s',
    async (ref) => {
      await using world = await openWorld()
      await using wire = await serveHttp(world.git)
      await world.work.commit('One')
      await expect(world.work.git('push', wire.url, `main:${ref}`)).rejects.toThrow('hidden ref')
      expect(wire.pushed).toEqual([])
    },
  )

  it('larger than allowed is refused, and the client reads why', async () => {
    await using world = await openWorld({ packBytesMax: 100_000 })
    await using wire = await serveHttp(world.git)
    await world.work.commit('Large', { blob: randomBytes(4_000_000) })
    await expect(world.work.git('push', wire.url, 'main')).rejects.toThrow(
      'pack exceeds maximum allowed size',
    )
    expect(wire.pushed).toEqual([])
    expect(await world.git.resolve(1, 'main')).toBeUndefined()
  })

  it('with a commit that git would not make is refused', async () => {
    await using world = await openWorld()
    await using wire = await serveHttp(world.git)
    const { work } = world
    await work.commit('One')
    const tree = await work.git('rev-parse', 'HEAD^{tree}')
    const text = `tree ${tree}\nauthor nobody\ncommitter nobody\n\nBroken\n`
    await writeFile(join(work.dir, '.git/broken'), text)
    const write = ['hash-object', '-t', 'commit', '--literally', '-w', '.git/broken']
    const broken = await work.git(...write)
    const push = work.git('push', wire.url, `${broken}:refs/heads/broken`)
    await expect(push).rejects.toThrow(/missingEmail|unpacker error/)
    expect(wire.pushed).toEqual([])
  })

  it('of a corrupt pack changes nothing', async () => {
    await using world = await openWorld()
    await using wire = await serveSocket(world.git)
    const sha = await world.work.commit('One')
    const command = `${noSha} ${sha} refs/heads/main\0 report-status`
    const pack = Buffer.concat([Buffer.from('PACK\0\0\0\x02\0\0\0\x01'), randomBytes(64)])
    const answer = await talk(wire.url, [packet(command), '0000', pack])
    expect(answer).toContain('ng refs/heads/main unpacker error')
    expect(wire.pushed).toEqual([])
  })

  it('says the true old value of a ref, whatever the client said it deletes', async () => {
    await using world = await openWorld()
    await using wire = await serveSocket(world.git)
    const sha = await world.work.commit('One')
    await world.work.git('push', '--quiet', wire.url, 'main', 'main:topic')
    const lie = 'f'.repeat(40)
    const commands = [
      packet(`${lie} ${noSha} refs/heads/topic\0 report-status delete-refs`),
      packet(`${lie} ${noSha} refs/heads/never`),
    ]
    await talk(wire.url, [...commands, '0000'])
    expect(wire.pushed.at(-1)).toEqual([{ ref: 'refs/heads/topic', before: sha, after: noSha }])
  })

  it('is recorded for a client that wants no report', async () => {
    await using world = await openWorld()
    await using wire = await serveSocket(world.git)
    const sha = await world.work.commit('One')
    await world.work.git('push', '--quiet', wire.url, 'main', 'main:topic')
    await talk(wire.url, [packet(`${sha} ${noSha} refs/heads/topic\0 delete-refs`), '0000'])
    expect(wire.pushed.at(-1)).toEqual([{ ref: 'refs/heads/topic', before: sha, after: noSha }])
  })

  it('is recorded though its client left before the answer', async () => {
    await using world = await openWorld()
    const left = Promise.withResolvers<void>()
    await using wire = await serveSocket(world.git, { onPush: () => left.promise })
    const sha = await world.work.commit('One')
    await world.work.git('push', '--quiet', 'origin', 'main', 'main:topic')
    const socket = dial(wire.url)
    socket.once('close', () => left.resolve())
    socket.write(`${packet(`${sha} ${noSha} refs/heads/topic\0 report-status`)}0000`)
    await vi.waitFor(async () => expect(await world.git.branch(1, 'topic')).toBeUndefined())
    socket.destroy()
    await vi.waitFor(() => expect(wire.ends.length).toBe(1))
    expect(wire.pushed.length).toBe(1)
  })

  it('is recorded if and only if it was done, whenever its client leaves', async () => {
    await using world = await openWorld()
    await using wire = await serveSocket(world.git)
    const sha = await world.work.commit('One')
    await world.work.git('push', '--quiet', 'origin', 'main')
    for (let ms = 0; ms < 12; ms++) {
      const ref = `refs/heads/topic-${ms}`
      await world.work.git('push', '--quiet', 'origin', `main:${ref}`)
      const socket = dial(wire.url)
      await once(socket, 'data')
      socket.write(`${packet(`${sha} ${noSha} ${ref}\0 report-status`)}0000`)
      setTimeout(() => socket.destroy(), ms)
      await vi.waitFor(() => expect(wire.ends.length).toBe(ms + 1), 10_000)
      const isGone = (await world.git.ref(1, ref)) === undefined
      const isRecorded = wire.pushed.flat().some((change) => change.ref === ref)
      expect(isRecorded).toBe(isGone)
    }
  })

  it('that breaks off leaves nothing behind', async () => {
    await using world = await openWorld()
    await using wire = await serveSocket(world.git)
    const sha = await world.work.commit('One')
    const socket = dial(wire.url)
    const command = `${noSha} ${sha} refs/heads/main\0 report-status`
    socket.write(`${packet(command)}0000PACK`, () => socket.destroy())
    await vi.waitFor(() => expect(wire.ends.length).toBe(1), 5000)
    expect(wire.pushed).toEqual([])
    expect(await world.git.branches(1)).toEqual([])
  })

  it.each([
    ['no pkt-line', 'GET / HTTP/1.1\r\n\r\n'],
    ['no command', packet('hello')],
    ['a signed push', packet('push-cert\0report-status')],
  ])('that is %s ends at once', async (_what, bytes) => {
    await using world = await openWorld()
    await using wire = await serveSocket(world.git)
    const socket = dial(wire.url)
    socket.write(bytes)
    await vi.waitFor(() => expect(wire.ends.length).toBe(1), 5000)
    socket.destroy()
    expect(wire.pushed).toEqual([])
  })
})

describe('a clone', () => {
  it('shows branches and tags, and no other ref', async () => {
    await using world = await openWorld()
    await using wire = await serveHttp(world.git)
    await world.work.commit('One')
    await world.work.git('push', '--quiet', 'origin', 'main', 'main:refs/internal/x')
    const shown = await world.work.git('ls-remote', '--quiet', wire.url)
    expect(shown.split('\n').map((line) => line.split('\t')[1])).toEqual([
      'HEAD',
      'refs/heads/main',
    ])
  })

  it('ends when it is aborted', async () => {
    await using world = await openWorld()
    const stop = new AbortController()
    const { done } = world.git.uploadPack(1, { mode: 'stateful', signal: stop.signal })
    stop.abort()
    expect((await done).code).toBeNull()
  })

  it('ends when its client goes away', async () => {
    await using world = await openWorld()
    await world.work.commit('Large', { blob: randomBytes(3_000_000) })
    await world.work.git('push', '--quiet', 'origin', 'main')
    const { output, done } = world.git.uploadPack(1, { mode: 'stateful' })
    output.once('data', () => output.destroy())
    expect((await done).code).toBeNull()
  })

  it('ignores a protocol it does not know', async () => {
    await using world = await openWorld()
    const protocol = 'version=2:$(touch /tmp/x)'
    const { output, done } = world.git.uploadPack(1, { mode: 'advertise', protocol })
    const text = (await output.toArray()).join('')
    expect(text).toMatch(/^001e# service=git-upload-pack\n0000/)
    expect((await done).code).toBe(0)
  })
})

const packet = (text: string) =>
  `${(Buffer.byteLength(text) + 4).toString(16).padStart(4, '0')}${text}`

function dial(url: string) {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  socket.write(packet('git-receive-pack /one.git\0host=localhost\0'))
  return socket
}

/** Sends a push by hand, and gives the whole answer. */
async function talk(url: string, parts: readonly (string | Buffer)[]): Promise<string> {
  const socket = dial(url)
  for (const part of parts) socket.write(part)
  socket.end()
  return Buffer.concat(await socket.toArray()).toString('latin1')
}
