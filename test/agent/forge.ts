import { createHash, createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'

export type PostedStatus = {
  readonly id: number
  readonly state: string
  readonly description: string
  readonly log_url: string
  readonly environment_url: string
  readonly auto_inactive: boolean
}

export type MadeDeployment = {
  readonly id: number
  readonly sha: string
  readonly ref: string
  readonly task: string
  readonly environment: string
  readonly description: string
  readonly payload: unknown
  readonly creator: { readonly login: string }
  readonly created_at: string
  updated_at: string
  readonly production_environment: boolean
  readonly transient_environment: boolean
}

/** `down`: hangs up at once. `lossy`: does what a POST asks for, then hangs up. */
type Weather = 'fine' | 'down' | 'lossy'

/**
 * The deployments of one repository `octo/docs`, as a forge speaks of them over real
 * sockets: only the four paths an agent needs, each as GitHub's documentation has it.
 */
export class Forge {
  readonly deployments = new Map<number, MadeDeployment>()
  readonly requests: string[] = []
  weather: Weather = 'fine'
  readonly #statuses = new Map<number, PostedStatus[]>()
  readonly #server = createServer((request, response) => this.#answer(request, response))
  #lastId = 40
  #lastStatusId = 1000

  async listen(): Promise<this> {
    await new Promise<void>((listening) => this.#server.listen(0, '127.0.0.1', listening))
    return this
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    this.#server.closeAllConnections()
    await closed
  }

  get apiUrl(): string {
    const address = this.#server.address()
    return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/api/v3`
  }

  create(given: Partial<MadeDeployment> = {}): MadeDeployment {
    this.#lastId += 1
    const now = new Date().toISOString()
    const environment = given.environment ?? 'production'
    const deployment = {
      id: this.#lastId,
      sha: createHash('sha1').update(String(this.#lastId)).digest('hex'),
      ref: 'main',
      task: 'deploy',
      environment,
      description: '',
      payload: {},
      creator: { login: 'octocat' },
      created_at: now,
      updated_at: now,
      production_environment: environment === 'production',
      transient_environment: false,
      ...given,
    }
    this.deployments.set(deployment.id, deployment)
    return deployment
  }

  post(id: number, given: Partial<PostedStatus> & { state: string }): PostedStatus {
    this.#lastStatusId += 1
    const unset = { description: '', log_url: '', environment_url: '', auto_inactive: true }
    const status = { ...unset, ...given, id: this.#lastStatusId }
    this.#statuses.set(id, [status, ...(this.#statuses.get(id) ?? [])])
    const deployment = this.deployments.get(id)
    if (deployment) deployment.updated_at = new Date().toISOString()
    return status
  }

  /** Oldest first, as they came. */
  statusesOf({ id }: { readonly id: number }): readonly PostedStatus[] {
    return (this.#statuses.get(id) ?? []).toReversed()
  }

  statesOf = (deployment: { readonly id: number }) =>
    this.statusesOf(deployment).map(({ state }) => state)

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '', 'http://localhost')
    this.requests.push(`${request.method} ${url.pathname}`)
    if (this.weather === 'down') return void request.socket.destroy()
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const [status, body] = this.#resultOf(
        request.method ?? '',
        url,
        Buffer.concat(chunks).toString(),
      )
      if (this.weather === 'lossy' && request.method === 'POST') {
        request.socket.destroy()
        return
      }
      const text = JSON.stringify(body)
      const etag = `"${createHash('sha1').update(text).digest('hex')}"`
      const isSame = request.headers['if-none-match'] === etag
      response.writeHead(isSame ? 304 : status, { 'content-type': 'application/json', etag })
      response.end(isSame ? '' : text)
    })
  }

  #resultOf(method: string, url: URL, body: string): [status: number, body: unknown] {
    if (!url.pathname.startsWith('/api/v3/')) return [404, { message: 'Not Found' }]
    const [, id, part] =
      /^\/api\/v3\/repos\/octo\/docs\/deployments(?:\/(\d+)(\/statuses)?)?$/.exec(url.pathname) ??
      []
    if (id === undefined) return [200, this.#list(url.searchParams.get('environment'))]
    const deployment = this.deployments.get(Number(id))
    if (deployment === undefined) return [404, { message: 'Not Found' }]
    if (part === undefined) return [200, deployment]
    if (method === 'POST' && body.includes('https://refused.'))
      return [422, { message: 'Validation Failed' }]
    if (method === 'POST') return [201, this.post(deployment.id, JSON.parse(body))]
    return [200, this.#statuses.get(deployment.id) ?? []]
  }

  #list(environment: string | null): MadeDeployment[] {
    const all = [...this.deployments.values()].toReversed()
    return all.filter((one) => environment === null || one.environment === environment)
  }
}

export const signatureOf = (body: string, secret: string) =>
  `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`

export const eventOf = (deployment: MadeDeployment, status?: PostedStatus) =>
  JSON.stringify({
    action: 'created',
    deployment,
    ...(status && { deployment_status: status }),
    repository: { full_name: 'octo/docs' },
  })
