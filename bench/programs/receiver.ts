import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { wallClock } from '../measure.ts'

/** What hooks are told to: endpoints on ports of loopback that answer at once or never, and do little else. */
export type Question =
  | { readonly kind: 'listen'; readonly answering: number; readonly hanging: number }
  /** Forgets what has arrived. */
  | { readonly kind: 'begin' }
  /** Answered as soon as so many have arrived. */
  | { readonly kind: 'arrived'; readonly count: number }
  | { readonly kind: 'sample' }

export type Ports = { readonly answering: number[]; readonly hanging: number[] }
/** Of a request about a deployment, at an endpoint that answers. */
export type Arrival = { readonly deployment: number; readonly at: number }
export type Sample = { readonly headers: Record<string, string>; readonly body: Buffer }

const answer = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'
let arrivals: Arrival[] = []
let sample: Sample | undefined
let awaited: number | undefined

process.on('message', (question: Question) => void take(question))

async function take(question: Question): Promise<void> {
  switch (question.kind) {
    case 'listen':
      return say({
        answering: await Promise.all(
          Array.from({ length: question.answering }, () => listen(read)),
        ),
        hanging: await Promise.all(Array.from({ length: question.hanging }, () => listen(hang))),
      } satisfies Ports)
    case 'begin':
      arrivals = []
      return say({})
    case 'arrived':
      awaited = question.count
      return tell()
    case 'sample':
      return say(sample ?? {})
  }
}

function tell(): void {
  if (awaited === undefined || arrivals.length < awaited) return
  awaited = undefined
  say(arrivals)
}

async function listen(serve: (socket: Socket) => void): Promise<number> {
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => socket.destroy())
    serve(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

function hang(socket: Socket): void {
  socket.resume()
}

function read(socket: Socket): void {
  let received = Buffer.alloc(0)
  let firstByteAt = 0
  socket.on('data', (chunk) => {
    if (received.length === 0) firstByteAt = wallClock()
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk])
    const bodyAt = received.indexOf('\r\n\r\n') + 4
    if (bodyAt < 4) return
    const head = received.toString('latin1', 0, bodyAt)
    const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0)
    if (received.length < bodyAt + length) return
    note(head, received.subarray(bodyAt), firstByteAt)
    received = Buffer.alloc(0)
    socket.write(answer)
  })
}

const aboutMax = 1024

function note(head: string, body: Buffer, at: number): void {
  const found = /\/deployments\/(\d+)/.exec(body.toString('latin1', 0, aboutMax))
  // A ping is about no deployment.
  if (!found) return
  sample ??= { headers: headersIn(head), body: Buffer.from(body) }
  arrivals.push({ deployment: Number(found[1]), at })
  tell()
}

/** What a sender sets itself is left out. */
function headersIn(head: string): Record<string, string> {
  const pairs = head
    .split('\r\n')
    .slice(1)
    .map((line) => [line.split(':', 1)[0] ?? '', line.slice(line.indexOf(':') + 1).trim()])
  const own = ['', 'host', 'connection', 'content-length', 'transfer-encoding']
  return Object.fromEntries(pairs.filter(([name = '']) => !own.includes(name.toLowerCase())))
}

function say(message: object): void {
  process.send?.(message)
}
