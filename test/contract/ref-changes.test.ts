import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { noSha } from '../../src/git/model.ts'
import { payloadsOf } from '../support/events.ts'
import { faultsOf } from '../support/openapi.ts'
import { refusalOf } from '../support/refusal.ts'
import { startServer } from '../support/server.ts'

/** https://docs.github.com/rest/git/refs and https://docs.github.com/rest/branches/branches#merge-a-branch */

const at = { owner: 'octo', repo: 'hello' }

/** `main` with two commits, `side` from the first with one of its own, `clash` in conflict with `main`. */
async function open() {
  const server = await startServer()
  await server.user('octo')
  const repository = await server.repository('octo', 'hello', { private: true })
  const first = await server.commit(repository, { files: { a: '1' } })
  const side = await server.commit(repository, { branch: 'side', files: { b: '1' } })
  const bare = server.app.git.path(repository.id)
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: bare, env: { ...process.env, ...person } })
      .toString()
      .trim()
  const work = { branch: 'clash', files: { a: '2' } }
  git('update-ref', 'refs/heads/clash', first)
  await server.commit(repository, work)
  const second = await server.commit(repository, { branch: 'main', files: { a: '3' } })
  const events = (name: string) => payloadsOf(server.app, repository.id, name)
  return { server, first, second, side, git, events, octokit: await server.octokit('octo') }
}

const person = { GIT_COMMITTER_NAME: 'Octo', GIT_COMMITTER_EMAIL: 'octo@example.com' }

const refused = (message: string, status = 422) => ({ status, body: { message } })

describe('a ref', () => {
  it('is created, and told of as a push is', async () => {
    const { octokit, first, git, events } = await open()
    const made = await octokit.git.createRef({ ...at, ref: 'refs/heads/new/a', sha: first })
    const { status, data } = made
    const path = '/repos/octo/hello/git/refs'
    expect(faultsOf({ method: 'POST', path, status, body: data })).toEqual([])
    expect(made.headers.location).toBe(data.url)
    expect(git('rev-parse', 'new/a')).toBe(first)
    expect(await events('create')).toMatchObject([{ ref: 'new/a', ref_type: 'branch' }])
    expect(await events('push')).toMatchObject([
      { ref: 'refs/heads/new/a', before: noSha, after: first, created: true },
    ])
    const tag = await octokit.git.createRef({ ...at, ref: 'refs/tags/v1', sha: first })
    expect(tag.data.object).toMatchObject({ sha: first, type: 'commit' })
  })

  it('is not created where its name, its object or another ref is against it', async () => {
    const { octokit, first, git } = await open()
    const create = (ref: string, sha = first) =>
      refusalOf(octokit.git.createRef({ ...at, ref, sha }))
    const tree = git('rev-parse', 'main^{tree}')
    expect(await create('refs/heads/main')).toMatchObject(refused('Reference already exists'))
    expect(await create('refs/heads/x', 'f'.repeat(40))).toMatchObject(
      refused('Object does not exist'),
    )
    for (const ref of ['main', 'refs/x', 'refs/notes/x', 'refs/heads/a..b', 'refs/heads/refs/x']) {
      const { status, body } = await create(ref)
      expect([status, body]).toMatchObject([422, { message: expect.stringContaining(ref) }])
    }
    const { body } = await create('refs/heads/x', tree)
    expect(body).toMatchObject({ message: expect.stringContaining('is a tree') })
    expect((await create('refs/heads/main/x')).status).toBe(422)
    expect(await create('refs/heads/x', 'main')).toMatchObject(refused('Validation Failed'))
    expect(git('for-each-ref', '--format=%(refname)')).not.toContain('/x')
  })

  it('moves on, and back only by force', async () => {
    const { octokit, first, second, side, git, events } = await open()
    const move = (sha: string, force?: boolean) =>
      octokit.git.updateRef({ ...at, ref: 'heads/main', sha, ...(force && { force }) })
    for (const sha of [first, side]) {
      expect(await refusalOf(move(sha))).toMatchObject(refused('Update is not a fast forward'))
    }
    expect((await move(first, true)).data.object.sha).toBe(first)
    expect((await move(first)).data.object.sha).toBe(first)
    expect((await move(second)).data.object.sha).toBe(second)
    expect(git('rev-parse', 'main')).toBe(second)
    expect(await events('push')).toMatchObject([
      { before: second, after: first, forced: true },
      { before: first, after: second, forced: false },
    ])
    const gone = octokit.git.updateRef({ ...at, ref: 'heads/gone', sha: first })
    expect(await refusalOf(gone)).toMatchObject(refused('Reference does not exist'))
  })

  it('is deleted, unless it is the default branch', async () => {
    const { octokit, side, git, events } = await open()
    const remove = (ref: string) => octokit.git.deleteRef({ ...at, ref })
    expect((await remove('heads/side')).status).toBe(204)
    expect(git('branch', '--list', 'side')).toBe('')
    expect(await events('delete')).toMatchObject([{ ref: 'side', ref_type: 'branch' }])
    expect(await events('push')).toMatchObject([{ before: side, after: noSha, deleted: true }])
    expect(await refusalOf(remove('heads/side'))).toMatchObject(refused('Reference does not exist'))
    expect((await refusalOf(remove('heads/main'))).status).toBe(422)
    expect((await refusalOf(remove('heads/../HEAD'))).status).toBeGreaterThanOrEqual(404)
  })

  it('stays as it was when its change cannot be recorded', async () => {
    const { server, octokit, first, side, git } = await open()
    // What any write to the store does when the disk is full.
    const { transaction } = server.app.store
    Object.assign(server.app.store, { transaction: () => Promise.reject(new Error('disk full')) })
    const made = octokit.git.createRef({ ...at, ref: 'refs/heads/new', sha: first })
    expect((await refusalOf(made)).status).toBe(500)
    expect((await refusalOf(octokit.git.deleteRef({ ...at, ref: 'heads/side' }))).status).toBe(500)
    Object.assign(server.app.store, { transaction })
    expect(git('branch', '--list', 'new')).toBe('')
    expect(git('rev-parse', 'side')).toBe(side)
  })
})

describe('a merge', () => {
  it('makes a merge commit by whoever asked, and is told of as a push is', async () => {
    const { octokit, second, side, events } = await open()
    const merged = await octokit.repos.merge({ ...at, base: 'main', head: 'side' })
    expect(merged.status).toBe(201)
    expect(merged.data).toMatchObject({
      commit: { message: 'Merge side into main' },
      author: { login: 'octo' },
      parents: [{ sha: second }, { sha: side }],
    })
    const { status, data } = merged
    const path = '/repos/octo/hello/merges'
    expect(faultsOf({ method: 'POST', path, status, body: data })).toEqual([])
    expect(await events('push')).toMatchObject([
      { ref: 'refs/heads/main', before: second, after: data.sha, pusher: { name: 'octo' } },
    ])
    const again = await octokit.repos.merge({ ...at, base: 'main', head: side })
    expect(again.status).toBe(204)
    expect(await events('push')).toHaveLength(1)
  })

  it('takes its message, and any commit for a head', async () => {
    const { octokit, side } = await open()
    const message = { commit_message: 'Bring it home' }
    const merged = await octokit.repos.merge({ ...at, base: 'main', head: side, ...message })
    expect(merged.data.commit.message).toBe('Bring it home')
  })

  it('is refused where there is a conflict, or nothing of that name', async () => {
    const { octokit, second, git } = await open()
    const merge = (base: string, head: string) =>
      refusalOf(octokit.repos.merge({ ...at, base, head }))
    expect(await merge('main', 'clash')).toMatchObject(refused('Merge conflict', 409))
    expect(await merge('gone', 'side')).toMatchObject(refused('Base does not exist', 404))
    expect(await merge('main', 'gone')).toMatchObject(refused('Head does not exist', 404))
    expect(git('rev-parse', 'main')).toBe(second)
  })
})

it('a commit is made out of objects that git finds whole, by whoever the client says', async () => {
  const { octokit, second, git, events } = await open()
  const content = Buffer.from([0, 255, 10]).toString('base64')
  const blob = (await octokit.git.createBlob({ ...at, content, encoding: 'base64' })).data
  const file = (path: string) => ({ path, mode: '100644', type: 'blob' }) as const
  const nested = [
    { ...file('deep/er/raw'), sha: blob.sha },
    { ...file('deep/ü'), content: 'ü' },
  ]
  const sub = (await octokit.git.createTree({ ...at, tree: nested })).data
  const replaced = { path: 'lib', mode: '040000', type: 'tree', sha: sub.sha } as const
  const tree = [{ ...file('a'), sha: null }, replaced, { ...file('b'), content: 'two' }]
  const { data: whole } = await octokit.git.createTree({ ...at, base_tree: second, tree })
  expect(whole.tree.map(({ path }) => path)).toEqual(['b', 'lib'])
  const author = { name: 'Mona', email: 'mona@example.com', date: '2026-01-02T03:04:05+02:00' }
  const commit = { message: 'Add lib\n\nAll of it', tree: whole.sha, parents: [second], author }
  const { data, headers } = await octokit.git.createCommit({ ...at, ...commit })
  expect(data).toMatchObject({
    ...commit,
    tree: { sha: whole.sha },
    parents: [{ sha: second }],
    author: { name: 'Mona', date: '2026-01-02T01:04:05Z' },
    committer: { name: 'Mona' },
  })
  expect(headers.location).toBe(data.url)
  expect(await events('push')).toEqual([])
  await octokit.git.createRef({ ...at, ref: 'refs/heads/made', sha: data.sha })
  expect(git('fsck', '--strict', '--no-dangling')).toBe('')
  expect(git('ls-tree', '-r', '--name-only', '-z', 'made').split('\0')).toEqual([
    'b',
    'lib/deep/er/raw',
    'lib/deep/ü',
    '',
  ])
  expect(git('log', '-1', '--format=%an %ad %cn|%B', '--date=iso', 'made')).toBe(
    'Mona 2026-01-02 03:04:05 +0200 Mona|Add lib\n\nAll of it',
  )
})

it('branches whose head a commit is are listed', async () => {
  const { octokit, first, side } = await open()
  const list = (commit_sha: string) =>
    octokit.repos.listBranchesForHeadCommit({ ...at, commit_sha })
  const { status, data } = await list(side)
  expect(data).toMatchObject([{ name: 'side', commit: { sha: side }, protected: false }])
  const path = '/repos/octo/hello/commits/x/branches-where-head'
  expect(faultsOf({ method: 'GET', path, status, body: data })).toEqual([])
  expect((await list(first)).data).toEqual([])
  const message = 'No commit found for SHA: gone'
  expect(await refusalOf(list('gone'))).toMatchObject(refused(message))
})
