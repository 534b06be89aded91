import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { noSha } from '../../src/git/model.ts'
import { openWorld } from './repository.ts'

async function openPushed() {
  const world = await openWorld()
  const files = { 'a b.txt': 'a', 'dir/:(top)x': 'x', 'dir/é.txt': 'e', '-n': 'n' }
  const sha = await world.work.commit('One', files)
  await world.work.git('push', '--quiet', 'origin', 'main')
  return { ...world, sha, [Symbol.asyncDispose]: () => world[Symbol.asyncDispose]() }
}

describe('what lies at a path', () => {
  it('is found by its name as it is, never as a pattern or an option', async () => {
    await using world = await openPushed()
    const { git, sha } = world
    for (const path of ['a b.txt', 'dir/:(top)x', 'dir/é.txt', '-n']) {
      expect(await git.entry(1, sha, path)).toMatchObject({ path, type: 'blob', size: 1 })
    }
    expect(await git.entry(1, sha, 'dir')).toMatchObject({ type: 'tree', mode: '040000' })
    for (const path of ['*', 'di', ':(top)dir', '/dir', 'dir/', '../x', './dir', 'x\0', 'd\nx']) {
      expect([path, await git.entry(1, sha, path)]).toEqual([path, undefined])
    }
  })
})

describe('a tree', () => {
  it('is one level or all of them, and nothing where there is none', async () => {
    await using world = await openPushed()
    const { git, sha } = world
    const level = await git.tree(1, { sha })
    expect(level?.entries.map(({ path }) => path)).toEqual(['-n', 'a b.txt', 'dir'])
    const all = await git.tree(1, { sha, isRecursive: true })
    expect(all?.entries).toHaveLength(5)
    const blob = level?.entries[0]?.sha ?? ''
    expect(await git.tree(1, { sha: blob })).toBeUndefined()
    expect(await git.tree(1, { sha: noSha })).toBeUndefined()
  })

  it('of more than can be told is cut at an entry, and says so', async () => {
    await using world = await openPushed()
    const cwd = world.git.path(1)
    const run = (args: string[], input: string) =>
      execFileSync('git', args, { cwd, input, maxBuffer: 2 ** 26 })
        .toString()
        .trim()
    const blob = run(['hash-object', '-w', '--stdin'], 'x')
    const nameOf = (index: number) => `${index}`.padStart(240, '0')
    const lines = Array.from(
      { length: 30_000 },
      (_, index) => `100644 blob ${blob}\t${nameOf(index)}`,
    )
    const sha = run(['mktree', '--missing'], `${lines.join('\n')}\n`)
    const tree = await world.git.tree(1, { sha })
    expect(tree?.isTruncated).toBe(true)
    const count = tree?.entries.length ?? 0
    expect(count).toBeLessThan(30_000)
    const last = { path: nameOf(count - 1), sha: blob, size: 1 }
    expect(tree?.entries.at(-1)).toMatchObject(last)
  })
})

describe('a blob', () => {
  it('is read whole, or not at all when it is too large', async () => {
    await using world = await openWorld()
    const bytes = Buffer.from([0, 10, 255, 13, 10, 0])
    const sha = await world.work.commit('Bytes', { a: bytes, empty: '' })
    await world.work.git('push', '--quiet', 'origin', 'main')
    const [a, empty] = await Promise.all(
      ['a', 'empty'].map((path) => world.git.entry(1, sha, path)),
    )
    expect(await world.git.blob(1, a?.sha ?? '', 6)).toEqual(bytes)
    expect(await world.git.blob(1, a?.sha ?? '', 5)).toBeUndefined()
    expect(await world.git.blob(1, empty?.sha ?? '', 0)).toEqual(Buffer.alloc(0))
    expect(await world.git.blob(1, sha, 1000)).toBeUndefined()
    expect(await world.git.blob(1, noSha, 1000)).toBeUndefined()
  })
})

describe('a ref', () => {
  it('is changed from where it is known to be, and from nowhere else', async () => {
    await using world = await openPushed()
    const { git, sha, work } = world
    const next = await work.commit('Two')
    await work.git('push', '--quiet', 'origin', 'main:next')
    const ref = 'refs/heads/main'
    expect(await git.changeRef(1, { ref, before: next, after: sha })).toBe('moved')
    expect(await git.changeRef(1, { ref, before: noSha, after: next })).toBe('moved')
    expect(await git.changeRef(1, { ref, before: sha, after: next })).toBe('changed')
    const below = { ref: `${ref}/x`, before: noSha, after: sha }
    expect(await git.changeRef(1, below)).toBe('blocked')
    expect(await git.changeRef(1, { ref, before: sha, after: noSha })).toBe('moved')
    expect(await git.changeRef(1, { ref, before: next, after: noSha })).toBe('changed')
    expect(await git.changeRef(1, { ref, before: next, after: noSha })).toBe('moved')
    expect(await git.branch(1, 'main')).toBeUndefined()
  })

  it('is one that many want to change at once only for one of them', async () => {
    await using world = await openPushed()
    const change = { ref: 'refs/heads/new', before: noSha, after: world.sha }
    const tries = Array.from({ length: 8 }, () => world.git.changeRef(1, change))
    const outcomes = await Promise.all(tries)
    expect(outcomes.filter((outcome) => outcome === 'changed')).toHaveLength(1)
    expect(outcomes.filter((outcome) => outcome === 'moved')).toHaveLength(7)
  })

  it('is a branch or a tag, and nothing else', async () => {
    await using world = await openPushed()
    for (const ref of [
      'HEAD',
      'refs/heads/a b',
      'refs/x',
      'refs/heads/refs/a',
      'refs/heads/a\nx',
    ]) {
      expect([ref, world.git.isRefName(ref)]).toEqual([ref, false])
      const change = { ref, before: noSha, after: world.sha }
      await expect(world.git.changeRef(1, change)).rejects.toThrow('no branch and no tag')
    }
  })
})
