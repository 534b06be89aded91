import { expect, it, vi } from 'vitest'
import { openWorld } from './repository.ts'
import { serveHttp, serveSocket } from './servers.ts'

const wires = { 'smart HTTP': serveHttp, 'one connection, as over SSH': serveSocket }

it.each(Object.entries(wires))(
  'a push over %s that nobody could note is taken back',
  async (_, serve) => {
    await using world = await openWorld()
    const gone = Promise.reject(new Error('the store is gone'))
    gone.catch(() => {})
    let isGone = false
    const onPush = () => (isGone ? gone : Promise.resolve())
    await using wire = await serve(world.git, { onPush })
    const { work } = world
    const one = await work.commit('One')
    await work.git('push', '--quiet', wire.url, 'main', 'main:old')
    await work.commit('Two')
    isGone = true
    const push = work.git('push', wire.url, 'main', 'main:new', ':old', 'main:refs/pull/1/head')
    const refusal = await push.catch((error: Error) => error.message)
    for (const ref of ['main -> main', 'main -> new', 'old']) {
      expect(refusal).toMatch(
        new RegExp(`remote rejected\\] +${ref} \\(could not be recorded; push again`),
      )
    }
    expect(refusal).toContain('deny updating a hidden ref')
    await vi.waitFor(() => expect(wire.ends.at(-1)?.errors).toBe('the store is gone'))
    const refs = await world.git.branches(1)
    expect(refs).toEqual([
      { name: 'main', sha: one },
      { name: 'old', sha: one },
    ])

    isGone = false
    await work.git('push', '--quiet', wire.url, 'main', 'main:new', ':old')
    expect(wire.pushed.at(-1)?.length).toBe(3)
  },
)
