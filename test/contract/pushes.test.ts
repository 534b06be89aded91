import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { recordPush } from '../../src/commits/commits.ts'
import { noSha, type RefChange } from '../../src/git/model.ts'
import { findRepositoryById } from '../../src/repositories/repositories.ts'
import { columns, query } from '../../src/store/query.ts'
import type { DeployKeyRow } from '../../src/tables/repositories.ts'
import { type EngineName, engines } from '../support/engines.ts'
import { payloadsOf } from '../support/events.ts'
import { startServer } from '../support/server.ts'

/** https://docs.github.com/webhooks/webhook-events-and-payloads#push */

async function open(engine: EngineName = 'sqlite') {
  const server = await startServer({ engine })
  const octo = await server.user('octo')
  const repository = await server.repository('octo', 'hello')
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=Octo', '-c', 'user.email=octo@example.com', ...args], {
      cwd: server.app.git.path(repository.id),
    })
      .toString()
      .trim()
  const push = (...changes: RefChange[]) => recordPush(server.app, repository, octo, changes)
  const events = (name: string) => payloadsOf(server.app, repository.id, name)
  const now = () => findRepositoryById(server.app.store.read, repository.id)
  return { server, octo, repository, git, push, events, now }
}

const added = (ref: string, after: string): RefChange => ({ ref, before: noSha, after })

describe.each(engines)('the first push, on %s', (engine) => {
  it('makes its branch the default one, and tells of a new ref and its commits', async () => {
    const { server, repository, git, push, events, now } = await open(engine)
    const first = await server.commit(repository, { branch: 'trunk', files: { a: 'a' } })
    const sha = await server.commit(repository, {
      branch: 'trunk',
      files: { a: 'b', c: 'c' },
      message: 'Second\n\nwith a body',
    })
    await push(added('refs/heads/trunk', sha))

    const row = await now()
    expect(row).toMatchObject({ default_branch: 'trunk', pushed_at: expect.any(String) })
    expect(git('symbolic-ref', 'HEAD')).toBe('refs/heads/trunk')
    const web = `${server.url}/octo/hello`
    expect(await events('create')).toMatchObject([
      {
        ref: 'trunk',
        ref_type: 'branch',
        master_branch: 'trunk',
        description: null,
        pusher_type: 'user',
        ordering_key: 'ref:refs/heads/trunk',
        sequence: 1,
      },
    ])
    const pushedAt = Math.floor(Date.parse(row.pushed_at ?? '') / 1000)
    expect(await events('push')).toMatchObject([
      {
        ref: 'refs/heads/trunk',
        before: noSha,
        after: sha,
        created: true,
        deleted: false,
        forced: false,
        base_ref: null,
        compare: `${web}/compare/${first.slice(0, 12)}^...${sha.slice(0, 12)}`,
        commits: [
          { id: first, distinct: true, added: ['a'] },
          { id: sha, distinct: true, added: ['c'], modified: ['a'], removed: [] },
        ],
        head_commit: {
          id: sha,
          message: 'Second\n\nwith a body',
          url: `${web}/commit/${sha}`,
          timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$/),
          author: { name: 'Octo', email: 'octo@example.com' },
        },
        pusher: { name: 'octo', email: null },
        repository: {
          url: web,
          created_at: Math.floor(Date.parse(row.created_at) / 1000),
          pushed_at: pushedAt,
          master_branch: 'trunk',
          stargazers: 0,
          owner: { name: 'octo', email: null, login: 'octo' },
        },
        sequence: 2,
      },
    ])
  })
})

describe('a push', () => {
  it('of more branches to an empty repository rather makes main the default one', async () => {
    const { server, repository, push, now } = await open()
    await server.app.git.setDefaultBranch(repository.id, 'gone')
    const dev = await server.commit(repository, { branch: 'dev', files: { a: 'a' } })
    const main = await server.commit(repository, { branch: 'main', files: { b: 'b' } })
    await push(added('refs/heads/dev', dev), added('refs/heads/main', main))
    expect((await now()).default_branch).toBe('main')
    expect(await server.app.git.defaultBranch(repository.id)).toBe('main')
  })

  it('to another branch leaves the default one alone', async () => {
    const { server, repository, push, now } = await open()
    const main = await server.commit(repository, { files: { a: 'a' } })
    await push(added('refs/heads/main', main))
    const dev = await server.commit(repository, { branch: 'dev', files: { b: 'b' } })
    await push(added('refs/heads/dev', dev))
    expect((await now()).default_branch).toBe('main')
  })

  it('tells what came on top, what was forced, and where a branch began', async () => {
    const { server, repository, git, push, events } = await open()
    const one = await server.commit(repository, { files: { a: '1' } })
    const two = await server.commit(repository, { files: { a: '2' } })
    const ref = 'refs/heads/main'
    await push({ ref, before: one, after: two })
    git('update-ref', ref, one)
    await push({ ref, before: two, after: one })
    git('branch', 'fix/#1', 'main')
    await push(added('refs/heads/fix/#1', one))
    const web = `${server.url}/octo/hello`
    expect(await events('push')).toMatchObject([
      {
        compare: `${web}/compare/${one.slice(0, 12)}...${two.slice(0, 12)}`,
        commits: [{ id: two }],
        created: false,
        forced: false,
        base_ref: null,
      },
      { commits: [], forced: true, head_commit: { id: one } },
      { commits: [], base_ref: ref, compare: `${web}/compare/fix/%231`, created: true },
    ])
    expect(await events('create')).toMatchObject([{ ref: 'fix/#1' }])
  })

  it('that deletes a branch ends with that', async () => {
    const { server, repository, git, push, events } = await open()
    await server.commit(repository, { files: { a: 'a' } })
    const sha = await server.commit(repository, { branch: 'old', files: { b: 'b' } })
    git('update-ref', '-d', 'refs/heads/old')
    await push({ ref: 'refs/heads/old', before: sha, after: noSha })
    expect(await events('push')).toMatchObject([
      { before: sha, after: noSha, deleted: true, commits: [], head_commit: null, sequence: 1 },
    ])
    expect(await events('delete')).toMatchObject([
      { ref: 'old', ref_type: 'branch', pusher_type: 'user', sequence: 2 },
    ])
  })

  it('of tags tells of tags, with the commit an annotated one names', async () => {
    const { server, repository, git, push, events } = await open()
    const sha = await server.commit(repository, { files: { a: 'a' } })
    git('tag', '-a', '-m', 'One', 'v1', 'main')
    const tag = git('rev-parse', 'v1')
    await push(added('refs/tags/v1', tag))
    expect(await events('create')).toMatchObject([{ ref: 'v1', ref_type: 'tag' }])
    expect(await events('push')).toMatchObject([
      { after: tag, commits: [], head_commit: { id: sha }, base_ref: 'refs/heads/main' },
    ])
  })

  it('of other refs is noted and not told', async () => {
    const { server, repository, push, events, now } = await open()
    const sha = await server.commit(repository, { files: { a: 'a' } })
    await push(added('refs/notes/commits', sha))
    expect((await now()).pushed_at).not.toBeNull()
    expect(await events('push')).toEqual([])
  })

  it('by a deploy key is done by whoever added it, else by the owner', async () => {
    const { server, octo, repository, events } = await open()
    const hubot = await server.user('hubot')
    const sha = await server.commit(repository, { files: { a: 'a' } })
    const key: DeployKeyRow = {
      id: 1,
      repository_id: repository.id,
      title: 'server',
      key: 'ssh-ed25519 AAAA',
      fingerprint: 'SHA256:x',
      read_only: 0,
      created_at: repository.created_at,
      last_used: null,
      last_used_address: null,
      added_by_id: hubot.id,
      token_id: null,
    }
    await recordPush(server.app, repository, key, [added('refs/heads/main', sha)])
    const orphan = { ...key, added_by_id: null }
    await recordPush(server.app, repository, orphan, [added('refs/heads/main', sha)])
    expect(await events('create')).toMatchObject([
      { pusher_type: 'deploy key', sender: { login: 'hubot' } },
      { pusher_type: 'deploy key', sender: { login: octo.login } },
    ])
    expect((await events('push'))[0]).toMatchObject({ pusher: { name: 'hubot', email: null } })
  })

  it('knows its authors by their addresses', async () => {
    const { server, octo, repository, push, events } = await open()
    const sha = await server.commit(repository, { files: { a: 'a' } })
    const email = 'OCTO@example.com'
    await server.app.store.transaction((tx) => tx.all(setEmail, { id: octo.id, email }))
    await push(added('refs/heads/main', sha))
    const [event] = await events('push')
    expect(event.head_commit.author).toEqual({
      name: 'Octo',
      email: 'octo@example.com',
      username: 'octo',
    })
  })
})

const setEmail = query((db, p: { id: number; email: string }) =>
  db
    .updateTable('accounts')
    .set(columns(p, ['email']))
    .where('id', '=', p.id),
)
