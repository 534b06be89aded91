import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { noSha } from '../../src/git/model.ts'
import { openWorld, type World } from './repository.ts'

let world: World
let first: string
let second: string
let side: string
let merged: string

beforeAll(async () => {
  world = await openWorld()
  const { work } = world
  const lines = Array.from({ length: 20 }, (_, index) => `line ${index}\n`).join('')
  first = await work.commit('First', { 'a.txt': 'a\n', 'old name.txt': lines })
  await work.git('checkout', '--quiet', '-b', 'side')
  side = await work.commit('On the side\n\n  indented  \n\nlast', { 'side.txt': 'side\n' })
  await work.git('checkout', '--quiet', 'main')
  second = await work.commit('Second', {
    'a.txt': 'a\nb\n',
    'old name.txt': null,
    'dir/new näme.txt': `${lines}more\n`,
    'image.png': Buffer.from([0, 1, 2, 255]),
  })
  await work.git('merge', '--quiet', '--no-edit', 'side')
  merged = await work.git('rev-parse', 'HEAD')
  await work.git('push', '--quiet', 'origin', 'main', 'side')
})

afterAll(() => world[Symbol.asyncDispose]())

describe('a commit', () => {
  it('is read with its people, times and the whole message', async () => {
    const commit = await world.git.commit(1, side)
    const date = '2026-01-31T10:02:00Z'
    expect(commit).toEqual({
      sha: side,
      tree: await world.work.git('rev-parse', `${side}^{tree}`),
      parents: [first],
      author: { name: 'Mona', email: 'mona@example.com', date, zone: '+0200' },
      committer: { name: 'Hubot', email: 'hubot@example.com', date, zone: '+0200' },
      message: 'On the side\n\n  indented\n\nlast',
    })
  })

  it('that is not there is undefined, and so is a tree', async () => {
    const tree = await world.work.git('rev-parse', 'HEAD^{tree}')
    expect(await world.git.commit(1, 'f'.repeat(40))).toBeUndefined()
    expect(await world.git.commit(1, tree)).toBeUndefined()
  })

  it('is the same thing each time, by itself and in a history, and in its own repository alone', async () => {
    const [newest] = await world.git.log(1, { from: side, limit: 2 })
    expect(await world.git.commit(1, side)).toBe(newest)
    expect(await world.git.commit(1, side)).toBe(newest)
    expect(await world.git.log(1, { from: side, limit: 2 })).toHaveLength(2)
    expect(await world.git.log(1, { from: side, limit: 1 })).toHaveLength(1)
    await world.git.create(2)
    expect(await world.git.commit(2, side)).toBeUndefined()
  })

  it('must be asked for by its full sha', async () => {
    await expect(world.git.commit(1, '--help')).rejects.toThrow('not a full sha')
  })

  it('tells its changes: a change, a rename and a binary file', async () => {
    const diff = await world.git.changes(1, { sha: second, parents: [first] })
    expect(diff).toMatchObject({ fileCount: 3, additions: 2, deletions: 0 })
    expect(diff.files.map(({ filename, status }) => [filename, status])).toEqual([
      ['a.txt', 'modified'],
      ['dir/new näme.txt', 'renamed'],
      ['image.png', 'added'],
    ])
    const [changed, renamed, image] = diff.files
    expect(changed).toMatchObject({ changes: 1, patch: '@@ -1 +1,2 @@\n a\n+b' })
    expect(renamed).toMatchObject({ previousFilename: 'old name.txt', additions: 1 })
    expect(renamed?.patch).toMatch(/^@@ -18,3 \+18,4 @@/)
    expect(image).not.toHaveProperty('patch')
  })

  it('tells the changes of a first commit against nothing', async () => {
    const diff = await world.git.changes(1, { sha: first, parents: [] })
    expect(diff.files.map(({ status }) => status)).toEqual(['added', 'added'])
  })
})

describe('the log', () => {
  const messages = async (query: object) => {
    const commits = await world.git.log(1, { from: merged, limit: 10, ...query })
    return commits.map(({ message }) => message.split('\n')[0])
  }

  it('lists the newest first, in pages', async () => {
    const all = ["Merge branch 'side'", 'Second', 'On the side', 'First']
    expect(await messages({})).toEqual(all)
    expect(await messages({ offset: 1, limit: 2 })).toEqual(all.slice(1, 3))
  })

  it('keeps to a path, which is no pattern', async () => {
    expect(await messages({ path: 'side.txt' })).toEqual(['On the side'])
    expect(await messages({ path: 'dir' })).toEqual(['Second'])
    expect(await messages({ path: '*' })).toEqual([])
    expect(await messages({ path: ':(top)a.txt' })).toEqual([])
    expect(await messages({ path: '--all' })).toEqual([])
  })

  it.each(['../outside', '/etc/passwd', 'a/../../b', 'a\0b', '.'])(
    'has nothing at %j',
    async (path) => {
      expect(await messages({ path })).toEqual([])
    },
  )

  it('keeps to an author, by plain text', async () => {
    expect(await messages({ author: 'MONA@', limit: 1 })).toHaveLength(1)
    expect(await messages({ author: 'M.na' })).toEqual([])
  })

  it('keeps to a time', async () => {
    expect(await messages({ until: new Date('2026-01-31T10:01:30Z') })).toEqual(['First'])
    expect(await messages({ since: new Date('2026-01-31T10:02:30Z') })).toHaveLength(2)
  })
})

describe('two commits', () => {
  it('compare as ahead, behind, identical and diverged', async () => {
    const compare = async (base: string, head: string) => {
      const found = await world.git.compare(1, { base, head })
      return found && [found.status, found.aheadBy, found.behindBy, found.mergeBase]
    }
    expect(await compare(first, merged)).toEqual(['ahead', 3, 0, first])
    expect(await compare(merged, first)).toEqual(['behind', 0, 3, first])
    expect(await compare(first, first)).toEqual(['identical', 0, 0, first])
    expect(await compare(second, side)).toEqual(['diverged', 1, 1, first])
  })

  it('give the commits between oldest first, in pages, and the files since the merge base', async () => {
    const found = await world.git.compare(1, { base: first, head: merged })
    expect(found?.commits.map(({ sha }) => sha).at(-1)).toBe(merged)
    expect(found?.diff.fileCount).toBe(4)
    const page = { offset: 2, limit: 2 }
    const paged = await world.git.compare(1, { base: first, head: merged }, page)
    expect(paged?.commits.map(({ sha }) => sha)).toEqual([merged])
    const past = await world.git.compare(1, { base: first, head: merged }, { offset: 3, limit: 2 })
    expect(past?.commits).toEqual([])
  })

  it('without a common ancestor have no comparison', async () => {
    const { work, git } = world
    await work.git('checkout', '--quiet', '--orphan', 'alone')
    const alone = await work.commit('Alone')
    await work.git('push', '--quiet', 'origin', 'alone')
    await work.git('checkout', '--quiet', '--force', 'main')
    expect(await git.compare(1, { base: alone, head: merged })).toBeUndefined()
  })

  it('tell who is whose ancestor, and how far', async () => {
    const { git } = world
    expect(await git.isAncestor(1, { base: first, head: merged })).toBe(true)
    expect(await git.isAncestor(1, { base: first, head: first })).toBe(true)
    expect(await git.isAncestor(1, { base: second, head: side })).toBe(false)
    const distance = { aheadBy: 2, behindBy: 0 }
    expect(await git.aheadBehind(1, { base: second, head: merged })).toEqual(distance)
  })

  it('show 300 files and count all of them', async () => {
    await using own = await openWorld()
    const base = await own.work.commit('None')
    const names = Array.from({ length: 320 }, (_, index) => [`${index}.txt`, 'x\n'])
    const head = await own.work.commit('Many', Object.fromEntries(names))
    await own.work.git('push', '--quiet', 'origin', 'main')
    const found = await own.git.compare(1, { base, head })
    expect(found?.diff.files).toHaveLength(300)
    expect(found?.diff).toMatchObject({ fileCount: 320, additions: 320 })
  })
})

describe('a push is described', () => {
  const change = (ref: string, before: string, after: string) => ({ ref, before, after })

  it('by the commits since, with the names of their files', async () => {
    const [push] = await world.git.pushes(1, [change('refs/heads/main', first, merged)])
    expect(push?.isForced).toBe(false)
    expect(push?.head?.sha).toBe(merged)
    const commits = push?.commits.map(({ sha, isDistinct }) => [sha, isDistinct])
    expect(commits).toEqual(
      expect.arrayContaining([
        [side, false],
        [second, true],
        [merged, true],
      ]),
    )
    expect(push?.commits.find(({ sha }) => sha === second)).toMatchObject({
      added: ['dir/new näme.txt', 'image.png'],
      removed: ['old name.txt'],
      modified: ['a.txt'],
    })
  })

  it('for a new branch by the commits that no other branch has', async () => {
    const [push] = await world.git.pushes(1, [change('refs/heads/side', noSha, side)])
    expect(push).toMatchObject({ commits: [], isForced: false, head: { sha: side } })
  })

  it('for two new branches together by giving the commits to the first', async () => {
    await using own = await openWorld()
    const sha = await own.work.commit('One')
    await own.work.git('push', '--quiet', 'origin', 'main', 'main:copy')
    const refs = ['refs/heads/copy', 'refs/heads/main']
    const pushes = await own.git.pushes(
      1,
      refs.map((ref) => change(ref, noSha, sha)),
    )
    expect(pushes.map(({ commits }) => commits.length)).toEqual([1, 0])
  })

  it('as forced when the old commit is not in the new', async () => {
    const [push] = await world.git.pushes(1, [change('refs/heads/side', second, side)])
    expect(push).toMatchObject({ isForced: true, commits: [{ sha: side }] })
  })

  it('for a tag by its commit alone, and for a deletion by nothing', async () => {
    const tag = change('refs/tags/v1', noSha, first)
    const gone = change('refs/heads/gone', first, noSha)
    const [tagged, deleted] = await world.git.pushes(1, [tag, gone])
    expect(tagged).toMatchObject({ commits: [], head: { sha: first } })
    expect(deleted).toEqual({ commits: [], isForced: false })
  })
})
