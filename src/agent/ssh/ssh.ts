import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Program, programPath, runProgram, startProgram } from '../../lib/program.ts'
import { shellQuote, shellWords } from '../../lib/shell-quote.ts'
import type { GitRemote, Host, Identity } from '../recipe/model.ts'
import { connectionOf } from './dialled.ts'
import type { Dialled, ReadResult, Role, Ssh } from './model.ts'
import {
  aliasOfGit,
  aliasOfHost,
  knownHostsOf,
  type Peer,
  peerOfGit,
  peerOfHost,
  sshConfigOf,
} from './ssh-config.ts'
import { explainSsh, recogniseSsh } from './ssh-failure.ts'
import { runStep } from './step.ts'

export type SshSettings = {
  /** Ours alone; made when it is missing. */
  readonly folder: string
  readonly hosts: readonly Host[]
  readonly gitRemotes: readonly GitRemote[]
  readonly identities: Readonly<Record<string, Identity>>
  readonly connectTimeoutMs: number
  /** How long a step outlives us when nobody tells the host that we are gone. */
  readonly leaseSeconds: number
}

const readTimeoutMs = 30_000
const readBytesMax = 1024 * 1024
const closeTimeoutMs = 5_000

/**
 * Writes the ssh_config and known_hosts and gives the way to every host. Dispose
 * it to close the shared connections. Throws Problem `invalid` for a path that
 * ssh cannot be given.
 */
export async function openSsh(settings: SshSettings): Promise<Ssh> {
  const peers = peersOf(settings)
  const controlFolder = await replaceControlFolder(settings.folder)
  const configFile = await writeConfig(settings, peers, controlFolder)
  const program = (...args: readonly string[]): Program => ({
    argv: ['ssh', '-F', configFile, ...args],
    env: { PATH: programPath, LC_ALL: 'C' },
  })
  const explain = (stderr: string, role: Role) => explainSsh(stderr, peers, role)
  const explainHost = (host: Host, stderr: string) =>
    explainHops(program, peers, { alias: aliasOfHost(host), stderr })
  return {
    explain,
    runStep: (host, step) =>
      runStep(
        {
          program: (command) => program(aliasOfHost(host), command),
          leaseSeconds: settings.leaseSeconds,
          explain: (stderr) => explainHost(host, stderr),
        },
        step,
      ),
    read: (host, script, signal) =>
      readOutput(
        program(aliasOfHost(host), `exec sh -c ${shellQuote(endedBy(script))}`),
        signal,
        (stderr) => explainHost(host, stderr),
      ),
    dial: (host, to) => dial(program('-W', forwardOf(to), aliasOfHost(host)), explain),
    git: (remote) => ({
      url: `ssh://${aliasOfGit(remote)}${remote.path}`,
      sshCommand: shellWords(['ssh', '-F', configFile]),
    }),
    [Symbol.asyncDispose]: () => close(program, peers, controlFolder),
  }
}

/**
 * A shared connection hides what the client of a jump host says, so when the
 * trouble is unknown each hop is asked by itself, the first one first.
 */
async function explainHops(
  program: (...args: readonly string[]) => Program,
  peers: readonly Peer[],
  { alias, stderr }: { readonly alias: string; readonly stderr: string },
): Promise<string> {
  const limits = { timeoutMs: readTimeoutMs, outputBytesMax: readBytesMax }
  const isClear = recogniseSsh(stderr, peers, 'host') !== null
  for (const hop of isClear ? [] : hopsOf(alias, peers)) {
    const asked = await runProgram(program(hop, 'exit'), limits)
    const reason = recogniseSsh(asked.stderr, peers, 'host')
    if (reason !== null) return reason
  }
  return explainSsh(stderr, peers, 'host')
}

/** The hosts that a connection to this one goes through, in its order. */
function hopsOf(alias: string, peers: readonly Peer[]): readonly string[] {
  const jump = peers.find((peer) => peer.alias === alias)?.jump ?? null
  return jump === null ? [] : [...hopsOf(jump, peers), jump]
}

function peersOf({ hosts, gitRemotes }: SshSettings): readonly Peer[] {
  const peers = [...hosts.map(peerOfHost), ...gitRemotes.map(peerOfGit)]
  return [...new Map(peers.map((peer) => [peer.alias, peer])).values()]
}

/**
 * Sockets live in a short folder under the system's temporary one. Its name is
 * kept in ours, so that the next start removes what a crash left.
 */
async function replaceControlFolder(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const note = join(folder, 'control')
  const stale = await readFile(note, 'utf8').catch(() => '')
  if (stale.startsWith(join(tmpdir(), 'slw-'))) await rm(stale, { recursive: true, force: true })
  const fresh = await mkdtemp(join(tmpdir(), 'slw-'))
  await writeFile(note, fresh, { mode: 0o600 })
  return fresh
}

async function writeConfig(settings: SshSettings, peers: readonly Peer[], controlFolder: string) {
  const places = { knownHostsFile: join(settings.folder, 'known_hosts'), controlFolder }
  const { connectTimeoutMs, leaseSeconds } = settings
  // A dead network is noticed in three of these: in half a lease.
  const keepAliveSeconds = Math.max(1, Math.floor(leaseSeconds / 6))
  const options = { connectTimeoutMs, keepAliveSeconds }
  const configFile = join(settings.folder, 'ssh_config')
  await writePrivate(configFile, sshConfigOf(peers, settings.identities, { places, options }))
  await writePrivate(places.knownHostsFile, knownHostsOf(peers))
  return configFile
}

async function writePrivate(file: string, text: string): Promise<void> {
  await writeFile(file, text, { mode: 0o600 })
  // The mode above counts only for a new file.
  await chmod(file, 0o600)
}

const readEnd = '#slipway-end'
const endedBy = (script: string) => `${script}\nprintf '%s\\n' '${readEnd}'\n`

/** The output is whole when its last line says so; an exit status alone proves nothing. */
async function readOutput(
  program: Program,
  signal: AbortSignal,
  explain: (stderr: string) => Promise<string>,
): Promise<ReadResult> {
  const limits = { timeoutMs: readTimeoutMs, outputBytesMax: readBytesMax, signal }
  const { stdout, stderr } = await runProgram(program, limits)
  const output = stdout.toString()
  if (output.endsWith(`${readEnd}\n`)) {
    return { kind: 'read', output: output.slice(0, -readEnd.length - 1) }
  }
  return { kind: 'unreached', reason: await explain(stderr) }
}

const forwardOf = ({ host, port }: { host: string; port: number }) =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`

async function dial(
  program: Program,
  explain: (stderr: string, role: Role) => string,
): Promise<Dialled> {
  const ssh = await startProgram(program)
  let stderr = ''
  ssh.stderr.on('data', (chunk: Buffer) => {
    stderr = (stderr + chunk.toString()).slice(-4096)
  })
  return { stream: connectionOf(ssh), said: () => (stderr === '' ? null : explain(stderr, 'host')) }
}

/** Ends the shared connections that are open; one that is not answers at once. */
async function close(
  program: (...args: readonly string[]) => Program,
  peers: readonly Peer[],
  controlFolder: string,
): Promise<void> {
  const limits = { timeoutMs: closeTimeoutMs, outputBytesMax: readBytesMax }
  await Promise.all(peers.map(({ alias }) => runProgram(program('-O', 'exit', alias), limits)))
  await rm(controlFolder, { recursive: true, force: true })
}
