import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Host } from '../../src/agent/recipe/model.ts'
import { type RunningProgram, startProgram } from '../../src/lib/program.ts'

const run = promisify(execFile)
const sshdPath = ['/usr/sbin/sshd', '/usr/local/sbin/sshd', '/usr/libexec/sshd'].find(existsSync)

export type Sshd = AsyncDisposable & {
  readonly host: Host
  /** Where this "host" keeps what is deployed to it. */
  readonly folder: string
  readonly pid: number
  /** Ends it and starts it again on the same port, with another host key if asked. */
  restart(hostKeyFile?: string): Promise<void>
  stop(): Promise<void>
}

/** An ed25519 key without passphrase: `file` and `file.pub`. */
export async function makeKey(file: string): Promise<string> {
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'test', '-f', file])
  return (await readFile(`${file}.pub`, 'utf8')).split(' ').slice(0, 2).join(' ')
}

/**
 * A real, unprivileged OpenSSH server on a free loopback port with its own host
 * key; it lets the owner of `userKey` in as the user who runs the tests. It is
 * stopped by its own pid when it is disposed.
 */
export async function startSshd(options: {
  readonly name: string
  readonly folder: string
  /** A public key that may log in. */
  readonly userKey: string
  readonly more?: readonly string[]
  readonly forcedCommand?: string
}): Promise<Sshd> {
  if (!sshdPath) throw new Error('sshd is missing: apt-get install -y openssh-server')
  const folder = join(options.folder, options.name)
  const inside = (file: string) => join(folder, 'sshd', file)
  await mkdir(inside('.'), { recursive: true, mode: 0o700 })
  const hostKey = await makeKey(inside('host_key'))
  const command = options.forcedCommand ? `command="${options.forcedCommand}",restrict ` : ''
  await writeFile(inside('authorized_keys'), `${command}${options.userKey}\n`, { mode: 0o600 })
  const port = await freePort()
  let hostKeyFile = inside('host_key')
  const configure = () =>
    writeFile(inside('config'), configOf({ port, inside, hostKeyFile, more: options.more ?? [] }))
  await configure()
  let server = await start(inside('config'), port)
  const host: Host = {
    name: options.name,
    address: '127.0.0.1',
    port,
    user: userInfo().username,
    identity: 'deploy',
    hostKeys: [hostKey],
    hostCa: null,
    jump: null,
    roles: ['web'],
    environments: [],
    labels: {},
  }
  const stop = async () => {
    server.kill()
    await server.exited
  }
  return {
    host,
    folder,
    get pid() {
      return server.pid
    },
    restart: async (otherKey) => {
      await stop()
      hostKeyFile = otherKey ?? hostKeyFile
      await configure()
      server = await start(inside('config'), port)
    },
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

function configOf(sshd: {
  port: number
  inside: (file: string) => string
  hostKeyFile: string
  more: readonly string[]
}): string {
  return `${[
    `Port ${sshd.port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${sshd.hostKeyFile}`,
    `PidFile ${sshd.inside('pid')}`,
    `AuthorizedKeysFile ${sshd.inside('authorized_keys')}`,
    'StrictModes no',
    'UsePAM no',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'PermitRootLogin prohibit-password',
    'AcceptEnv GIT_PROTOCOL',
    'MaxStartups 100',
    ...sshd.more,
  ].join('\n')}\n`
}

async function start(config: string, port: number): Promise<RunningProgram> {
  // sshd's privilege separation wants this folder when root starts it outside an init system.
  if (process.getuid?.() === 0) await mkdir('/run/sshd', { recursive: true, mode: 0o755 })
  const argv = [sshdPath ?? '', '-D', '-e', '-f', config]
  const server = await startProgram({ argv, env: { PATH: '/usr/bin:/bin' } })
  let log = ''
  server.stderr.on('data', (chunk: Buffer) => {
    log = (log + chunk.toString()).slice(-4096)
  })
  server.stdout.resume()
  let hasEnded = false
  void server.exited.then(() => {
    hasEnded = true
  })
  await until(async () => {
    if (hasEnded) throw new Error(`sshd ended at its start: ${log}`)
    return await accepts(port)
  })
  return server
}

export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address ? address.port : 0
}

const accepts = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })

/** Asks again and again until it holds, or fails after the deadline. */
export async function until(
  holds: () => boolean | Promise<boolean>,
  deadlineMs = 30_000,
): Promise<void> {
  const end = Date.now() + deadlineMs
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`Waited ${deadlineMs} ms in vain for: ${holds}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
