import { describe, expect, it } from 'vitest'
import { openWorld, type World } from './world.ts'

type Place = { readonly url: string; readonly key?: string }

/** Both transports, each with credentials that may push. */
const transports = {
  HTTP: async (world: World): Promise<Place> => ({ url: world.httpUrl() }),
  SSH: async (world: World): Promise<Place> => ({
    url: world.sshUrl(),
    key: await world.deployKey(),
  }),
}
const cases = Object.entries(transports).flatMap(([name, place]) =>
  [0, 2].map((version) => ({ name, version, place })),
)

describe.each(cases)('git over $name, protocol $version', ({ version, place }) => {
  const speak = ['-c', `protocol.version=${version}`]

  async function open() {
    const world = await openWorld()
    const { url, key } = await place(world)
    const work = await world.work(url, key)
    const clone = async (...args: string[]) => {
      const made = await world.work(url, key)
      await made.git(...speak, 'fetch', '--quiet', ...args, 'origin')
      return made
    }
    return { world, work, clone }
  }

  it('pushes and clones branches and tags', async () => {
    const { world, work, clone } = await open()
    const sha = await work.commit('One', { 'a.txt': 'a\n' })
    await work.git('tag', '--annotate', '-m', 'First', 'v1')
    await work.git(...speak, 'push', '--quiet', 'origin', 'main', 'v1')
    const copy = await clone('--tags')
    expect(await copy.git('rev-parse', 'origin/main', 'v1^{commit}')).toBe(`${sha}\n${sha}`)
    expect(await world.app.git.resolve(world.repository.id, 'v1')).toEqual({
      kind: 'tag',
      name: 'v1',
      sha,
    })
  })
})
