import type { Socket } from 'node:net'
import type { Connection, ServerChannel } from 'ssh2'
import type { GitStream } from '../git/model.ts'

/** A command's channel and what carries it. */
export type Wire = {
  readonly channel: ServerChannel
  readonly client: Connection
  readonly socket: Socket
}

/**
 * Carries git's output to the client and the client's bytes to git, each at the pace of whoever
 * reads it. A client that goes away ends its git. Resolves with git's exit code (null: killed)
 * and rejects as `git.done` does.
 */
export async function relay(wire: Wire, git: GitStream): Promise<number | null> {
  const { channel, socket } = wire
  const leave = () => git.output.destroy()
  channel.once('close', leave)
  socket.once('close', leave)
  // Told at the end; until then nobody waits for it, and it must not end the server.
  git.done.catch(() => {})
  channel.pipe(git.input)
  // A git that has ended reads no more. The rest falls, so that the client lives to read why.
  git.input.once('close', () => channel.resume())
  const sink = openSink(wire)
  try {
    for await (const chunk of git.output) await sink.write(chunk)
  } catch {
    // The client went away, or git's output broke off: `done` tells.
  }
  socket.off('close', leave)
  sink.close()
  return (await git.done).code
}

/**
 * A channel holds as much as its client's window allows, which may be 4 GB, and passes it to a
 * socket without looking whether that is full, or keeps it while keys are exchanged anew. So we
 * look, and wait.
 */
function openSink({ channel, client, socket }: Wire) {
  let isOpen = true
  let wake = () => {}

  function close() {
    isOpen = false
    channel.off('close', close)
    socket.off('close', close)
    wake()
  }
  channel.once('close', close)
  socket.once('close', close)

  function wait(begin: (resume: () => void) => void): Promise<void> {
    return new Promise((resolve) => {
      wake = resolve
      if (isOpen) begin(resolve)
      else resolve()
    })
  }

  async function write(chunk: Buffer): Promise<void> {
    const before = socket.bytesWritten
    await wait((resume) => channel.write(chunk, () => resume()))
    const isKeptBack = socket.bytesWritten === before
    if (isKeptBack) await wait((resume) => client.once('rekey', resume))
    if (socket.writableNeedDrain) await wait((resume) => socket.once('drain', resume))
    if (!isOpen) throw new Error('The client is gone')
  }

  return { write, close }
}
