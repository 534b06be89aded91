import { readdir, readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Place, serveCurrent, startPlace } from './place.ts'
import { freePort } from './sshd.ts'

// Many real processes on few cores: slow is not wrong.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 120_000 })

const names = ['web1', 'web2', 'web3']
let place: Place
let sites: readonly (AsyncDisposable & { readonly port: number })[] = []
let [v1, v2, broken] = ['', '', '']

beforeAll(async () => {
  place = await startPlace(...names)
  sites = await Promise.all(names.map((name) => serveCurrent(place.inside(name))))
  v1 = await place.commit({ 'index.html': 'one' })
  broken = await place.commit({ 'index.html': 'broken' })
  v2 = await place.commit({ 'index.html': 'two' })
  expect((await place.deploy(1, v1)).outcome.kind).toBe('succeeded')
})
afterAll(async () => {
  for (const site of sites) await site[Symbol.asyncDispose]()
  await place?.[Symbol.asyncDispose]()
})

const pages = async () => Promise.all(names.map(async (name) => (await place.serves(name))?.page))

/** Every host looks at the site of web1, which is where the canary goes. */
const check = (more: string, within = '3s') =>
  `health:\n  - { name: up, ${more}, interval: 100ms, timeout: 2s, within: ${within} }\n`
const site = (path = '/') => `http: "http://127.0.0.1:${sites[0]?.port}${path}"`

describe('health by HTTP, through the SSH connection', () => {
  it('passes when the served page says what it must', async () => {
    const { outcome, lines } = await place.deploy(10, v2, {
      recipe: check(`${site()}, expect: { status: 200, body_contains: two }`),
    })
    expect(outcome.kind, lines.join('\n')).toBe('succeeded')
    expect(lines.filter((line) => line.endsWith('healthy: up'))).toHaveLength(3)
  })

  it('stops at the canary: it goes back, and the others were never touched', async () => {
    const { outcome, entries } = await place.deploy(11, broken, {
      recipe: `${check(site(), '500ms')}rollout: { canary: { hosts: 1 }, max_parallel: 100% }\n`,
    })
    expect(outcome).toMatchObject({ kind: 'failed', host: 'web1', rolledBack: ['web1'] })
    expect(outcome.description).toBe('web1: health check "up" got 500; web1 rolled back')
    expect(await pages()).toEqual(['two', 'two', 'two'])
    const published = entries.flatMap((entry) => (entry.point === 'publishing' ? entry.hosts : []))
    expect(published).toEqual(['web1'])
  })

  it('takes all published hosts back, last one first, to the release each had before', async () => {
    const { outcome } = await place.deploy(12, v1, {
      recipe: `${check(`${site()}, expect: { body_contains: one }`, '500ms')}hooks:
  after_verify:
    - run: 'test "$DEPLOY_HOST" != web3'
`,
    })
    expect(outcome).toMatchObject({
      kind: 'failed',
      host: 'web3',
      rolledBack: ['web3', 'web2', 'web1'],
    })
    expect(await pages()).toEqual(['two', 'two', 'two'])
    for (const name of names) {
      expect(await readdir(place.inside(name, 'releases'))).not.toContain(`12-${v1.slice(0, 7)}`)
    }
  })

  it('leaves what is published when the recipe says never to roll back', async () => {
    const { outcome } = await place.deploy(13, broken, {
      recipe: `${check(site(), '300ms')}rollback: { on: never }\n`,
    })
    expect(outcome).toMatchObject({ kind: 'failed', rolledBack: [] })
    expect(outcome.description).toBe('web1: health check "up" got 500; left on web1')
    expect(await pages()).toEqual(['broken', 'two', 'two'])
  })

  it('goes on without a host that fails within max_failures, and says so', async () => {
    const { outcome } = await place.deploy(14, v2, {
      recipe: `rollout: { max_failures: 1 }\nhooks:\n  after_verify:\n    - run: 'test "$DEPLOY_HOST" != web2'\n`,
    })
    expect(outcome).toMatchObject({ kind: 'succeeded', hosts: ['web1', 'web3'] })
    expect(outcome.description).toMatch(/on 2\/3 hosts in \d+ s; web2 skipped$/)
  })

  it('says that nothing listens', async () => {
    const port = await freePort()
    const { outcome } = await place.deploy(15, v2, {
      recipe: check(`http: "http://127.0.0.1:${port}/"`, '300ms'),
    })
    expect(outcome).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('got no answer'),
    })
  })
})

describe('health by other ways', () => {
  it('a port that is open on the host passes, a closed one does not', async () => {
    const open = await place.deploy(20, v2, { recipe: check(`tcp: "127.0.0.1:${sites[0]?.port}"`) })
    expect(open.outcome.kind).toBe('succeeded')
    const port = await freePort()
    const closed = await place.deploy(21, v2, {
      recipe: check(`tcp: "127.0.0.1:${port}"`, '300ms'),
    })
    expect(closed.outcome).toMatchObject({
      kind: 'failed',
      reason: `health check "up" cannot connect to 127.0.0.1:${port}`,
    })
  })

  it('a command passes by its exit code, in the release', async () => {
    const good = await place.deploy(22, v2, { recipe: check('run: grep -q two index.html') })
    expect(good.outcome.kind).toBe('succeeded')
    const bad = await place.deploy(23, v2, { recipe: check('run: exit 255', '300ms') })
    expect(bad.outcome).toMatchObject({ kind: 'failed', rolledBack: ['web1'] })
  })

  it('must pass as often in a row as the recipe says', async () => {
    const { outcome } = await place.deploy(24, v2, {
      recipe: check('successes: 3, run: "echo x >>$DEPLOY_RELEASE_PATH/n"'),
    })
    expect(outcome.kind).toBe('succeeded')
    expect(await readLines(place.inside('web2', 'current', 'n'))).toBe(3)
  })
})

async function readLines(file: string): Promise<number> {
  return (await readFile(file, 'utf8')).trim().split('\n').length
}
