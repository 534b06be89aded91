import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { openClient } from '../../src/client/client.ts'
import { ApiProblem } from '../../src/client/model.ts'
import { Secret } from '../../src/lib/secret.ts'

type Reply = (request: IncomingMessage, response: ServerResponse) => void
type Seen = { readonly line: string; readonly headers: IncomingMessage['headers'] }

const closers: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

/** A real socket that gives these answers, one after another; the last one again and again. */
async function serve(...replies: Reply[]) {
  const seen: Seen[] = []
  const server = createServer((request, response) => {
    seen.push({ line: `${request.method} ${request.url}`, headers: request.headers })
    const reply = replies[Math.min(seen.length, replies.length) - 1]
    reply?.(request, response)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const client = openClient({
    apiUrl: `http://127.0.0.1:${port}/api/v3/`,
    token: new Secret('slp_hidden'),
    userAgent: 'slipway-test',
  })
  closers.push(async () => {
    await client[Symbol.asyncDispose]()
    server.closeAllConnections()
    server.close()
  })
  return { client, seen, port }
}

const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Reply =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(JSON.stringify(body))
  }

const breakOff: Reply = (_request, response) => response.socket?.destroy()

async function problemOf(call: Promise<unknown>): Promise<ApiProblem> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (error instanceof ApiProblem) return error
  throw new Error(`expected an ApiProblem, got ${String(error)}`)
}

async function allOf<T>(list: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = []
  for await (const item of list) items.push(item)
  return items
}

describe('a request', () => {
  it('says who asks, with what token and for which version', async () => {
    const { client, seen } = await serve(json(200, { id: 7 }))
    await client.getDeployment('octo/docs', 7)
    expect(seen[0]?.line).toBe('GET /api/v3/repos/octo/docs/deployments/7')
    expect(seen[0]?.headers).toMatchObject({
      accept: 'application/vnd.github+json',
      authorization: 'Bearer slp_hidden',
      'user-agent': 'slipway-test',
      'x-github-api-version': '2022-11-28',
    })
  })

  it('is read again after a broken connection and after 503', async () => {
    const { client, seen } = await serve(breakOff, json(503, {}), json(200, { id: 7 }))
    expect(await client.getDeployment('octo/docs', 7)).toMatchObject({ id: 7 })
    expect(seen.length).toBe(3)
  })

  it('is written only once when the connection breaks', async () => {
    const { client, seen } = await serve(breakOff)
    const problem = await problemOf(client.createStatus('octo/docs', 7, { state: 'success' }))
    expect(problem).toMatchObject({ kind: 'unreachable', status: 0, isPassing: true })
    expect(seen.length).toBe(1)
  })

  it('names the server that is not there', async () => {
    const apiUrl = 'http://127.0.0.1:1'
    await using client = openClient({ apiUrl, userAgent: 'slipway-test' })
    const problem = await problemOf(client.request({ method: 'POST', path: '/x' }))
    expect(problem.message).toBe('Could not reach 127.0.0.1:1: connection refused (POST /x)')
  })

  it('ends when its client is told to stop', async () => {
    const { port } = await serve(() => undefined)
    const stop = new AbortController()
    const apiUrl = `http://127.0.0.1:${port}`
    await using client = openClient({ apiUrl, userAgent: 'slipway-test', signal: stop.signal })
    const asked = problemOf(client.getRepository('octo/docs'))
    stop.abort()
    expect((await asked).kind).toBe('cancelled')
  })

  it('never shows the token in a problem', async () => {
    const { client } = await serve(json(401, { message: 'Bad credentials' }))
    const problem = await problemOf(client.getRepository('octo/docs'))
    expect(problem.message).toContain('check that it is whole')
    expect(JSON.stringify(problem) + problem.stack).not.toContain('slp_hidden')
  })

  it('gives up on an answer that does not end', async () => {
    const megabyte = Buffer.alloc(1024 * 1024, 'x')
    const { client } = await serve((_request, response) => {
      const flood = () => {
        while (!response.destroyed && response.write(megabyte));
      }
      response.on('drain', flood)
      flood()
    })
    expect((await problemOf(client.getRepository('octo/docs'))).kind).toBe('unreadable')
  })

  it('says so when the server does not speak the API', async () => {
    const { client } = await serve((_request, response) => response.end('<html>'))
    const problem = await problemOf(client.getRepository('octo/docs'))
    expect(problem.message).toContain("is the API's URL right?")
  })
})

describe('a list', () => {
  it('follows next to its end and stays on its server', async () => {
    const link = { link: '<http://evil.test/api/v3/repositories/1/deployments?page=2>; rel="next"' }
    const { client, seen } = await serve(json(200, [{ id: 2 }], link), json(200, [{ id: 1 }]))
    const found = await allOf(client.listDeployments('octo/docs', { environment: 'a b' }))
    expect(found.map(({ id }) => id)).toEqual([2, 1])
    expect(seen.map(({ line }) => line)).toEqual([
      'GET /api/v3/repos/octo/docs/deployments?per_page=100&environment=a+b',
      'GET /api/v3/repos/octo/docs/deployments?page=2',
    ])
  })

  it('is read only as far as it is asked for', async () => {
    const link = { link: '<http://x/?page=2>; rel="next"' }
    const { client, seen } = await serve(json(200, [{ id: 9, state: 'success' }], link))
    for await (const status of client.listStatuses('octo/docs', 7)) {
      expect(status.state).toBe('success')
      break
    }
    expect(seen.length).toBe(1)
  })

  it('is unwrapped when it comes in an object', async () => {
    const wrapped = { total_count: 1, environments: [{ name: 'production' }] }
    const { client } = await serve(json(200, wrapped))
    const found = await allOf(client.listEnvironments('octo/docs'))
    expect(found.map(({ name }) => name)).toEqual(['production'])
  })

  it('is not sent again while it has not changed', async () => {
    const { client, seen } = await serve(json(200, [{ id: 1 }], { etag: '"v1"' }), (_, response) =>
      response.writeHead(304).end(),
    )
    const first = await client.pollDeployments('octo/docs')
    expect(first).toMatchObject({ kind: 'changed', etag: '"v1"' })
    expect(await client.pollDeployments('octo/docs', '"v1"')).toEqual({ kind: 'unchanged' })
    expect(seen[1]?.headers['if-none-match']).toBe('"v1"')
  })
})

describe('creating a deployment', () => {
  const create = async (...replies: Reply[]) => {
    const { client } = await serve(...replies)
    return client.createDeployment('octo/docs', { ref: 'main' })
  }

  it('gives the deployment', async () => {
    expect(await create(json(201, { id: 7 }))).toMatchObject({
      kind: 'created',
      deployment: { id: 7 },
    })
  })

  it('tells a merge from a deployment', async () => {
    const message = 'Auto-merged main into topic on deployment.'
    expect(await create(json(202, { message }))).toEqual({ kind: 'merged', message })
  })

  it('tells a merge conflict from contexts that failed', async () => {
    const message = 'Conflict merging main into topic.'
    expect(await create(json(409, { message }))).toEqual({ kind: 'merge_conflict', message })
    const contexts = [{ context: 'ci', state: 'pending' }]
    const errors = [{ contexts, field: 'required_contexts', code: 'invalid' }]
    expect(
      await create(json(409, { message: 'Conflict: Commit status checks failed.', errors })),
    ).toMatchObject({ kind: 'contexts_failed', contexts })
  })
})
