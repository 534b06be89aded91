import { readdirSync, readFileSync, utimesSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { noSha } from '../../src/git/model.ts'
import { openWorld } from './repository.ts'

let world: Awaited<ReturnType<typeof openWorld>>
let sha: string

beforeAll(async () => {
  world = await openWorld()
  sha = await world.work.commit('One')
  await world.work.git('push', '--quiet', 'origin', 'main')
})
afterAll(() => world[Symbol.asyncDispose]())

const create = (ref: string) => world.git.changeRef(1, { ref, before: noSha, after: sha })

describe('changes of refs', () => {
  it('go through few processes, and each is there once it is acknowledged', async () => {
    const refs = Array.from({ length: 50 }, (_, n) => `refs/tags/t${n}`)
    const made = refs.map(async (ref) => {
      expect(await create(ref)).toBe('changed')
      expect(await world.git.ref(1, ref)).toEqual({ ref, sha, type: 'commit' })
    })
    await Promise.all(made)
    expect(sessions().length).toBeLessThanOrEqual(4)
    expect(await world.git.tags(1)).toHaveLength(50)
  })

  it('are refused one by one, and those beside them are not', async () => {
    const outcomes = ['refs/heads/a', 'refs/heads/a', 'refs/heads/a/b', 'refs/heads/b'].map(create)
    expect(await Promise.all(outcomes)).toEqual(['changed', 'moved', 'blocked', 'changed'])
  })

  it('spare the process where what is to be created was seen before', async () => {
    await create('refs/tags/seen')
    const longAgo = new Date(0)
    utimesSync(`${world.git.path(1)}/refs/tags/seen`, longAgo, longAgo)
    const seen = { ref: 'refs/tags/seen', sha, type: 'commit' }
    expect(await world.git.ref(1, seen.ref)).toEqual(seen)
    await create('refs/tags/beside')
    const before = sessions()
    expect(await create('refs/tags/seen')).toBe('moved')
    expect(sessions()).toEqual(before)
  })

  it('that are flushed later are told of, and are refused one by one as well', async () => {
    let told = 0
    world.git.flushLater(() => {
      told += 1
    })
    const later = (ref: string) =>
      world.git.changeRef(1, { ref, before: noSha, after: sha }, { isRecorded: true })
    const refs = ['x', 'x/y', 'z', 'z', 'w'].map((name) => `refs/heads/later/${name}`)
    const outcomes = await Promise.all(refs.map(later))
    expect(outcomes).toEqual(['changed', 'blocked', 'changed', 'moved', 'changed'])
    expect(told).toBe(3)
    world.git.flushLater(undefined)
    expect(await later('refs/heads/later/v')).toBe('changed')
    expect(told).toBe(3)
  })

  it('see at once what somebody else changed', async () => {
    await create('refs/heads/c')
    await world.work.git('push', '--quiet', 'origin', ':refs/heads/c')
    expect(await create('refs/heads/c/d')).toBe('changed')
    expect((await world.git.branches(1)).map(({ name }) => name)).toContain('c/d')
  })

  it('go on when the process has died', async () => {
    await create('refs/heads/e')
    for (const pid of sessions()) process.kill(pid, 'SIGKILL')
    expect(await create('refs/heads/f')).toBe('changed')
  })
})

/** The processes that wait for changes of this repository. */
function sessions(): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return pids.filter((pid) => isSession(pid)).map(Number)
}

function isSession(pid: string): boolean {
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
    return command.startsWith(`git\0--git-dir=${world.git.path(1)}\0update-ref\0--stdin`)
  } catch {
    // It ended while we looked.
    return false
  }
}
