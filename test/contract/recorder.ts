import { Client } from 'undici'
import { expect, onTestFinished } from 'vitest'
import type { Route } from '../../src/auth/route.ts'
import { routes } from '../../src/routes.ts'
import { faultsOf, refusalFaultsOf } from '../support/openapi.ts'
import type { TestServer } from '../support/server.ts'
import { type Granted, headerFaultsOf, valueFaultsOf } from './answer-faults.ts'
import { describedAs, relaxationFor } from './known-gaps.ts'
import { routeFor } from './routing.ts'

/** What tests read of an answer; the rest of it is for the schemas. */
type Body = { readonly id: number; readonly sha: string; readonly url?: string } & PublicKey & {
    readonly app?: { readonly id: number }
  }
type PublicKey = { readonly key: string; readonly key_id: string }

export type Answer = {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
  readonly json: Body
}

export type Request = {
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

type Holder = { readonly token: string; readonly scopes: readonly string[] | 'permissions' }

/** Asks `GET /user` and takes this status for granted. */
export type Ask = (asked: string, status: number, request?: Request) => Promise<Answer>

export type Recorder = ReturnType<typeof record>

/**
 * A client that holds every answer to GitHub's description and to the standard
 * headers, and remembers which routes have answered well.
 */
export function record(server: TestServer) {
  const { origin } = new URL(server.apiUrl)
  const client = new Client(origin)
  onTestFinished(() => client.close())
  const answered = new Set<Route>()

  /** `apiUrl` is where paths begin; an address is asked for as it is. */
  async function send(apiUrl: string, asked: string, request: Request): Promise<Answer> {
    const [method = 'GET', path = '/'] = asked.split(' ')
    const { statusCode, headers, body } = await client.request({
      method,
      path: (path.startsWith('http') ? path : `${apiUrl}${path}`).slice(origin.length),
      headers: { 'user-agent': 'test', ...request.headers },
      body: request.body === undefined ? null : JSON.stringify(request.body),
    })
    const text = await body.text()
    const isJson = `${headers['content-type']}`.startsWith('application/json')
    return { status: statusCode, headers, text, json: isJson && text ? JSON.parse(text) : {} }
  }

  /** The client of whoever holds this token (without one, of nobody) and was given this address. */
  function as(apiUrl: string, who?: Holder): Ask {
    const identity: Record<string, string> = who ? { authorization: `Bearer ${who.token}` } : {}
    return async (asked, status, request = {}) => {
      const headers = { ...identity, ...request.headers }
      const answer = await send(apiUrl, asked, { ...request, headers })
      expect
        .soft([asked, status, excerpt(answer)])
        .toEqual([asked, answer.status, expect.anything()])
      const [method = 'GET', path = '/'] = asked.split(' ')
      const route = routeFor(method, pathBelow(path, apiUrl))
      if (status < 400) answered.add(route)
      const faults = faultsIn(answer, { route, apiUrl, scopes: who?.scopes })
      expect.soft(faults, `${asked} → ${status}`).toEqual([])
      if (method === 'GET' && status < 400) await askAgain(apiUrl, asked, { answer, headers })
      if (status === 201) await follow(apiUrl, answer, headers)
      return answer
    }
  }

  type Known = { readonly answer: Answer; readonly headers: Record<string, string> }

  /** HEAD is GET without a body; who has the answer is told so; a slash too much leads nowhere (contract 8.1 and 8.5). */
  async function askAgain(apiUrl: string, asked: string, { answer, headers }: Known) {
    const { status } = answer
    const etag = answer.headers['etag']
    const head = await send(apiUrl, asked.replace('GET', 'HEAD'), { headers })
    expect
      .soft([asked, head.status, head.text, head.headers['etag']])
      .toEqual([asked, status, '', etag])
    if (status === 200 && !mayEndInSlash.test(asked)) {
      const beyond = await send(apiUrl, `${asked.replace(/\?.*/, '')}/`, { headers })
      expect.soft([`${asked}/`, beyond.status]).toEqual([`${asked}/`, 404])
    }
    if (typeof etag !== 'string') return
    const again = await send(apiUrl, asked, { headers: { ...headers, 'if-none-match': etag } })
    expect.soft([asked, again.status, again.text]).toEqual([asked, 304, ''])
  }

  /** Where `Location` says it is, there it is. */
  async function follow(
    apiUrl: string,
    { headers: { location } }: Answer,
    headers: Known['headers'],
  ) {
    if (location === undefined) return
    const found = await send(apiUrl, `GET ${location}`, { headers })
    expect.soft([location, found.status]).toEqual([location, 200])
  }

  const unanswered = () =>
    routes.filter((route) => !answered.has(route)).map(({ method, path }) => `${method} ${path}`)
  return { as, unanswered }
}

type Context = {
  readonly route: Route
  readonly apiUrl: string
  readonly scopes: Granted
}

const faultsIn = (answer: Answer, { route, apiUrl, scopes }: Context): string[] => [
  ...schemaFaultsOf(route, answer),
  ...headerFaultsOf(route, answer, scopes),
  ...(isGivenUrl.test(route.path) ? [] : valueFaultsOf(answer.json, apiUrl)),
]

/** Their `url` is where a hook sends to, or where a client's own page is. */
const isGivenUrl = /\/(hooks\/:hook_id|hook)\/(config|deliveries)|^\/applications\//
/** The root (contract 8.1), prefixes of refs, and the root directory, which go-github asks for so. */
const mayEndInSlash = /^GET (\/$|.*\/git\/matching-refs|.*\/contents$|.*\?)/

const excerpt = ({ status, text }: Answer) => (status < 400 ? 'fine' : text.slice(0, 300))

function pathBelow(path: string, apiUrl: string): string {
  const below = path.startsWith(apiUrl) ? path.slice(apiUrl.length) : path
  return below.replace(/\?.*$/, '')
}

function schemaFaultsOf(route: Route, { status, text, json }: Answer): string[] {
  const described = describedAs(route)
  if (!described) return []
  const path = described.path.replace(/:\w+|\*/g, 'x')
  const answered = { method: described.method, path, status, body: text === '' ? '' : json }
  const faults = status < 400 ? faultsOf(answered) : refusalFaultsOf(answered)
  return faults.filter((fault) => !relaxationFor(route, status, fault))
}
