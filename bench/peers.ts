import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { join } from 'node:path'

/** A server that is measured, in a process of its own. */
export type Peer = AsyncDisposable & {
  readonly name: string
  readonly apiUrl: string
  readonly tokens: readonly string[]
  readonly pid: number
}

const root = join(import.meta.dirname, '..')
export const slipwayPath = join(root, 'bin/slipway')
const readyWithinMs = 20_000

type Installation = {
  readonly tokens?: number
  readonly settings?: readonly string[]
  /** Whether the folder has been filled, with octo in it. */
  readonly isFilled?: boolean
}

/** Ours as it is installed, unless settings are given: SQLite in a folder, every 2xx durable. */
export async function startSlipway(
  folder: string,
  { tokens: tokenCount = 4, settings = [], isFilled = false }: Installation = {},
): Promise<Slipway> {
  const data = join(folder, 'slipway')
  const profile = process.env['BENCH_CPU_PROF']
  const node = profile ? { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${profile}` } : {}
  const args = ['serve', '--data', data, '--port', '0', '--ssh-port', '0', '--log-level', 'warn']
  const env = { ...process.env, ...node }
  const child = spawn(slipwayPath, [...args, ...settings], { env, stdio: 'pipe' })
  const lines = linesOf(child)
  const apiUrl = await lines(/API +(\S+\/api\/v3)/)
  const sshUrl = await lines(/over SSH +(\S+)\/OWNER/)
  const operate = (...words: string[]) =>
    execFileSync(slipwayPath, [...words, '--data', data], { stdio: 'pipe' })
      .toString()
      .trim()
  if (!isFilled) operate('user', 'create', 'octo')
  const scopes = ['--scopes', 'repo,admin:repo_hook,user']
  const tokens = Array.from({ length: tokenCount }, () =>
    operate('token', 'create', '--user', 'octo', ...scopes),
  )
  return { ...peerOf('slipway', { child, apiUrl, tokens }), data, sshUrl }
}

/** In a folder of its own, with what it prints as ready. */
export type Slipway = Peer & { readonly data: string; readonly sshUrl: string }

/** It limits each token to 5,000 requests an hour. */
const emulateTokens = Array.from({ length: 400 }, (_, at) => `token-${at}`)

/** In memory, as it is installed. */
export async function startEmulate(folder: string): Promise<Peer> {
  const seed = join(folder, 'seed.json')
  const scopes = ['repo', 'user', 'admin:repo_hook']
  const tokens = Object.fromEntries(emulateTokens.map((one) => [one, { login: 'octo', scopes }]))
  writeFileSync(seed, JSON.stringify({ tokens, github: { users: [{ login: 'octo' }] } }))
  const port = await freePort()
  const program = join(root, 'node_modules/emulate/dist/index.js')
  const args = [program, 'start', '--service', 'github', '--port', String(port), '--seed', seed]
  const child = spawn(process.execPath, args, { cwd: folder, stdio: 'pipe' })
  await linesOf(child)(/Ready/)
  return peerOf('emulate', { child, apiUrl: `http://127.0.0.1:${port}`, tokens: emulateTokens })
}

type Started = { child: ChildProcess; apiUrl: string; tokens: readonly string[] }

export function peerOf(name: string, { child, apiUrl, tokens }: Started): Peer {
  return {
    name,
    apiUrl,
    tokens,
    pid: child.pid ?? 0,
    async [Symbol.asyncDispose]() {
      const exited = once(child, 'exit')
      child.kill('SIGTERM')
      await exited
    },
  }
}

/** Resident memory of a peer, in MB. */
export function memoryOf({ pid }: Pick<Peer, 'pid'>): number {
  const kilobytes = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Math.round(Number(kilobytes) / 1024)
}

/** Waits until the program has printed a line like this; gives what the parentheses hold. */
function linesOf(child: ChildProcess): (pattern: RegExp) => Promise<string> {
  let printed = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    printed += text
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    printed = (printed + text).slice(-printedMax)
  })
  return async (pattern) => {
    const deadline = Date.now() + readyWithinMs
    for (;;) {
      const found = pattern.exec(printed)
      if (found) return found[1] ?? ''
      if (Date.now() > deadline || child.exitCode !== null) {
        child.kill('SIGKILL')
        throw new Error(`No ${pattern} within ${readyWithinMs} ms:\n${printed}`)
      }
      await new Promise((resolve) => setTimeout(resolve, lookMs))
    }
  }
}

const printedMax = 64 * 1024
const lookMs = 10

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
