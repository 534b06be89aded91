import type { AuthContext, ServerChannel, Session } from 'ssh2'
import type { App } from '../app.ts'
import type { DeployKeyRow } from '../tables/repositories.ts'
import { authenticate } from './ssh-authentication.ts'
import type { Wire } from './ssh-flow.ts'
import { runCommand } from './ssh-session.ts'
import type { SshLimits } from './ssh-sockets.ts'

export type SshContext = { readonly app: App; readonly limits: SshLimits }

export type SshConnection = {
  /** Starts no more commands, and ends when the running ones have. */
  finish(): void
  /** The commands that run, with all that a push sets off. */
  commands(): Promise<unknown>
}

type Carrier = Omit<Wire, 'channel'>

/** For a client to end its side, once we have ended ours. */
export const farewellMs = 2000
/**
 * ssh2 neither refuses what is beyond a channel's window (2 MB) nor minds whether its answers are
 * read. What no honest client makes us keep ends the connection.
 */
const bufferedBytesMax = 16 * 1024 * 1024

/** Serves one client from its first line to its end: who it is, and its commands. */
export function serveConnection(context: SshContext, carrier: Carrier): SshConnection {
  const { client, socket } = carrier
  const { app, limits } = context
  const running = new Set<Promise<void>>()
  const channels = new Set<ServerChannel>()
  let isFinishing = false
  let sessions = 0
  let holder: DeployKeyRow | undefined

  client.on('error', (error: Error) => app.log.debug({ err: error }, 'ssh.connection_failed'))
  authenticateOn(context, carrier, (key) => {
    holder = key
    idle.refresh()
  })
  client.on('session', (accept, reject) => {
    if (isFinishing || sessions >= limits.sessionsMax) return reject()
    sessions++
    const session = accept()
    session.once('close', () => sessions--)
    readSession(session, start)
  })
  const idle = setTimeout(end, limits.idleMs)
  socket.once('close', () => clearTimeout(idle))
  socket.on('data', () => {
    const isFlooded = [...channels].some((channel) => channel.readableLength > bufferedBytesMax)
    if (isFlooded || socket.writableLength > bufferedBytesMax) socket.destroy()
  })

  function start(channel: ServerChannel, command: string, protocol: string | undefined): void {
    if (!holder) return
    channels.add(channel)
    const call = { ...carrier, channel, key: holder, command, protocol }
    const closed = new Promise<void>((resolve) => channel.once('close', resolve))
    const work = runCommand(app, call).finally(() => {
      running.delete(work)
      channels.delete(channel)
      if (running.size > 0) return
      if (isFinishing) void Promise.race([closed, farewell()]).then(end)
      else idle.refresh()
    })
    running.add(work)
  }

  function end(): void {
    if (running.size > 0) return void idle.refresh()
    client.end()
    setTimeout(() => socket.destroy(), farewellMs).unref()
  }

  function finish(): void {
    isFinishing = true
    if (running.size === 0) end()
  }

  return { finish, commands: () => Promise.all(running) }
}

function authenticateOn(
  { app, limits }: SshContext,
  { client, socket }: Carrier,
  admit: (key: DeployKeyRow) => void,
): void {
  let refusals = 0
  async function answer(request: AuthContext) {
    const verdict = await authenticate(app, request, socket.remoteAddress ?? '')
    if (verdict.kind === 'proved') admit(verdict.key)
    if (verdict.kind === 'refused' && ++refusals >= limits.attemptsMax) {
      client.end()
      setTimeout(() => socket.destroy(), farewellMs).unref()
    }
  }
  client.on('authentication', (request) => void answer(request))
}

/**
 * OpenSSH forgets a command's exit status when a disconnect comes in the same breath, so a client is
 * given the time to close its side first.
 */
const farewell = () =>
  new Promise<void>((resolve) => {
    setTimeout(resolve, farewellMs).unref()
  })

type Start = (channel: ServerChannel, command: string, protocol: string | undefined) => void

/** A session runs one command; a shell counts as a command without a name. */
function readSession(session: Session, start: Start): void {
  let protocol: string | undefined
  session.on('env', (accept, reject, { key, val }) => {
    if (key !== 'GIT_PROTOCOL') return reject?.()
    protocol = val
    accept?.()
  })
  session.once('exec', (accept, _reject, { command }) => start(accept(), command, protocol))
  session.once('shell', (accept) => start(accept(), '', protocol))
}
