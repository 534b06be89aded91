import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** Listens, and then never runs again: it accepts nothing, and its queue has room for two. */
const program = `
  const server = require('node:net').createServer()
  server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
    require('node:fs').writeSync(1, server.address().port + '\\n')
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
  })`
const connectionsToFillIt = 8

export type DeafListener = Disposable & { readonly port: number }

/** A port on which a new connection gets no answer at all, not even a refusal. */
export async function startDeafListener(): Promise<DeafListener> {
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] })
  const port = await portOf(child)
  const sockets: Socket[] = []
  for (let n = 0; n < connectionsToFillIt; n += 1) {
    sockets.push(connect(port, '127.0.0.1').on('error', () => undefined))
  }
  await Promise.race(sockets.map((socket) => once(socket, 'connect')))
  return {
    port,
    [Symbol.dispose]: () => {
      for (const socket of sockets) socket.destroy()
      child.kill('SIGKILL')
    },
  }
}

async function portOf(child: ChildProcess): Promise<number> {
  const [line] = await once(child.stdout ?? child, 'data')
  return Number(String(line))
}
