import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Octokit } from '@octokit/rest'
import { onTestFinished } from 'vitest'
import { createUser, findAccount } from '../../src/accounts/accounts.ts'
import { createToken } from '../../src/auth/tokens.ts'
import { readConfig } from '../../src/config.ts'
import { silentLog } from '../../src/lib/log.ts'
import { findRepositoryById } from '../../src/repositories/repositories.ts'
import { startServer as start } from '../../src/server/server.ts'
import { columns, query } from '../../src/store/query.ts'
import { type EngineName, emptyDatabase, temporaryFolder } from './engines.ts'

type Options = {
  readonly engine?: EngineName
  readonly settings?: Readonly<Record<string, string>>
}

export type TestServer = Awaited<ReturnType<typeof startServer>>

/** A whole server on a free port of loopback, with a folder and a database of its own; it ends with the test. */
export async function startServer({ engine = 'sqlite', settings = {} }: Options = {}) {
  const data = temporaryFolder()
  const database = engine === 'postgres' ? { database_url: await emptyDatabase(engine) } : {}
  const flags = { data, port: '0', ssh_port: '0', ...database, ...settings }
  const server = await start(readConfig(flags, {}).config, silentLog)
  onTestFinished(() => server[Symbol.asyncDispose]())
  const stop = () => server[Symbol.asyncDispose]()
  return { ...withTools(server, settings['data'] ?? data), stop }
}

function withTools({ app, url }: Awaited<ReturnType<typeof start>>, data: string) {
  const apiUrl = `${url}/api/v3`

  const user = (login: string, { admin = false } = {}) =>
    createUser(app, { login, site_admin: admin, password_hash: null })

  async function token(login: string, scopes: readonly string[]): Promise<string> {
    const account = await findAccount(app.store.read, login)
    const request = { scopes, note: 'test', expires_at: null }
    return (await createToken(app, account, request)).token.reveal()
  }

  async function octokit(login: string, scopes: readonly string[] = ['repo']): Promise<Octokit> {
    const auth = await token(login, scopes)
    return new Octokit({ baseUrl: apiUrl, auth, log: quiet })
  }

  /** A row and an empty bare repository, as a first push would find them. */
  async function repository(owner: string, name: string, { private: isPrivate = false } = {}) {
    const account = await findAccount(app.store.read, owner)
    const now = app.now().toISOString()
    const row = await app.store.transaction((tx) =>
      tx.first(insertRepository, {
        owner_id: account.id,
        name,
        name_key: name.toLowerCase(),
        private: isPrivate ? 1 : 0,
        now,
      }),
    )
    if (!row) throw new Error('The new repository was not returned')
    await app.git.create(row.id)
    return await findRepositoryById(app.store.read, row.id)
  }

  const commit = committer(app, data)
  return { app, url, apiUrl, data, user, token, octokit, repository, commit }
}

type NewRepository = {
  owner_id: number
  name: string
  name_key: string
  private: 0 | 1
  now: string
}

const insertRepository = query((db, p: NewRepository) =>
  db
    .insertInto('repositories')
    .values({
      ...columns(p, ['owner_id', 'name', 'name_key', 'private']),
      default_branch: 'main',
      archived: 0,
      created_at: p.now,
      updated_at: p.now,
    })
    .returning('id'),
)

/** Octokit warns of deprecated routes; tests use them on purpose. */
const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

type Commit = {
  readonly branch?: string
  readonly files: Readonly<Record<string, string>>
  readonly message?: string
}

function committer(app: TestApp, data: string) {
  /** Adds a commit to a branch of the bare repository by real git, behind the server's back; gives its sha. */
  return async (
    repository: { readonly id: number },
    { branch = 'main', files, message = 'A commit' }: Commit,
  ): Promise<string> => {
    const bare = app.git.path(repository.id)
    const work = join(data, `work-${repository.id}`)
    const git = (...args: string[]) =>
      execFileSync('git', args, { cwd: work, env: identity, stdio: ['ignore', 'pipe', 'pipe'] })
        .toString()
        .trim()
    mkdirSync(work, { recursive: true })
    git('init', '-q', '-b', 'unborn')
    git('fetch', '-q', bare, '+refs/heads/*:refs/remotes/origin/*')
    const isKnown = git('branch', '-r', '--list', `origin/${branch}`) !== ''
    if (isKnown) git('checkout', '-q', '-f', '-B', branch, `refs/remotes/origin/${branch}`)
    else git('checkout', '-q', '-f', '-B', branch)
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(work, path)), { recursive: true })
      writeFileSync(join(work, path), content)
    }
    git('add', '-A')
    git('commit', '-q', '--allow-empty', '-m', message)
    git('push', '-q', '-f', bare, `${branch}:refs/heads/${branch}`)
    return git('rev-parse', 'HEAD')
  }
}

type TestApp = Awaited<ReturnType<typeof start>>['app']

const identity = {
  ...process.env,
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'Octo',
  GIT_AUTHOR_EMAIL: 'octo@example.com',
  GIT_COMMITTER_NAME: 'Octo',
  GIT_COMMITTER_EMAIL: 'octo@example.com',
}
