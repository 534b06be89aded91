import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { request } from 'undici'
import { expect } from 'vitest'
import { emptyDatabase, temporaryFolder } from '../support/engines.ts'
import { run, type Serving, serve } from '../support/program.ts'

export type Answered<T> = { readonly status: number; readonly json: T }
export type Cluster = Awaited<ReturnType<typeof openCluster>>

/** Servers on one database and one folder of repositories, each with a data folder of its own; user octo and a token. */
export async function openCluster() {
  const env = { DATABASE_URL: await emptyDatabase('postgres') }
  const repositories = temporaryFolder()
  const folders = [temporaryFolder(), temporaryFolder()] as const
  const [first, second] = folders
  await run(['user', 'create', 'octo', '--data', first], { env })
  const given = ['--user', 'octo', '--scopes', 'repo', '--data', first]
  const token = (await run(['token', 'create', ...given], { env })).stdout.trim()
  copyFileSync(join(first, 'secret.key'), join(second, 'secret.key'))
  const shared = ['--repositories', repositories, '--webhook-allow', '127.0.0.0/8']
  const args = [...shared, '--log-level', 'error']
  return {
    env,
    token,
    repositories,
    folders,
    start: (nth: 0 | 1) => serve(folders[nth], { args, env }),
    /** Both at once. */
    startBoth: () => Promise.all(folders.map((folder) => serve(folder, { args, env }))) as Two,
    gitUrl: ({ url }: Serving) => `${url.replace('://', `://octo:${token}@`)}/octo/hello.git`,
    async ask<T>(server: Serving, path: string, body?: object): Promise<Answered<T>> {
      const answer = await request(server.apiUrl + path, {
        method: body ? 'POST' : 'GET',
        // A kept connection may be closed just as it is used again.
        reset: true,
        headers: { authorization: `token ${token}`, 'user-agent': 'test' },
        ...(body ? { body: JSON.stringify(body) } : {}),
      })
      return { status: answer.statusCode, json: (await answer.body.json()) as T }
    },
    async post(server: Serving, path: string, body: object): Promise<{ id: number }> {
      const { status, json } = await this.ask<{ id: number }>(server, path, body)
      expect({ path, status, json }).toMatchObject({ status: 201 })
      return json
    },
  }
}

type Two = Promise<[Serving, Serving]>
