import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, it, vi } from 'vitest'
import { makeKey, openWorld, run, sshOptions, type World } from './world.ts'

const ssh = (world: World, key: string, ...args: string[]) =>
  run('ssh', sshArgs(world, key, ...args))

const sshArgs = ({ ssh: { port, publicKey } }: World, key: string, ...args: string[]) => [
  ...sshOptions(key, publicKey),
  ...['-p', String(port), ...args],
]

/** A client that speaks no SSH by itself; resolves when it has read the server's first line. */
async function dial({ ssh: { port } }: World): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  const isRefused = once(socket, 'close').then(() => Promise.reject(new Error('refused')))
  await Promise.race([once(socket, 'data'), isRefused])
  isRefused.catch(() => {})
  return socket
}

const closed = (socket: Socket) => socket.closed || once(socket.resume(), 'close')

/** A real client in the middle of a fetch: it was told the refs and says nothing. */
async function startFetch(world: World, key: string) {
  const command = "git-upload-pack '/octo/hello.git'"
  const client = spawn('ssh', sshArgs(world, key, 'git@127.0.0.1', command))
  const exited = once(client, 'exit').then(([code]) => Number(code))
  await once(client.stdout, 'data')
  client.stdout.resume()
  return { client, exited }
}

describe('a client', () => {
  it('that proves nothing is gone after a while, whatever it says', async () => {
    const world = await openWorld({ limits: { handshakeMs: 300 } })
    const silent = await dial(world)
    const talking = await dial(world)
    talking.write('SSH-2.0-Test\r\n')
    await Promise.all([closed(silent), closed(talking)])
  })

  it('may try so many keys and no more', async () => {
    const world = await openWorld({ limits: { attemptsMax: 2 } })
    const good = await world.deployKey()
    const wrong = await Promise.all(
      ['a', 'b', 'c'].map((name) => makeKey(join(world.folder, name))),
    )
    const offer = (keys: string[]) => keys.flatMap((key) => ['-i', key])
    const few = await ssh(world, wrong[0] ?? '', ...offer([good]), 'git@127.0.0.1')
    expect(few.stderr).toContain('Hi octo/hello!')
    const many = await ssh(world, wrong[0] ?? '', ...offer([...wrong, good]), 'git@127.0.0.1')
    expect(many.code).toBe(255)
    expect(many.stderr).toMatch(/disconnect|closed/i)
  })

  it('may have so many connections and no more', async () => {
    const world = await openWorld({ limits: { connectionsPerAddressMax: 2 } })
    const first = await dial(world)
    await dial(world)
    const third = connect(world.ssh.port, '127.0.0.1')
    third.on('error', () => {})
    await closed(third)
    expect(third.bytesRead).toBe(0)
    first.destroy()
    await vi.waitFor(() => dial(world))
  })

  it('that lets its connection lie is gone after a while, but not while git works', async () => {
    const world = await openWorld({ limits: { idleMs: 400 } })
    const key = await world.deployKey()
    await world.server.commit(world.repository, { files: { 'a.txt': 'a' } })
    const { client, exited } = await startFetch(world, key)
    expect((await ssh(world, key, '-N', 'git@127.0.0.1')).code).toBe(255)
    expect(client.exitCode).toBeNull()
    client.stdin.end('0000')
    expect(await exited).toBe(0)
  })

  it.each(['HTTP\r\n\r\n', 'SSH-2.0-Test\r\n'])(
    'that goes on after %j with noise is gone',
    async (line) => {
      const world = await openWorld()
      const key = await world.deployKey()
      const socket = await dial(world)
      socket.write(line)
      socket.write(randomBytes(100_000))
      await closed(socket)
      expect((await ssh(world, key, 'git@127.0.0.1')).stderr).toContain('Hi octo/hello!')
    },
  )

  it('may exchange keys anew in the middle of a push and of a clone', async () => {
    const world = await openWorld()
    const key = await world.deployKey()
    const work = await world.work(world.sshUrl(), key)
    await work.commit('Large', { blob: randomBytes(6_000_000) })
    const often = `${await work.git('config', 'core.sshCommand')} -o RekeyLimit=1M`
    await work.git('-c', `core.sshCommand=${often}`, 'push', '--quiet', 'origin', 'main')
    const copy = await world.work(world.sshUrl(), key)
    await copy.git('-c', `core.sshCommand=${often}`, 'fetch', '--quiet', 'origin')
    await copy.git('fsck', '--full')
    expect(await copy.git('rev-parse', 'origin/main')).toBe(await work.git('rev-parse', 'main'))
  })
})

describe('a server that stops', () => {
  it('lets a transfer end, and takes no more', async () => {
    const world = await openWorld()
    const key = await world.deployKey()
    await world.server.commit(world.repository, { files: { 'a.txt': 'a' } })
    const { client, exited } = await startFetch(world, key)
    let isClosed = false
    const closing = world.ssh.close().then(() => {
      isClosed = true
    })
    expect((await ssh(world, key, 'git@127.0.0.1')).stderr).toContain('Connection refused')
    expect([isClosed, client.exitCode]).toEqual([false, null])
    client.stdin.end('0000')
    expect(await exited).toBe(0)
    await closing
  })

  it('ends what goes on for too long', async () => {
    const world = await openWorld({ limits: { drainMs: 200 } })
    const key = await world.deployKey()
    await world.server.commit(world.repository, { files: { 'a.txt': 'a' } })
    const { client, exited } = await startFetch(world, key)
    const said = text(client.stderr)
    await world.ssh.close()
    expect(await exited).toBe(255)
    expect(await said).toContain('closed')
  })
})
