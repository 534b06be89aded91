import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { query } from '../../src/store/query.ts'
import { engines } from '../support/engines.ts'
import { startServer } from '../support/server.ts'

/** Bodies that are kept (`src/http/kept.ts`) and commits that are remembered (`src/git/known.ts`). */

const docs = '/repos/octo/docs'
const addresses = [
  '/branches',
  '/branches/main',
  '/commits',
  '/commits/main',
  '/git/ref/heads/main',
]

const setEmail = query((db, p: { login: string; email: string }) =>
  db.updateTable('accounts').set({ email: p.email }).where('login', '=', p.login),
)

/** Asks twice, for the second answer may be a kept one. */
async function open(engine: (typeof engines)[number]) {
  const server = await startServer({ engine })
  for (const login of ['octo', 'mona']) await server.user(login)
  const repository = await server.repository('octo', 'docs')
  const tokens = {
    octo: await server.token('octo', ['repo']),
    mona: await server.token('mona', []),
  }
  const ask = async (path: string, who: keyof typeof tokens) => {
    const headers = { authorization: `Bearer ${tokens[who]}`, 'user-agent': 'test' }
    const [, response] = [
      await fetch(server.apiUrl + path, { headers }),
      await fetch(server.apiUrl + path, { headers }),
    ]
    const etag = response.headers.get('etag')
    return { status: response.status, etag, text: await response.text() }
  }
  const textAt = async (path: string, who: keyof typeof tokens = 'octo') =>
    (await ask(path, who)).text
  return { server, repository, ask, textAt, octokit: await server.octokit('octo') }
}

it.each(engines)(
  'what is said of code changes with its refs, whoever moves them, on %s',
  async (engine) => {
    const { server, repository, ask } = await open(engine)
    const first = await server.commit(repository, { files: { 'a.txt': 'one' } })
    const paths = [...addresses.map((path) => docs + path), `${docs}/contents/a.txt`]
    const answers = async () => await Promise.all(paths.map((path) => ask(path, 'octo')))
    const before = await answers()
    const second = await server.commit(repository, { files: { 'a.txt': 'two' } })
    const after = await answers()
    for (const [n, path] of paths.entries()) {
      const sha = path.endsWith('a.txt') ? '' : second
      expect([path, after[n]?.text.includes(sha), after[n]?.etag === before[n]?.etag]).toEqual([
        path,
        true,
        false,
      ])
    }
    const git = (...args: string[]) =>
      execFileSync('git', args, { cwd: server.app.git.path(repository.id) })
    git('update-ref', 'refs/heads/main', first)
    expect((await answers()).map(({ text }) => text)).toEqual(before.map(({ text }) => text))
  },
)

it.each(engines)(
  'what is said of code changes with its people and its name, on %s',
  async (engine) => {
    const { server, repository, textAt, octokit } = await open(engine)
    const sha = await server.commit(repository, { files: { 'a.txt': 'one' } })
    const paths = ['/branches/main', '/commits', `/commits/${sha}`]
    for (const path of paths) expect(await textAt(docs + path)).toContain('"author":null')
    const email = { login: 'mona', email: 'octo@example.com' }
    await server.app.store.transaction((tx) => tx.all(setEmail, email))
    for (const path of paths) expect(await textAt(docs + path)).toContain('"login":"mona"')

    expect(await textAt(`${docs}/branches`)).toContain('"protected":false')
    await octokit.repos.updateBranchProtection({
      owner: 'octo',
      repo: 'docs',
      branch: 'main',
      required_status_checks: null,
      enforce_admins: null,
      required_pull_request_reviews: null,
      restrictions: null,
    })
    for (const path of ['/branches', '/branches/main']) {
      expect(await textAt(docs + path)).toContain('"protected":true')
    }

    const objects = [`/git/commits/${sha}`, `/git/trees/${sha}`, '/contents/a.txt', '/commits']
    for (const path of objects) expect(await textAt(docs + path)).toContain('/octo/docs/')
    await octokit.repos.update({ owner: 'octo', repo: 'docs', name: 'pages' })
    for (const path of objects) {
      expect(await textAt(`/repositories/${repository.id}${path}`)).toContain('/octo/pages/')
      expect(await textAt(`/repos/octo/pages${path}`)).toContain('/octo/pages/')
    }
  },
)

it.each(engines)('nobody sees what they may no longer see, on %s', async (engine) => {
  const { server, repository, ask, textAt, octokit } = await open(engine)
  const sha = await server.commit(repository, { files: { 'a.txt': 'one' } })
  const at = { owner: 'octo', repo: 'docs' }
  const paths = [...addresses, '/contents/a.txt', `/git/commits/${sha}`, `/git/trees/${sha}`]
  const statuses = async () =>
    new Set(await Promise.all(paths.map(async (path) => (await ask(docs + path, 'mona')).status)))
  expect(await statuses()).toEqual(new Set([200]))
  await octokit.repos.update({ ...at, private: true })
  expect(await statuses()).toEqual(new Set([404]))

  const hello = { ...at, repo: 'hello' }
  await server.repository('octo', 'hello')
  expect(await textAt('/user/repos', 'mona')).toBe('[]')
  await octokit.repos.addCollaborator({ ...hello, username: 'mona', permission: 'pull' })
  expect(await textAt('/user/repos', 'mona')).toContain('"push":false')
  expect(await textAt('/repos/octo/hello/collaborators')).toContain('"role_name":"read"')
  await octokit.repos.addCollaborator({ ...hello, username: 'mona', permission: 'push' })
  expect(await textAt('/user/repos', 'mona')).toContain('"push":true')
  expect(await textAt('/repos/octo/hello/collaborators')).toContain('"role_name":"write"')
  await octokit.repos.removeCollaborator({ ...hello, username: 'mona' })
  expect(await textAt('/user/repos', 'mona')).toBe('[]')
  expect(await textAt('/repos/octo/hello/collaborators')).not.toContain('"mona"')
  expect(JSON.parse(await textAt('/user'))).toMatchObject({ public_repos: 1 })
  await octokit.repos.update({ ...hello, private: true })
  expect(JSON.parse(await textAt('/user'))).toMatchObject({ public_repos: 0 })
})
