import { randomBytes } from 'node:crypto'
import { chmod, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findRepositoryById } from '../../src/repositories/repositories.ts'
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

describe.each(cases)('git over $name, protocol $version', ({ name, version, place }) => {
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

  it('fetches shallowly, by a sha, and what came since', async () => {
    const { work, clone } = await open()
    const one = await work.commit('One')
    await work.commit('Two')
    await work.git('push', '--quiet', 'origin', 'main')
    const copy = await clone('--depth=1')
    expect(await copy.git('rev-list', '--count', 'origin/main')).toBe('1')
    await copy.git(...speak, 'fetch', '--quiet', '--depth=1', 'origin', one)
    expect(await copy.git('rev-parse', 'FETCH_HEAD')).toBe(one)
    const three = await work.commit('Three')
    await work.git('push', '--quiet', 'origin', 'main')
    await copy.git(...speak, 'fetch', '--quiet', '--unshallow', 'origin')
    expect(await copy.git('rev-list', '--count', three)).toBe('3')
  })

  it('records what pushes changed before their client is told', async () => {
    const { world, work } = await open()
    const token = { kind: name === 'SSH' ? 'deploy-key' : 'personal', id: 1 }
    const one = await work.commit('One')
    const two = await work.commit('Two')
    await work.git(...speak, 'push', '--quiet', 'origin', 'main', 'main:topic')
    expect(await world.events()).toEqual(['create', 'push', 'create', 'push'])
    const refs = (sha: string) => ({ 'refs/heads/main': sha, 'refs/heads/topic': sha })
    expect(await world.pushes()).toEqual([
      {
        actor: 'octo',
        token,
        address: '127.0.0.1',
        before: refs('0'.repeat(40)),
        after: refs(two),
      },
    ])
    await work.git(...speak, 'push', '--quiet', '--force', 'origin', `${one}:topic`)
    await work.git(...speak, 'push', '--quiet', 'origin', '--delete', 'topic')
    expect((await world.events()).slice(4)).toEqual(['push', 'push', 'delete'])
    expect(await world.app.git.branches(world.repository.id)).toEqual([{ name: 'main', sha: two }])
    const { pushed_at } = await findRepositoryById(world.app.store.read, world.repository.id)
    expect(pushed_at).not.toBeNull()
  })

  it('makes the first branch the default one', async () => {
    const { world, work } = await open()
    await work.commit('One')
    await work.git(...speak, 'push', '--quiet', 'origin', 'main:trunk')
    const repository = await findRepositoryById(world.app.store.read, world.repository.id)
    expect(repository.default_branch).toBe('trunk')
    expect(await work.git(...speak, 'ls-remote', '--symref', 'origin', 'HEAD')).toContain(
      'ref: refs/heads/trunk\tHEAD',
    )
  })

  it('tells the client that a pack is corrupt, and records nothing', async () => {
    const { world, work } = await open()
    await work.commit('One', { 'a.txt': 'a\n' })
    await work.commit('Two', { 'b.txt': randomBytes(100_000) })
    await work.git('config', 'core.compression', '0')
    await work.git('repack', '-q', '-a', '-d', '-F')
    await damagePack(work.dir)
    const push = work.git(...speak, 'push', 'origin', 'main')
    await expect(push).rejects.toThrow('remote unpack failed')
    expect(await world.events()).toEqual([])
    expect(await world.app.git.branches(world.repository.id)).toEqual([])
  })

  it('refuses and takes back a push that cannot be recorded', async () => {
    const { world, work } = await open()
    await work.commit('One')
    world.breakEvents()
    const push = work.git(...speak, 'push', 'origin', 'main')
    await expect(push).rejects.toThrow('could not be recorded; push again')
    expect(await world.app.git.branches(world.repository.id)).toEqual([])
  })

  it('goes on under the name from before a rename', async () => {
    const { world, work } = await open()
    await work.commit('One')
    const octokit = await world.server.octokit('octo')
    await octokit.rest.repos.update({ owner: 'octo', repo: 'hello', name: 'renamed' })
    await work.git(...speak, 'push', '--quiet', 'origin', 'main')
    await work.git(...speak, 'fetch', '--quiet', 'origin')
    expect(await world.events()).toEqual(['create', 'push'])
  })
})

/** Flips a byte in the middle of the clone's only pack: git sends packed objects as they lie. */
async function damagePack(dir: string): Promise<void> {
  const folder = join(dir, '.git/objects/pack')
  const [name = ''] = (await readdir(folder)).filter((file) => file.endsWith('.pack'))
  const path = join(folder, name)
  const bytes = await readFile(path)
  const middle = Math.floor(bytes.length / 2)
  bytes[middle] = (bytes[middle] ?? 0) ^ 0xff
  await chmod(path, 0o644)
  await writeFile(path, bytes)
}
