import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Host } from '../../src/agent/recipe/model.ts'
import type { Ssh, Step } from '../../src/agent/ssh/model.ts'
import { openSsh, type SshSettings } from '../../src/agent/ssh/ssh.ts'
import { makeKey, type Sshd, startSshd } from './sshd.ts'

/** Real hosts in one temporary folder, all gone when it is disposed. */
export type Hosts = AsyncDisposable & {
  readonly folder: string
  readonly userKeyFile: string
  readonly userKey: string
  readonly sshds: readonly Sshd[]
  readonly hosts: readonly Host[]
  openSsh(more?: Partial<SshSettings>): Promise<Ssh>
}

export async function startHosts(...names: readonly string[]): Promise<Hosts> {
  await using undo = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'slipway-test-'))
  undo.defer(() => rm(folder, { recursive: true, force: true }))
  const userKeyFile = join(folder, 'id_deploy')
  const userKey = await makeKey(userKeyFile)
  const sshds: Sshd[] = []
  for (const name of names) sshds.push(undo.use(await startSshd({ name, folder, userKey })))
  const hosts = sshds.map(({ host }) => host)
  const done = undo.move()
  return {
    folder,
    userKeyFile,
    userKey,
    sshds,
    hosts,
    openSsh: (more) =>
      openSsh({
        folder: join(folder, 'agent', 'ssh'),
        hosts,
        gitRemotes: [],
        identities: { deploy: { file: userKeyFile, certificate: null, agentSocket: null } },
        connectTimeoutMs: 5_000,
        leaseSeconds: 3,
        ...more,
      }),
    [Symbol.asyncDispose]: () => done.disposeAsync(),
  }
}

export const quietStep: Omit<Step, 'runFolder' | 'script'> = {
  env: {},
  secrets: new Map(),
  input: null,
  timeoutMs: 15_000,
  idleTimeoutMs: null,
  killAfterMs: 500,
  signal: new AbortController().signal,
  onLine: () => {},
}

/** The pids whose command line or environment has this text, read from /proc. */
export async function processesWith(text: string): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const found = await Promise.all(
    pids.map(async (pid) => {
      const seen = await Promise.all(
        ['cmdline', 'environ'].map((file) =>
          readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => ''),
        ),
      )
      return seen.join('').includes(text) && Number(pid) !== process.pid ? [Number(pid)] : []
    }),
  )
  return found.flat()
}
