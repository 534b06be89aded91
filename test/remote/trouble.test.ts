import { execFile } from 'node:child_process'
import { readdir, readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { processesWith } from './hosts.ts'
import { fetchOf, type Place, recordRun, startPlace } from './place.ts'
import { makeKey, until } from './sshd.ts'

// Many real processes on few cores: slow is not wrong.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 120_000 })

const names = ['web1', 'web2', 'web3']
let place: Place
let [v1, v2] = ['', '']

beforeAll(async () => {
  place = await startPlace(...names)
  v1 = await place.commit({ 'index.html': 'one' })
  expect((await place.deploy(1, v1)).outcome.kind).toBe('succeeded')
  v2 = await place.commit({ 'index.html': 'two' })
})
afterAll(async () => {
  await place?.[Symbol.asyncDispose]()
})

const pages = async () => Promise.all(names.map(async (name) => (await place.serves(name))?.page))
const hook = (name: string, run: string) =>
  `hooks:\n  ${name}:\n    - run: ${JSON.stringify(run)}\n`

describe('a commit', () => {
  it('that no allowed ref holds is refused, though the git server has it', async () => {
    await place.git('checkout', '-q', '-b', 'wild')
    const wild = await place.commit({ 'index.html': 'wild' }, 'wild')
    await place.git('checkout', '-q', 'main')
    await expect(fetchOf(place, wild)).rejects.toThrow(
      `${wild.slice(0, 7)} is not reachable from an allowed ref (main, v*)`,
    )
  })

  it('that is nowhere is refused', async () => {
    await expect(fetchOf(place, '0'.repeat(40))).rejects.toThrow('is not reachable')
    await expect(fetchOf(place, '--upload-pack=x')).rejects.toThrow('is not a full commit id')
  })

  it('gives the recipe of the default branch, or of itself', async () => {
    const recent = await place.commit({ 'deploy.yml': 'version: 1\n' })
    const source = await fetchOf(place, v1)
    expect(await source.readFile('deploy.yml', 'deployed_sha')).toBeNull()
    expect(await source.readFile('deploy.yml', 'default_branch')).toEqual({
      text: 'version: 1\n',
      sha: recent,
    })
  })
})

describe('cancelling', () => {
  it('before the start opens no connection', async () => {
    const source = await fetchOf(place, v2)
    const { run, entries } = recordRun(place, { deploymentId: 10, sha: v2 }, {})
    const outcome = await place.remote.runDeployment({
      ...run,
      source,
      signal: AbortSignal.abort(),
    })
    expect(outcome).toMatchObject({ kind: 'cancelled', rolledBack: [] })
    expect(entries).toEqual([])
  })

  it('in prepare kills the commands on every host and publishes nothing', async () => {
    const cancel = new AbortController()
    const mark = `cancel-${process.pid}-a`
    const { outcome } = await place.deploy(11, v2, {
      signal: cancel.signal,
      recipe: hook('after_prepare', `echo waiting; while :; do sleep 0.1; : ${mark}; done`),
      onLog: (line) => line.endsWith('waiting') && cancel.abort(),
    })
    expect(outcome).toMatchObject({ kind: 'cancelled', description: 'Cancelled' })
    expect(await processesWith(mark)).toEqual([])
    expect(await pages()).toEqual(['one', 'one', 'one'])
  })

  it('after publishing began goes back', async () => {
    const cancel = new AbortController()
    const { outcome } = await place.deploy(12, v2, {
      signal: cancel.signal,
      recipe: hook('after_publish', 'test "$DEPLOY_HOST" != web2 || { echo waiting; sleep 60; }'),
      onLog: (line) => line.endsWith('waiting') && cancel.abort(),
    })
    expect(outcome).toMatchObject({ kind: 'cancelled', rolledBack: ['web2', 'web1'], stranded: [] })
    expect(await pages()).toEqual(['one', 'one', 'one'])
  })

  it('is not what a step that takes too long is called', async () => {
    const { outcome } = await place.deploy(13, v2, {
      recipe: 'hooks:\n  after_prepare:\n    - { run: sleep 60, timeout: 500ms, name: slow }\n',
    })
    expect(outcome).toMatchObject({ kind: 'failed', reason: 'slow took too long and was killed' })
  })

  it('is not what a run that takes too long is called', async () => {
    const started = {
      ...recordRun(
        place,
        { deploymentId: 14, sha: v2 },
        { more: hook('after_prepare', 'sleep 60') },
      ),
    }
    const { recipe } = started.run
    const source = await fetchOf(place, v2)
    const timeouts = { ...recipe.timeouts, totalMs: 2_000 }
    const outcome = await place.remote.runDeployment({
      ...started.run,
      recipe: { ...recipe, timeouts },
      source,
    })
    expect(outcome).toMatchObject({ kind: 'failed', reason: 'the deployment took longer than 2 s' })
    expect(await pages()).toEqual(['one', 'one', 'one'])
  })
})

describe('current', () => {
  it('resolves to a complete release at every instant', async () => {
    const link = place.inside('web1', 'current')
    const shas = new Set([v1, v2])
    let [reads, isOver] = [0, false]
    const reading = (async () => {
      while (!isOver) {
        const revision = await readFile(join(link, 'REVISION'), 'utf8')
        expect(shas.has(revision.trim())).toBe(true)
        reads += 1
      }
    })()
    const hosts = place.config.inventory.slice(0, 1)
    const first = await place.deploy(20, v2, { hosts })
    const second = await place.deploy(21, v1, { hosts })
    isOver = true
    await reading
    expect([first.outcome.kind, second.outcome.kind]).toEqual(['succeeded', 'succeeded'])
    expect(reads).toBeGreaterThan(100)
    expect(await readlink(link)).toBe(`releases/21-${v1.slice(0, 7)}`)
  })
})

describe('a host that is down', () => {
  it('ends the run before anything changed, by name', async () => {
    await place.hosts.sshds[2]?.stop()
    await endConnections()
    const { outcome } = await place.deploy(30, v2)
    expect(outcome).toMatchObject({ kind: 'errored', host: 'web3' })
    expect(outcome.description).toMatch(
      /^web3: cannot connect to 127\.0\.0\.1 port \d+: Connection refused; nothing was changed$/,
    )
    expect(await pages()).toEqual(['one', 'one', 'one'])
  })

  it('is left out when the recipe says so', async () => {
    const { outcome } = await place.deploy(31, v2, { recipe: 'rollout: { unreachable: skip }\n' })
    expect(outcome).toMatchObject({ kind: 'succeeded', hosts: ['web1', 'web2'] })
    expect(outcome.description).toMatch(/on 2\/3 hosts in \d+ s; web3 skipped$/)
    await place.hosts.sshds[2]?.restart()
  })
})

describe('a host key that is not the pinned one', () => {
  it('ends the run before any login, with both fingerprints', async () => {
    const other = join(place.folder, 'other_key')
    await makeKey(other)
    await place.hosts.sshds[1]?.restart(other)
    await endConnections()
    const { outcome } = await place.deploy(40, v1)
    expect(outcome).toMatchObject({ kind: 'errored', host: 'web2' })
    expect(outcome.kind === 'errored' ? outcome.reason : '').toMatch(
      /^host web2: host key is not the pinned one \(expected SHA256:\S{43}, offered SHA256:\S{43}\)/,
    )
    expect(await pages()).toEqual(['two', 'two', 'one'])
  })

  it('of the git server stops the fetch', async () => {
    await place.gitServer.restart(join(place.folder, 'other_key'))
    await endConnections()
    await expect(fetchOf(place, v1)).rejects.toThrow(
      /git fetch failed: git server 127\.0\.0\.1:\d+: host key is not the pinned one/,
    )
  })
})

/** Shared connections outlive a server that is stopped; end them as an agent's restart would. */
async function endConnections() {
  const config = join(place.folder, 'agent', 'ssh', 'ssh_config')
  const text = await readFile(config, 'utf8')
  for (const [, alias = ''] of text.matchAll(/^Host ((?:host|git)-\S+)$/gm)) {
    await new Promise((resolve) => execFile('ssh', ['-F', config, '-O', 'exit', alias], resolve))
  }
  const control = await readFile(join(place.folder, 'agent', 'ssh', 'control'), 'utf8')
  await until(async () => (await readdir(control)).length === 0)
}
