import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openWorld, type World } from './repository.ts'

let world: World
let one: string
let two: string

beforeAll(async () => {
  world = await openWorld()
  const { work } = world
  one = await work.commit('One', { 'a.txt': 'a\n' })
  await work.git('branch', 'feature/x')
  await work.git('tag', 'v1')
  await work.git('tag', '--annotate', '--message', 'Version 2', 'v2')
  await work.git('tag', 'only-a-tree', `${one}^{tree}`)
  two = await work.commit('Two', { 'a.txt': 'b\n' })
  await work.git('tag', 'main')
  await work.git('branch', 'both', one)
  await work.git('tag', 'both', two)
  await work.git('branch', one.slice(0, 7), two)
  const refs = ['refs/heads/*:refs/heads/*', 'refs/tags/*:refs/tags/*', `${two}:refs/pull/1/head`]
  await work.git('push', '--quiet', 'origin', ...refs)
})

afterAll(() => world[Symbol.asyncDispose]())

const resolve = (ref: string) => world.git.resolve(1, ref)

describe('a ref resolves', () => {
  it.each(['main', 'heads/main', 'refs/heads/main', 'HEAD'])('as a branch: %s', async (ref) => {
    expect(await resolve(ref)).toEqual({ kind: 'branch', name: 'main', sha: two })
  })

  it.each(['v1', 'tags/v1', 'refs/tags/v1'])('as a tag: %s', async (ref) => {
    expect(await resolve(ref)).toEqual({ kind: 'tag', name: 'v1', sha: one })
  })

  it('through an annotated tag to its commit', async () => {
    expect(await resolve('v2')).toEqual({ kind: 'tag', name: 'v2', sha: one })
    expect(await world.git.ref(1, 'refs/tags/v2')).toMatchObject({ type: 'tag' })
  })

  it('as a full or abbreviated sha, in either case', async () => {
    expect(await resolve(two)).toEqual({ kind: 'sha', sha: two })
    expect(await resolve(two.toUpperCase())).toEqual({ kind: 'sha', sha: two })
    expect(await resolve(two.slice(0, 7))).toEqual({ kind: 'sha', sha: two })
  })

  it.each(['\u00a0', '\u2028', '\ufeff'])('with a space that only Unicode knows', async (space) => {
    const name = `a${space}b`
    expect(await resolve(name)).toBeUndefined()
    await world.work.git('push', '--quiet', 'origin', `${one}:refs/heads/${name}`)
    expect(await resolve(name)).toEqual({ kind: 'branch', name, sha: one })
    await world.work.git('push', '--quiet', 'origin', '--delete', `refs/heads/${name}`)
  })

  it('through HEAD, even when the default branch ends in such a space', async () => {
    const name = 'trunk\u00a0'
    await world.work.git('push', '--quiet', 'origin', `${one}:refs/heads/${name}`)
    await world.git.setDefaultBranch(1, name)
    expect(await resolve('HEAD')).toEqual({ kind: 'branch', name, sha: one })
    await world.git.setDefaultBranch(1, 'main')
    await world.work.git('push', '--quiet', 'origin', '--delete', `refs/heads/${name}`)
  })

  it('as a branch rather than a tag or an abbreviated sha of that name', async () => {
    expect(await resolve('both')).toEqual({ kind: 'branch', name: 'both', sha: one })
    expect(await resolve('tags/both')).toEqual({ kind: 'tag', name: 'both', sha: two })
    expect(await resolve(one.slice(0, 7))).toMatchObject({ kind: 'branch', sha: two })
  })

  it.each([
    ['a name of nothing', () => 'nothing'],
    ['three digits', () => one.slice(0, 3)],
    ['a sha of nothing', () => 'f'.repeat(40)],
    ['a tag of a tree', () => 'only-a-tree'],
    ["a tree's sha", () => treeOf(one)],
    ['a ref outside of branches and tags', () => 'refs/pull/1/head'],
    ['what git describe would print', () => `v1-1-g${one.slice(0, 8)}`],
    ["git's syntax: a parent", () => 'main^'],
    ["git's syntax: an ancestor", () => 'main~1'],
    ["git's syntax: a path", () => 'main:a.txt'],
    ["git's syntax: a reflog", () => 'main@{0}'],
    ["git's syntax: a message", () => ':/One'],
    ["git's syntax: @", () => '@'],
    ['a range', () => 'v1..main'],
    ['an option', () => '--batch-all-objects'],
    ['two lines', () => 'main\nv1'],
    ['a NUL', () => 'main\0'],
    ['a path out of here', () => '../../etc/passwd'],
    ['nothing', () => ''],
    ['a great length', () => 'x'.repeat(100_000)],
  ])('to nothing: %s', async (_what, ref) => {
    expect(await resolve(ref())).toBeUndefined()
  })

  it('to nothing, or to a ref or commit that is there, whatever it says', async () => {
    const heads = new Map((await world.git.branches(1)).map(({ name, sha }) => [name, sha]))
    const tags = new Map((await world.git.tags(1)).map(({ name, sha }) => [name, sha]))
    await fc.assert(
      fc.asyncProperty(hostileRefs(), async (ref) => {
        const found = await resolve(ref)
        if (!found) return
        if (found.kind === 'sha') {
          expect([one, two]).toContain(found.sha)
          expect(found.sha.startsWith(ref.toLowerCase())).toBe(true)
          return
        }
        const [space, known] = found.kind === 'branch' ? ['heads', heads] : ['tags', tags]
        const names = [found.name, `${space}/${found.name}`, `refs/${space}/${found.name}`]
        expect(ref === 'HEAD' ? found.name : ref).toBeOneOf(names)
        expect(found.sha).toBe(known.get(found.name))
      }),
      { numRuns: 3000 },
    )
    expect(await resolve('main')).toMatchObject({ sha: two })
  })
})

const treeOf = (sha: string) => trees.get(sha) ?? ''
const trees = new Map<string, string>()
beforeAll(async () => {
  trees.set(one, (await world.git.commit(1, one))?.tree ?? '')
})

/** Real names, pieces of git's syntax and noise, in any order. */
function hostileRefs() {
  const real = ['main', 'feature/x', 'v1', 'v2', 'both', 'HEAD', 'refs/', 'heads/', 'tags/']
  const syntax = [
    '^',
    '~1',
    '@{0}',
    '@',
    ':',
    '..',
    '/',
    '-',
    '\n',
    '\0',
    ' ',
    '{',
    '}',
    '*',
    '.lock',
  ]
  const hex = fc.integer({ min: 0, max: 40 }).chain((length) => {
    return fc.constantFrom(one.slice(0, length), `-g${two.slice(0, length)}`)
  })
  const piece = fc.oneof(fc.constantFrom(...real, ...syntax), hex, fc.string({ unit: 'binary' }))
  return fc.array(piece, { maxLength: 5 }).map((pieces) => pieces.join(''))
}

describe('the pool', () => {
  it('sees pushes, deletions, pack-refs and repack at once', async () => {
    await using own = await openWorld()
    const { git, work } = own
    const old = await work.commit('One')
    expect(await git.resolve(1, 'main')).toBeUndefined()
    await work.git('push', '--quiet', 'origin', 'main', 'main:gone')
    expect(await git.resolve(1, 'main')).toMatchObject({ sha: old })
    await work.git('--git-dir', git.path(1), 'pack-refs', '--all')
    await work.git('push', '--quiet', 'origin', ':gone')
    expect(await git.resolve(1, 'gone')).toBeUndefined()
    const fresh = await work.commit('Two', { a: 'b' })
    await work.git('push', '--quiet', 'origin', 'main')
    await work.git('--git-dir', git.path(1), 'repack', '-a', '-d', '-q')
    expect(await git.resolve(1, 'main')).toMatchObject({ sha: fresh })
    expect(await git.resolve(1, fresh.slice(0, 8))).toMatchObject({ sha: fresh })
  })

  it('asks one process, however much is asked', async () => {
    await Promise.all(Array.from({ length: 500 }, () => resolve(two.slice(0, 12))))
    expect(poolOf(world.git.path(1)).length).toBe(1)
  })

  it('starts another process when one has died', async () => {
    // What is short could always become ambiguous, so it is asked each time.
    const short = two.slice(0, 12)
    await resolve(short)
    const [pid = 0] = poolOf(world.git.path(1))
    const before = resolve(short)
    process.kill(pid, 'SIGKILL')
    expect(await before).toMatchObject({ sha: two })
    expect(await resolve(short)).toMatchObject({ sha: two })
    expect(poolOf(world.git.path(1))).not.toContain(pid)
  })

  it('answers for more repositories than it has processes', async () => {
    await using own = await openWorld()
    const ids = Array.from({ length: 40 }, (_, index) => index + 1)
    const sha = await own.work.commit('One')
    for (const id of ids) {
      await own.git.create(id)
      await own.work.git('push', '--quiet', own.git.path(id), 'main')
    }
    const asked = [...ids, ...ids].map((id) => own.git.resolve(id, 'main'))
    expect(new Set((await Promise.all(asked)).map((found) => found?.sha))).toEqual(new Set([sha]))
    await vi.waitFor(() => expect(poolOf(own.root).length).toBeLessThanOrEqual(32))
  })

  it('lets go of a repository that is removed', async () => {
    await using own = await openWorld()
    await own.git.resolve(1, 'main')
    await own.git.remove(1)
    expect(poolOf(own.root)).toEqual([])
    expect(await own.git.exists(1)).toBe(false)
    await expect(own.git.resolve(1, 'main')).rejects.toThrow('not a git repository')
  })
})

/** The `cat-file` processes whose repository lies below `dir`. */
function poolOf(dir: string): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return pids.filter((pid) => commandOf(pid).startsWith(`git\0--git-dir=${dir}`)).map(Number)
}

function commandOf(pid: string): string {
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
    return command.includes('\0cat-file\0') ? command : ''
  } catch {
    // It ended while we looked.
    return ''
  }
}
