import { execFile } from 'node:child_process'
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { openGit } from '../../src/git/git.ts'
import { silentLog } from '../../src/lib/log.ts'
import { openWorld } from './repository.ts'

const author = { name: 'Mona', email: 'mona@example.com' }
const date = new Date('2026-02-01T00:00:00Z')

describe('a repository', () => {
  it('is made with its default branch, and made again without loss', async () => {
    await using world = await openWorld()
    const { git, work } = world
    await git.create(2, { defaultBranch: 'trunk' })
    expect(await git.defaultBranch(2)).toBe('trunk')
    const sha = await work.commit('One')
    await work.git('push', '--quiet', git.path(2), 'main:trunk')
    await git.create(2)
    expect(await git.resolve(2, 'HEAD')).toEqual({ kind: 'branch', name: 'trunk', sha })
  })

  it('is made once when many make it at the same time', async () => {
    await using world = await openWorld()
    await Promise.all(Array.from({ length: 8 }, () => world.git.create(3)))
    const folders = await readdir(join(world.root, 'repositories'))
    expect(folders.sort()).toEqual(['.home', '1.git', '3.git'])
  })

  it('changes its default branch, but not to what cannot be one', async () => {
    await using world = await openWorld()
    expect(await world.git.setDefaultBranch(1, 'release/1')).toBe(true)
    expect(await world.git.defaultBranch(1)).toBe('release/1')
    for (const name of ['a..b', '-f', 'x\n', '']) {
      expect(await world.git.setDefaultBranch(1, name)).toBe(false)
    }
  })

  it('is gone when it is removed, and what a crash left goes at the next start', async () => {
    await using world = await openWorld()
    await world.git.remove(1)
    const root = join(world.root, 'repositories')
    await mkdir(join(root, '.removed-x/objects'), { recursive: true })
    await using again = await openGit({ root, log: silentLog })
    expect(await again.exists(1)).toBe(false)
    expect(await readdir(root)).toEqual(['.home'])
  })

  it.each([0, -1, 1.5, Number.NaN])('has no id %s', async (id) => {
    await using world = await openWorld()
    expect(() => world.git.path(id)).toThrow("not a repository's id")
  })

  it('needs git, and says how to get it', async () => {
    await using world = await openWorld()
    const root = join(world.root, 'elsewhere')
    const open = openGit({ root, log: silentLog, path: '/nowhere' })
    await expect(open).rejects.toThrow('apt-get install git')
  })
})

describe('the refs of a repository', () => {
  it('are listed by kind, by prefix and by commit', async () => {
    await using world = await openWorld()
    const { git, work } = world
    const one = await work.commit('One')
    await work.git('tag', '--annotate', '--message', 'First', 'v1')
    await work.git('branch', 'feature/a')
    await work.git('branch', 'feat')
    const two = await work.commit('Two')
    await work.git('push', '--quiet', 'origin', '--all')
    await work.git('push', '--quiet', 'origin', '--tags')

    const names = ['feat', 'feature/a', 'main']
    expect((await git.branches(1)).map(({ name }) => name)).toEqual(names)
    expect(await git.tags(1)).toEqual([{ name: 'v1', sha: one }])
    expect(await git.branch(1, 'main')).toEqual({ name: 'main', sha: two })
    expect(await git.branch(1, 'v1')).toBeUndefined()
    const matching = await git.matchingRefs(1, 'refs/heads/feat')
    expect(matching.map(({ ref }) => ref)).toEqual(['refs/heads/feat', 'refs/heads/feature/a'])
    expect(await git.matchingRefs(1, 'refs/tags/v')).toMatchObject([{ type: 'tag' }])
    expect((await git.headsAt(1, one)).map(({ name }) => name)).toEqual(['feat', 'feature/a'])
  })

  it.each(['', 'refs', 'refs/', 'refs/pull/', 'refs/heads/../', 'refs/heads/*/', 'refs/heads/\0/'])(
    'match nothing by %j',
    async (prefix) => {
      await using world = await openWorld()
      await world.work.commit('One')
      await world.work.git('push', '--quiet', 'origin', 'main')
      expect(await world.git.matchingRefs(1, prefix)).toEqual([])
    },
  )
})

describe('a merge into a branch', () => {
  async function openFork() {
    const world = await openWorld()
    const { work } = world
    await work.commit('Base', { 'a.txt': 'a\n' })
    await work.git('branch', 'topic')
    const from = await work.commit('Main', { 'main.txt': 'main\n' })
    await work.git('checkout', '--quiet', 'topic')
    const before = await work.commit('Topic', { 'topic.txt': 'topic\n' })
    await work.git('push', '--quiet', 'origin', 'main', 'topic')
    return { world, from, before }
  }

  it('makes a merge commit in the name of its author', async () => {
    const { world, from, before } = await openFork()
    await using _ = world
    const merge = { branch: 'topic', from, message: 'Merged', author, date }
    const outcome = await world.git.mergeInto(1, merge)
    const sha = (await world.git.branch(1, 'topic'))?.sha ?? ''
    expect(outcome).toEqual({ kind: 'merged', sha, before })
    const commit = await world.git.commit(1, sha)
    expect(commit).toMatchObject({ parents: [before, from], message: 'Merged', author })
    expect(commit?.committer.date).toBe('2026-02-01T00:00:00Z')
    const { files } = await world.git.changes(1, { sha, parents: [before] })
    expect(files.map(({ filename }) => filename)).toEqual(['main.txt'])
    expect(await world.git.mergeInto(1, merge)).toEqual({ kind: 'nothing' })
  })

  it('survives names that git would refuse', async () => {
    const { world, from } = await openFork()
    await using _ = world
    const author = { name: ' .<\n>\0', email: '<a@b>\n\0' }
    const merge = { branch: 'topic', from, message: '\0--amend', author, date }
    expect(await world.git.mergeInto(1, merge)).toMatchObject({ kind: 'merged' })
    const sha = (await world.git.branch(1, 'topic'))?.sha ?? ''
    const expected = { author: { name: 'unknown', email: 'a@b' }, message: '--amend' }
    expect(await world.git.commit(1, sha)).toMatchObject(expected)
  })

  it('is a conflict where both changed the same, and moves nothing', async () => {
    const { world } = await openFork()
    await using _ = world
    const { work, git } = world
    await work.git('checkout', '--quiet', 'main')
    const from = await work.commit('Mine', { 'topic.txt': 'another\n' })
    await work.git('push', '--quiet', 'origin', 'main')
    const before = await git.branch(1, 'topic')
    const merge = { branch: 'topic', from, message: 'Merged', author, date }
    expect(await git.mergeInto(1, merge)).toEqual({ kind: 'conflict' })
    expect(await git.branch(1, 'topic')).toEqual(before)
  })

  it('happens once when many merge at the same time', async () => {
    const { world, from } = await openFork()
    await using _ = world
    const merge = { branch: 'topic', from, message: 'Merged', author, date }
    const outcomes = await Promise.all(
      Array.from({ length: 6 }, (_, index) =>
        world.git.mergeInto(1, { ...merge, message: `Merged ${index}` }),
      ),
    )
    const kinds = outcomes.map(({ kind }) => kind)
    expect(kinds.filter((kind) => kind === 'merged')).toHaveLength(1)
    expect(kinds.every((kind) => ['merged', 'moved', 'nothing'].includes(kind))).toBe(true)
  })

  it('says so when the branch is gone', async () => {
    const { world, from } = await openFork()
    await using _ = world
    const merge = { branch: 'gone', from, message: 'Merged', author, date }
    expect(await world.git.mergeInto(1, merge)).toEqual({ kind: 'moved' })
  })
})

describe('an archive', () => {
  const execute = promisify(execFile)

  it.each(['tar.gz', 'zip'] as const)('has the files in their folder, as %s', async (format) => {
    await using world = await openWorld()
    const sha = await world.work.commit('One', { 'a.txt': 'a\n', 'dir/b.txt': 'b\n' })
    await world.work.git('push', '--quiet', 'origin', 'main')
    const stream = await world.git.archive(1, { sha, format, folder: 'octo-repo-1' })
    const file = join(world.root, `archive.${format}`)
    await writeFile(file, await (stream?.output.toArray() ?? []))
    expect((await stream?.done)?.code).toBe(0)
    expect(await namesIn(file)).toContain('octo-repo-1/a.txt')
    expect(await namesIn(file)).toContain('octo-repo-1/dir/b.txt')
  })

  /** A zip keeps its names as they are; a tar is asked. */
  async function namesIn(file: string): Promise<string> {
    if (file.endsWith('.zip')) return readFile(file, 'latin1')
    return (await execute('tar', ['--list', '--gzip', '--file', file])).stdout
  }

  it('of no commit is undefined', async () => {
    await using world = await openWorld()
    const options = { sha: 'f'.repeat(40), format: 'zip', folder: 'x' } as const
    expect(await world.git.archive(1, options)).toBeUndefined()
  })
})

describe('a git child', () => {
  it("runs no hook, whatever lies in the repository's folder", async () => {
    await using world = await openWorld()
    const { git, work } = world
    const from = await work.commit('One')
    await work.git('push', '--quiet', 'origin', 'main:refs/heads/topic')
    const two = await work.commit('Two')
    await work.git('push', '--quiet', 'origin', 'main')
    const hook = join(git.path(1), 'hooks/reference-transaction')
    await mkdir(dirname(hook))
    await writeFile(hook, `#!/bin/sh\ntouch ${world.root}/ran\n`)
    await chmod(hook, 0o755)
    const merge = { branch: 'topic', from: two, message: 'Merged', author, date }
    expect(await git.mergeInto(1, merge)).toMatchObject({ kind: 'merged', before: from })
    expect(await readdir(world.root)).not.toContain('ran')
    // The hook is one that git would run, had we not told it otherwise.
    await work.git('push', '--quiet', 'origin', 'main:refs/heads/other')
    expect(await readdir(world.root)).toContain('ran')
  })
})
