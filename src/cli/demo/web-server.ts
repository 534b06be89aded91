import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { freePort, runOrFail, type Started, sshdPath, startAndWait } from './programs.ts'

export type WebServer = AsyncDisposable & {
  readonly name: string
  readonly sshPort: number
  readonly appPort: number
  /** `ssh-ed25519 AAAA…`: what the agent pins. */
  readonly hostKey: string
  /** What the app of this server answers now. */
  serves(): Promise<string>
  /** Starts sshd again with a host key that nobody has pinned, as an impostor would; undone by `becomeItself`. */
  becomeImpostor(): Promise<void>
  becomeItself(): Promise<void>
}

type Given = {
  readonly name: string
  readonly folder: string
  /** The public key that may log in. */
  readonly userKey: string
  readonly onLogin: (name: string, line: string) => void
  /** Told when the app begins to answer with another page. */
  readonly onServed: (name: string, page: string) => void
}

/** An unprivileged sshd on a port of loopback, and a tiny HTTP app that serves what is deployed. */
export async function startWebServer(given: Given): Promise<WebServer> {
  const { name, userKey, onLogin } = given
  const folder = join(given.folder, name)
  const inside = (file: string) => join(folder, 'sshd', file)
  await mkdir(inside(''), { recursive: true, mode: 0o700 })
  await mkdir(join(folder, 'srv/shared'), { recursive: true })
  const hostKey = await makeKey(inside('host_key'))
  await makeKey(inside('other_key'))
  await writeFile(inside('authorized_keys'), `${userKey}\n`, { mode: 0o600 })
  const app = await startApp(join(folder, 'srv'))
  await writeFile(join(folder, 'srv/shared/port'), `${app.port}\n`)
  const sshPort = await freePort()

  async function start(keyFile: string): Promise<Started> {
    await writeFile(inside('config'), sshdConfig(sshPort, inside, inside(keyFile)))
    // sshd's privilege separation wants this folder when root starts it outside an init system.
    if (process.getuid?.() === 0) await mkdir('/run/sshd', { recursive: true, mode: 0o755 })
    const argv = [sshdPath(), '-D', '-e', '-f', inside('config')]
    return await startAndWait({
      argv,
      folder: given.folder,
      isReady: (printed) => printed.includes('Server listening'),
      onLine: (line) => line.startsWith('Accepted publickey') && onLogin(name, line),
    })
  }

  let sshd = await start('host_key')
  const stop = async () => {
    // Sessions that are open outlive the listener, and the agent keeps one open on purpose.
    for (const session of await childrenOf(sshd.pid)) process.kill(session, 'SIGKILL')
    sshd.kill()
    await sshd.exited
  }
  const restart = async (keyFile: string) => {
    await stop()
    sshd = await start(keyFile)
  }
  const serves = async () => (await (await fetch(`http://127.0.0.1:${app.port}/`)).text()).trim()
  let last = await serves()
  const watch = setInterval(async () => {
    const page = await serves().catch(() => last)
    if (page !== last) given.onServed(name, page)
    last = page
  }, lookEveryMs)
  return {
    name,
    sshPort,
    appPort: app.port,
    hostKey,
    serves,
    becomeImpostor: () => restart('other_key'),
    becomeItself: () => restart('host_key'),
    async [Symbol.asyncDispose]() {
      clearInterval(watch)
      await stop()
      app.server.closeAllConnections()
      app.server.close()
    },
  }
}

const lookEveryMs = 100

/** The processes that one has started, from Linux's list, or by `pgrep` elsewhere. */
async function childrenOf(pid: number): Promise<number[]> {
  const listed = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() =>
    runOrFail(['pgrep', '-P', String(pid)]).catch(() => ''),
  )
  return listed.split(/\s+/).filter(Boolean).map(Number)
}

/** An ed25519 key without passphrase in `file` and `file.pub`; gives the public one without its comment. */
export async function makeKey(file: string): Promise<string> {
  await runOrFail(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', 'slipway demo', '-f', file])
  return (await readFile(`${file}.pub`, 'utf8')).split(' ').slice(0, 2).join(' ')
}

/** Debian's default in everything but the ports, files and users that make it ours alone. */
const sshdConfig = (port: number, inside: (file: string) => string, hostKey: string) => `
Port ${port}
ListenAddress 127.0.0.1
HostKey ${hostKey}
PidFile ${inside('pid')}
AuthorizedKeysFile ${inside('authorized_keys')}
AllowUsers ${userInfo().username}
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
`

/** Answers with the page and, at /up, with the health of whatever \`current\` points to at that moment. */
async function startApp(base: string): Promise<{ server: Server; port: number }> {
  const server = createServer(async (request, response) => {
    const file = request.url === '/up' ? 'healthy' : 'index.html'
    try {
      response.end(await readFile(join(base, 'current', file)))
    } catch {
      // Nothing deployed yet, or a release that is not healthy.
      response.writeHead(request.url === '/up' ? 500 : 503).end('nothing here\n')
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, port: (server.address() as AddressInfo).port }
}
