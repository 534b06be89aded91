import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** A server that is measured: the same user, repository and hook are in each. */
export type Peer = AsyncDisposable & {
  readonly name: 'slipway' | 'emulate'
  readonly apiUrl: string
  readonly tokens: readonly string[]
  readonly pid: number
}

const root = join(import.meta.dirname, '..')
const readyWithinMs = 20_000

/** Ours as it is installed, with nothing set: SQLite in a folder, every 2xx durable. */
export async function startSlipway(folder: string): Promise<Peer> {
  const data = join(folder, 'slipway')
  const slipway = join(root, 'bin/slipway')
  const profile = process.env['BENCH_CPU_PROF']
  const node = profile ? { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${profile}` } : {}
  const args = ['serve', '--data', data, '--port', '0', '--ssh-port', '0', '--log-level', 'warn']
  const child = spawn(slipway, args, { env: { ...process.env, ...node }, stdio: 'pipe' })
  const url = await lineWith(child, /API +(\S+\/api\/v3)/)
  const operate = (...words: string[]) =>
    execFileSync(slipway, [...words, '--data', data], { stdio: 'pipe' })
      .toString()
      .trim()
  operate('user', 'create', 'octo')
  const scopes = ['--scopes', 'repo,admin:repo_hook,user']
  const tokens = Array.from({ length: 4 }, () =>
    operate('token', 'create', '--user', 'octo', ...scopes),
  )
  return peerOf('slipway', { child, apiUrl: url, tokens })
}

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
  await lineWith(child, /Ready/)
  return peerOf('emulate', { child, apiUrl: `http://127.0.0.1:${port}`, tokens: emulateTokens })
}

type Started = { child: ChildProcess; apiUrl: string; tokens: readonly string[] }

function peerOf(name: Peer['name'], { child, apiUrl, tokens }: Started): Peer {
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
export function memoryOf({ pid }: Peer): number {
  const kilobytes = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Math.round(Number(kilobytes) / 1024)
}

/** Waits until the program prints a line like this; gives what the parentheses hold. */
function lineWith(child: ChildProcess, pattern: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      reject(new Error(`No ${pattern} within ${readyWithinMs} ms`))
    }, readyWithinMs)
    child.stderr?.resume()
    if (!child.stdout) return
    createInterface(child.stdout).on('line', (line) => {
      const found = pattern.exec(line)
      if (!found) return
      clearTimeout(timer)
      resolve(found[1] ?? '')
    })
  })
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
