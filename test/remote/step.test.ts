import { mkdir, readdir, readFile, readlink, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Ssh, Step } from '../../src/agent/ssh/model.ts'
import { wrapperCommand, wrapperHeader } from '../../src/agent/ssh/wrapper.ts'
import { startProgram } from '../../src/lib/program.ts'
import { Secret } from '../../src/lib/secret.ts'
import { type Hosts, processesWith, quietStep, startHosts } from './hosts.ts'
import { until } from './sshd.ts'

// Many real processes on few cores: slow is not wrong.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 120_000 })

let place: Hosts
let ssh: Ssh
let serial = 0

beforeAll(async () => {
  place = await startHosts('web1')
  ssh = await place.openSsh()
})
afterAll(async () => {
  await ssh?.[Symbol.asyncDispose]()
  await place?.[Symbol.asyncDispose]()
})

const host = () => {
  const [first] = place.hosts
  if (!first) throw new Error('no host')
  return first
}

function stepOf(script: string, more: Partial<Step> = {}): Step {
  serial += 1
  return { ...quietStep, runFolder: join(place.folder, 'runs', String(serial)), script, ...more }
}

const runStep = (script: string, more: Partial<Step> = {}) =>
  ssh.runStep(host(), stepOf(script, more))

describe('the end of a step', () => {
  it.each([0, 1, 7, 127, 254, 255])('is the exit code %i that the rc file holds', async (code) => {
    const step = stepOf(`exit ${code}`)
    expect(await ssh.runStep(host(), step)).toMatchObject({ kind: 'exited', code })
    expect(await readFile(join(step.runFolder, 'rc'), 'utf8')).toBe(`${code}\n`)
  })

  it('is never a success when a signal killed the command', async () => {
    expect(await runStep('kill -9 $$')).toMatchObject({ kind: 'exited', code: 137 })
  })

  it('stops at the first command that fails', async () => {
    const lines: string[] = []
    const result = await runStep('echo one\nfalse\necho two', {
      onLine: (line) => lines.push(line),
    })
    expect(result).toMatchObject({ kind: 'exited', code: 1 })
    expect(lines).toEqual(['one'])
  })

  it('is not believed from the output of the command', async () => {
    const fake =
      'for w in $(tr "\\0" "\\n" </proc/$PPID/environ); do echo "$w 0 exit" >&2; done; exit 3'
    expect(await runStep(fake)).toMatchObject({ kind: 'exited', code: 3 })
  })

  it('does not wait for a daemon that holds on to the output, and leaves it alone', async () => {
    const mark = `daemon-${process.pid}`
    const started = performance.now()
    const daemon = `echo $$ >daemon.pid; echo ${mark}; sleep 20; :`
    const script = `cd ${place.folder}; setsid sh -c '${daemon}' & until [ -s daemon.pid ]; do sleep 0.1; done`
    const lines: string[] = []
    const result = await runStep(script, { onLine: (line) => lines.push(line) })
    expect(result).toMatchObject({ kind: 'exited', code: 0 })
    expect(lines).toContain(mark)
    expect(performance.now() - started).toBeLessThan(15_000)
    const pid = Number(await readFile(join(place.folder, 'daemon.pid'), 'utf8'))
    expect(process.kill(-pid, 0)).toBe(true)
    process.kill(-pid, 'SIGKILL')
  })

  it('leaves no background process of its own group', async () => {
    const mark = `left-${process.pid}-${serial}`
    await runStep(`sh -c 'trap "" TERM; while :; do sleep 0.1; : ${mark}; done' & echo started`)
    expect(await processesWith(mark)).toEqual([])
  })
})

describe('what reaches a step', () => {
  it('is its environment, whatever the values hold', async () => {
    const nasty = `$(touch ${place.folder}/hacked) \`id\` "q" 'q' \\ \n-rf ../.. \u{1f6a2} ;&|`
    const lines: string[] = []
    await runStep('printf "%s" "$NASTY" | od -An -tx1 | tr -d " \\n"', {
      env: { NASTY: nasty },
      onLine: (line) => lines.push(line),
    })
    expect(Buffer.from(lines.join(''), 'hex').toString()).toBe(nasty)
    await expect(stat(join(place.folder, 'hacked'))).rejects.toThrow('ENOENT')
  })

  it('are secrets, seen in its environment and in no argument on either side', async () => {
    const secret = 'sentinel-7d1f6c5e'
    const lines: string[] = []
    const seen = runStep(
      'printf %s "$TOKEN" | wc -c; cat /proc/[0-9]*/cmdline 2>/dev/null | tr "\\0" " "; sleep 0.3',
      {
        secrets: new Map([['TOKEN', new Secret(secret)]]),
        onLine: (line) => lines.push(line),
      },
    )
    expect(await seen).toMatchObject({ kind: 'exited', code: 0 })
    expect(lines[0]).toBe(String(secret.length))
    expect(lines.join('\n')).not.toContain(secret)
  })

  it('is the whole input, byte for byte', async () => {
    const bytes = Buffer.alloc(3 * 1024 * 1024 + 17, 0)
    for (let at = 0; at < bytes.length; at += 1) bytes[at] = (at * 7919 + (at >> 8)) & 0xff
    const target = join(place.folder, 'uploaded')
    async function* chunks() {
      yield bytes.subarray(0, 1_000_001)
      yield bytes.subarray(1_000_001)
    }
    const result = await runStep(`cat > "$TARGET"`, { env: { TARGET: target }, input: chunks() })
    expect(result).toMatchObject({ kind: 'exited', code: 0 })
    expect(bytes.equals(await readFile(target))).toBe(true)
  })

  it('may be an input that the script does not want', async () => {
    async function* chunks() {
      for (let i = 0; i < 20; i += 1) yield Buffer.alloc(256 * 1024, 10)
    }
    expect(await runStep('exit 4', { input: chunks() })).toMatchObject({ kind: 'exited', code: 4 })
  })

  it('is never half an input taken for a whole one', async () => {
    const done = join(place.folder, 'half-done')
    async function* chunks() {
      yield Buffer.from('half')
      throw new Error('the disk broke')
    }
    const result = await runStep(`cat >/dev/null; touch ${done}`, { input: chunks() })
    expect(result).toMatchObject({
      kind: 'lost',
      reason: expect.stringContaining('the disk broke'),
    })
    await expect(stat(done)).rejects.toThrow('ENOENT')
  })
})

/** A command that will not go by itself, nor by TERM, with a child in the background. */
const stubborn = (mark: string) =>
  `trap '' TERM; (trap '' TERM; while :; do sleep 0.1; : ${mark}; done) & echo up; while :; do sleep 0.1; : ${mark}; done`

describe('a step is killed with its whole group', () => {
  const markOf = () => `mark-${process.pid}-${serial + 1}-x`

  it('when it is cancelled, before we say so', async () => {
    const mark = markOf()
    const cancel = new AbortController()
    const result = await runStep(stubborn(mark), {
      signal: cancel.signal,
      onLine: () => cancel.abort(),
    })
    expect(result).toEqual({ kind: 'stopped', why: 'cancelled' })
    expect(await processesWith(mark)).toEqual([])
  })

  it('when it takes too long', async () => {
    const result = await runStep('sleep 60', { timeoutMs: 300 })
    expect(result).toEqual({ kind: 'stopped', why: 'timeout' })
  })

  it('when it is silent for too long', async () => {
    const result = await runStep('echo x; sleep 60', { idleTimeoutMs: 400 })
    expect(result).toEqual({ kind: 'stopped', why: 'idle' })
  })

  it('when its ssh client is killed with -9', async () => {
    const mark = markOf()
    const step = stepOf(stubborn(mark))
    const result = ssh.runStep(host(), step)
    await until(async () => (await processesWith(mark)).length > 1)
    const clients = await processesWith(step.runFolder)
    for (const pid of clients) {
      const argv = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
      if (argv.startsWith('ssh\0')) process.kill(pid, 'SIGKILL')
    }
    expect((await result).kind).toBe('lost')
    await until(async () => (await processesWith(mark)).length === 0)
    expect(await readFile(join(step.runFolder, 'reason'), 'utf8')).toBe('eof\n')
  })

  it('when the heartbeats stop, though the channel is open', async () => {
    const mark = markOf()
    const { runFolder } = stepOf('')
    const command = wrapperCommand({
      runFolder,
      leaseSeconds: 2,
      killAfterMs: 300,
      hasInput: false,
    })
    await using raw = await rawSsh(command)
    raw.stdin.write(wrapperHeader('word', {}, stubborn(mark)))
    await until(async () => (await processesWith(mark)).length > 1)
    await until(async () => (await processesWith(mark)).length === 0)
    expect(await readFile(join(runFolder, 'reason'), 'utf8')).toBe('lease\n')
  })

  it('when the connection is cut at the server', async () => {
    const mark = markOf()
    const result = runStep(stubborn(mark))
    await until(async () => (await processesWith(mark)).length > 1)
    await place.sshds[0]?.restart()
    for (const pid of await sessionsOf(place.sshds[0]?.host.port ?? 0)) process.kill(pid, 'SIGKILL')
    expect((await result).kind).toBe('lost')
    await until(async () => (await processesWith(mark)).length === 0)
  })
})

/** An ssh client that sends no heartbeats of its own. */
async function rawSsh(command: string) {
  const running = await startProgram({
    argv: ['ssh', '-F', join(place.folder, 'agent', 'ssh', 'ssh_config'), 'host-web1', command],
    env: { PATH: '/usr/bin:/bin' },
  })
  running.stdout.resume()
  return { ...running, [Symbol.asyncDispose]: async () => running.kill() }
}

/** The sshd processes that serve a connection to this port. */
async function sessionsOf(port: number): Promise<number[]> {
  const table = await readFile('/proc/net/tcp', 'utf8')
  const wanted = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`
  const inodes = table
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((cells) => cells[1] === wanted && cells[3] === '01')
    .map((cells) => cells[9])
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const owners = await Promise.all(
    pids.map(async (pid) => {
      const fds = await readdir(`/proc/${pid}/fd`).catch(() => [])
      const links = await Promise.all(
        fds.map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')),
      )
      return links.some((link) => inodes.some((inode) => link === `socket:[${inode}]`))
        ? [Number(pid)]
        : []
    }),
  )
  return owners.flat().filter((pid) => pid !== process.pid)
}

it('a host that cannot hold the run folder fails the step', async () => {
  const blocked = join(place.folder, 'blocked')
  await mkdir(place.folder, { recursive: true })
  await writeFile(blocked, '')
  const result = await runStep('echo no', { runFolder: join(blocked, 'x') })
  expect(result).toMatchObject({ kind: 'exited', code: 73 })
})
