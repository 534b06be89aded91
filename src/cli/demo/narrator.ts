import type { Picture } from './picture.ts'
import type { Exchange } from './wire.ts'

/** Tells what went over the wires, and remembers what the acts need to check. */
export type Narrator = {
  tooling(exchange: Exchange): void
  hook(exchange: Exchange): void
  agent(exchange: Exchange): void
  login(name: string, line: string): void
  /** A line of the server's log. */
  server(line: string): void
  /** An app has begun to answer with something else. */
  served(name: string, page: string): void
  /** The newest state that the agent reported over its wire. */
  stateOf(deploymentId: number): string | undefined
  /** Every webhook that reached the agent, newest last. */
  readonly hooks: readonly Exchange[]
  /** How often anyone logged in to a server. */
  logins(): number
}

export function openNarrator(picture: Picture): Narrator {
  const hooks: Exchange[] = []
  const states = new Map<number, string>()
  let logins = 0
  return {
    hooks,
    logins: () => logins,
    tooling(exchange) {
      if (exchange.method === 'GET') return
      picture.arrow('Tooling', 'Slipway', requestLine(exchange))
      picture.arrow('Slipway', 'Tooling', answerLine(exchange))
    },
    hook(exchange) {
      hooks.push(exchange)
      picture.arrow('Slipway', '3rd party', hookLine(exchange))
      picture.arrow('3rd party', 'Slipway', answerLine(exchange))
    },
    agent(exchange) {
      tellLog(picture, exchange)
      const [, id] = /\/deployments\/(\d+)\/statuses$/.exec(exchange.path) ?? []
      if (exchange.method !== 'POST' || id === undefined) return
      picture.arrow(
        '3rd party',
        'Slipway',
        `#${id}${partOf(exchange.body, ['state', 'description'])}`,
      )
      states.set(Number(id), String(jsonOf(exchange.body)['state']))
    },
    stateOf: (id) => states.get(id),
    server(line) {
      const { msg, service, ms } = jsonOf(Buffer.from(line))
      if (msg !== 'ssh.served') return
      const direction = service === 'git-upload-pack' ? '3rd party' : 'Tooling'
      picture.arrow(direction, 'Slipway', `${service} over SSH with a deploy key, ${ms} ms`)
    },
    served(name, page) {
      picture.arrow('Your servers', '3rd party', `${name} now serves ${page}`)
    },
    login(name, line) {
      logins += 1
      const key = /SHA256:\S+/.exec(line)?.[0] ?? ''
      picture.arrow('3rd party', 'Your servers', `ssh ${name}: publickey ${key.slice(0, 19)}…`)
    },
  }
}

function tellLog(picture: Picture, { method, path, body }: Exchange): void {
  const [, id] = /\/deployments\/(\d+)\/log\?/.exec(path) ?? []
  if (method !== 'PATCH' || id === undefined || body.length === 0) return
  picture.arrow('3rd party', 'Slipway', `#${id} log, ${body.length} bytes more`)
}

const partOf = (body: Buffer, names: readonly string[]): string => {
  const json = jsonOf(body)
  const found = names.flatMap((name) =>
    json[name] === undefined || json[name] === '' ? [] : [`${name}: ${JSON.stringify(json[name])}`],
  )
  return found.length > 0 ? ` { ${found.join(', ')} }` : ''
}

function jsonOf(body: Buffer): Record<string, unknown> {
  try {
    const json: unknown = JSON.parse(body.toString())
    return typeof json === 'object' && json !== null ? (json as Record<string, unknown>) : {}
  } catch {
    // Not every answer is JSON.
    return {}
  }
}

const shortPath = (path: string) => path.replace('/api/v3', '').replace('/repos/octo/site', '…')
const requestNames = [
  'ref',
  'environment',
  'task',
  'payload',
  'name',
  'title',
  'read_only',
  'events',
]

const requestLine = ({ method, path, body }: Exchange) =>
  `${method} ${shortPath(path)}${partOf(body, requestNames)}`

const answerLine = ({ status, answer }: Exchange) => `${status}${partOf(answer, ['id', 'message'])}`

const hookLine = ({ headers, body }: Exchange) => {
  const json = jsonOf(body)
  const deployment = json['deployment'] as { id?: number } | undefined
  const what = deployment ? ` #${deployment.id}` : ''
  const signature = String(headers['x-hub-signature-256']).slice(0, 17)
  return `${headers['x-github-event']}${what}, ${body.length} bytes, ${signature}…`
}
