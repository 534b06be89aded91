import { readFile } from 'node:fs/promises'
import { connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Hosts, processesWith, quietStep, startHosts } from './hosts.ts'
import { makeKey, until } from './sshd.ts'

// Many real processes on few cores: slow is not wrong.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 120_000 })

let place: Hosts

beforeAll(async () => {
  place = await startHosts('web1', 'bastion')
})
afterAll(async () => {
  await place?.[Symbol.asyncDispose]()
})

const [web1, bastion] = [() => at(0), () => at(1)]

function at(index: number) {
  const sshd = place.sshds[index]
  if (!sshd) throw new Error('no host')
  return sshd
}

const runFolder = (name: string) => join(place.folder, 'runs', name)

describe('a network that swallows everything', () => {
  it('ends the step on the host by its lease, and here by keepalive', async () => {
    await using line = await startLine(web1().host.port)
    const host = { ...web1().host, port: line.port }
    await using ssh = await place.openSsh({ hosts: [host], folder: join(place.folder, 'ssh-a') })
    const mark = `blackhole-${process.pid}`
    const script = `trap '' TERM; while :; do sleep 0.1; : ${mark}; done`
    const started = ssh.runStep(host, {
      ...quietStep,
      runFolder: runFolder('a'),
      script,
      timeoutMs: 60_000,
    })
    await until(async () => (await processesWith(mark)).length > 0)
    line.swallow()
    expect((await started).kind).toBe('lost')
    await until(async () => (await processesWith(mark)).length === 0)
    expect(await readFile(join(runFolder('a'), 'reason'), 'utf8')).toBe('lease\n')
    line.cut()
  })
})

describe('a host behind another', () => {
  const behind = () => ({ ...web1().host, jump: 'bastion' })

  it('is reached through it, with both host keys pinned', async () => {
    const hosts = [behind(), bastion().host]
    await using ssh = await place.openSsh({ hosts, folder: join(place.folder, 'ssh-b') })
    const step = {
      ...quietStep,
      runFolder: runFolder('b'),
      script: 'echo "$SSH_CONNECTION"; exit 7',
    }
    expect(await ssh.runStep(behind(), step)).toMatchObject({ kind: 'exited', code: 7 })
  })

  it('is not reached when the one before it is not who it should be', async () => {
    const other = join(place.folder, 'other_key')
    await makeKey(other)
    await bastion().restart(other)
    const hosts = [behind(), bastion().host]
    await using ssh = await place.openSsh({ hosts, folder: join(place.folder, 'ssh-c') })
    const step = { ...quietStep, runFolder: runFolder('c'), script: 'echo no' }
    expect(await ssh.runStep(behind(), step)).toMatchObject({
      kind: 'lost',
      reason: expect.stringMatching(/^host bastion: host key is not the pinned one/),
    })
  })
})

it('a key the host does not know is named, not shown', async () => {
  const stranger = join(place.folder, 'stranger')
  await makeKey(stranger)
  const identities = { deploy: { file: stranger, certificate: null, agentSocket: null } }
  await using ssh = await place.openSsh({ identities, folder: join(place.folder, 'ssh-d') })
  const { host } = web1()
  const answer = await ssh.read(host, 'echo hi', new AbortController().signal)
  expect(answer).toEqual({
    kind: 'unreached',
    reason: `host web1: refused the identity "deploy" for user ${host.user}`,
  })
})

/** A TCP line that can go dead without a word, as when a cable is pulled. */
async function startLine(target: number) {
  const sockets: Socket[] = []
  let isDead = false
  const server = createServer((near) => {
    const far = connect(target, '127.0.0.1')
    sockets.push(near, far)
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      from.on('data', (chunk) => isDead || to.write(chunk))
      from.on('end', () => isDead || to.end())
      from.on('error', () => isDead || to.destroy())
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const cut = () => sockets.forEach((socket) => void socket.destroy())
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    swallow: () => {
      isDead = true
    },
    cut,
    [Symbol.asyncDispose]: async () => {
      cut()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
