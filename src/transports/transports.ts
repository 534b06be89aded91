import { chmod, readFile, rename, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import ssh2, { type Algorithms } from 'ssh2'
import type { App } from '../app.ts'
import { newHostKey, parseHostKey, publicKeyOf } from './host-key.ts'
import { openHttpService } from './http-service.ts'
import { farewellMs, type SshConnection, serveConnection } from './ssh-connection.ts'
import { openSockets, type SshLimits, usualLimits } from './ssh-sockets.ts'

/**
 * Smart HTTP at `/{owner}/{repo}.git`, also without `.git` (git's "http-protocol"). When the
 * server closes, transfers have a while to end by themselves.
 */
export function gitOverHttp(fastify: FastifyInstance, app: App): void {
  const service = openHttpService(app)
  fastify.register((git, _options, done) => {
    // Bodies go to git as they come, however long they are.
    git.removeAllContentTypeParsers()
    git.addContentTypeParser('*', (_request, _body, parsed) => parsed(null))
    git.get('/:owner/:repo/info/refs', service.advertise)
    git.post('/:owner/:repo/git-upload-pack', service.fetch)
    git.post('/:owner/:repo/git-receive-pack', service.push)
    git.addHook('preClose', service.drain)
    git.addHook('onClose', service.close)
    done()
  })
}

export type SshServer = AsyncDisposable & {
  readonly port: number
  /** What clients pin: `ssh-ed25519 AAAA…`. */
  readonly publicKey: string
  /** No new connections and commands; transfers have until the deadline to end by themselves. */
  close(): Promise<void>
}

type SshOptions = {
  readonly host: string
  /** 0: any that is free. */
  readonly port: number
  /** As `ensureHostKey` gives it. */
  readonly hostKey: string
  readonly limits?: Partial<SshLimits>
}

/** What ssh-audit finds no fault with, the fastest first. Strict key exchange is ssh2's own. */
const algorithms = {
  kex: [
    'curve25519-sha256',
    'curve25519-sha256@libssh.org',
    'diffie-hellman-group16-sha512',
    'diffie-hellman-group18-sha512',
  ],
  serverHostKey: ['ssh-ed25519'],
  cipher: [
    'aes128-gcm@openssh.com',
    'aes256-gcm@openssh.com',
    'chacha20-poly1305@openssh.com',
    'aes256-ctr',
    'aes192-ctr',
    'aes128-ctr',
  ],
  hmac: ['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com'],
  compress: ['none'],
} satisfies Algorithms

/**
 * Git over SSH for deploy keys: the key says which repository. Rejects with the system's own
 * error when it cannot listen.
 */
export async function openSshServer(app: App, options: SshOptions): Promise<SshServer> {
  const limits = { ...usualLimits, ...options.limits }
  const sockets = openSockets(limits)
  const connections = new Set<SshConnection>()
  const hostKey = parseHostKey(options.hostKey, 'The host key')

  const protocol = new ssh2.Server(
    { hostKeys: [options.hostKey], algorithms, ident: 'Slipway' },
    (client, { ip, port }) => {
      const open = sockets.find(ip, port)
      if (!open) return void client.end()
      const { socket, handshake } = open
      client.once('ready', () => clearTimeout(handshake))
      const connection = serveConnection({ app, limits }, { client, socket })
      connections.add(connection)
      socket.once('close', () => connections.delete(connection))
    },
  )
  // Without noDelay every connection waits 290 ms for acknowledgements.
  const listener = createServer({ noDelay: true }, (socket) => {
    if (sockets.admit(socket)) protocol.injectSocket(socket)
  })
  const port = await listen(listener, options)

  async function close() {
    const isClosed = new Promise((resolve) => listener.close(resolve))
    const deadline = setTimeout(sockets.hangUp, limits.drainMs)
    for (const connection of connections) connection.finish()
    await Promise.all([...connections].map((connection) => connection.commands()))
    clearTimeout(deadline)
    const farewell = setTimeout(sockets.hangUp, farewellMs)
    await isClosed
    clearTimeout(farewell)
  }
  const publicKey = publicKeyOf(hostKey)
  return { port, publicKey, close, [Symbol.asyncDispose]: close }
}

async function listen(server: Server, { host, port }: SshOptions): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  return (server.address() as AddressInfo).port
}

const hostKeyName = 'ssh_host_ed25519_key'

/**
 * The SSH server's private key, `ssh_host_ed25519_key` in the data folder; made on the first start.
 * Throws an `invalid` Problem for a file that is none.
 */
export async function ensureHostKey(folder: string): Promise<string> {
  const path = join(folder, hostKeyName)
  const text = (await readIfThere(path)) ?? (await makeHostKey(path))
  parseHostKey(text, path)
  await chmod(path, 0o600)
  return text
}

const readIfThere = (path: string) =>
  readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })

/** Moved to its place when it is whole: half a key would stop every later start. */
async function makeHostKey(path: string): Promise<string> {
  const text = newHostKey()
  await writeFile(`${path}.new`, text, { mode: 0o600, flush: true })
  const shown = `${publicKeyOf(parseHostKey(text, path))} slipway\n`
  await writeFile(`${path}.pub`, shown, { mode: 0o644 })
  await rename(`${path}.new`, path)
  return text
}
