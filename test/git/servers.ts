import {
  createServer as createHttpServer,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import type { Git } from '../../src/git/git.ts'
import type { PackOptions, RefChange, StreamEnd } from '../../src/git/model.ts'
import { openPktReader } from '../../src/git/pkt-line.ts'

/** The least that carries repository 1 over a wire, so that the real git can talk to it. */
export type Wire = AsyncDisposable & {
  readonly url: string
  /** What the pushes changed, one entry a push. */
  readonly pushed: RefChange[][]
  readonly ends: StreamEnd[]
}

type Options = { readonly onPush?: (changes: readonly RefChange[]) => Promise<void> }

function openRecord(git: Git, { onPush }: Options) {
  const pushed: RefChange[][] = []
  const ends: StreamEnd[] = []
  function stream(service: string, options: PackOptions) {
    const opened =
      service === 'git-upload-pack'
        ? git.uploadPack(1, options)
        : git.receivePack(1, {
            ...options,
            onPush: async (changes) => {
              await onPush?.(changes)
              pushed.push([...changes])
            },
          })
    void opened.done.then(
      (end) => ends.push(end),
      (error: Error) => ends.push({ code: null, errors: error.message }),
    )
    return opened
  }
  return { pushed, ends, stream }
}

/** Smart HTTP: `info/refs`, then one POST a round. */
export async function serveHttp(git: Git, options: Options = {}): Promise<Wire> {
  const { pushed, ends, stream } = openRecord(git, options)

  async function answer(request: IncomingMessage, response: ServerResponse) {
    const url = new URL(request.url ?? '', 'http://localhost')
    const asked = url.searchParams.get('service')
    const service = asked ?? url.pathname.split('/').at(-1) ?? ''
    const protocol = request.headers['git-protocol']?.toString()
    const kind = asked ? 'advertisement' : 'result'
    response.setHeader('content-type', `application/x-${service}-${kind}`)
    const { input, output } = stream(service, { mode: asked ? 'advertise' : 'stateless', protocol })
    const body = request.headers['content-encoding'] === 'gzip' ? [createGunzip()] : []
    await Promise.all([pipeline([request, ...body, input]), pipeline(output, response)])
  }

  // A client that hangs up is what some tests are about; `ends` tells.
  const server = createHttpServer((request, response) => {
    answer(request, response).catch(() => response.destroy())
  })
  return { ...(await listen(server, 'http')), pushed, ends }
}

/** `git://`: the line that names the service, then both directions at once, as over SSH. */
export async function serveSocket(git: Git, options: Options = {}): Promise<Wire> {
  const { pushed, ends, stream } = openRecord(git, options)

  function answer(socket: Socket) {
    const reader = openPktReader()
    socket.on('error', () => {})
    socket.on('data', function begin(chunk: Buffer) {
      reader.add(chunk)
      const line = reader.next()
      if (!line) return
      socket.off('data', begin)
      const [service = '', ...rest] = `${line.payload}`.split(/[ \0]/)
      const protocol = rest.find((word) => word.startsWith('version='))
      const { input, output } = stream(service, { mode: 'stateful', protocol })
      input.write(reader.rest())
      socket.pipe(input)
      output.pipe(socket)
      output.once('error', () => socket.destroy())
      socket.once('close', () => output.destroy())
    })
  }

  return { ...(await listen(createServer({ allowHalfOpen: true }, answer), 'git')), pushed, ends }
}

async function listen(server: Server, scheme: string) {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => sockets.add(socket))
  async function close() {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  }
  return { url: `${scheme}://127.0.0.1:${port}/one.git`, [Symbol.asyncDispose]: close }
}
