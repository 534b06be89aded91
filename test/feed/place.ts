import { request } from 'undici'
import type { EngineName } from '../support/engines.ts'
import { startServer } from '../support/server.ts'

export type Page = {
  readonly events: {
    readonly id: number
    readonly guid: string
    readonly event: string
    readonly repository_id: number
    readonly sequence: string | null
    readonly payload: { readonly [member: string]: unknown }
  }[]
  readonly cursor: string
  readonly has_more: boolean
}

/** `octo/hello`, private, with a commit; and questions to our own API. */
export async function openFeed(engine: EngineName = 'sqlite') {
  const server = await startServer({ engine, settings: { webhook_allow: '127.0.0.0/8' } })
  await server.user('octo')
  const repository = await server.repository('octo', 'hello', { private: true })
  const sha = await server.commit(repository, { files: { 'a.txt': 'a' } })
  const octokit = await server.octokit('octo')
  const own = `${server.url}/api/slipway/v1`
  const tokens = { octo: await server.token('octo', ['repo']) }

  async function ask(path: string, options: Options = {}) {
    const { method = 'GET', token = tokens.octo, body, headers } = options
    const answer = await request(own + path, {
      method,
      headers: { authorization: `Bearer ${token}`, 'user-agent': 'test', ...headers },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    return { status: answer.statusCode, text: await answer.body.text() }
  }
  async function read(path: string, options?: Options): Promise<Page> {
    return JSON.parse((await ask(path, options)).text)
  }
  const deploy = async (changes: object = {}) => {
    const plain = { owner: 'octo', repo: 'hello', ref: sha, required_contexts: [] }
    const { data } = await octokit.repos.createDeployment({ ...plain, ...changes })
    if (!('id' in data)) throw new Error(data.message)
    return data
  }
  return { server, repository, octokit, own, tokens, ask, read, deploy }
}

type Options = {
  readonly method?: 'GET' | 'PATCH' | 'POST'
  readonly token?: string
  readonly body?: object
  readonly headers?: Readonly<Record<string, string>>
}

export const at = { owner: 'octo', repo: 'hello' }
export const events = '/repos/octo/hello/events'
export const kinds = ({ events }: Page) => events.map(({ event }) => event)
