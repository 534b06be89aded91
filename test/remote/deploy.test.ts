import { mkdir, readdir, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { Secret } from '../../src/lib/secret.ts'
import { fetchOf, type Place, recordRun, startPlace } from './place.ts'

// Many real processes on few cores: slow is not wrong.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 120_000 })

const names = ['web1', 'web2', 'web3']
let place: Place
let [v1, v2, v3] = ['', '', '']

beforeAll(async () => {
  place = await startPlace(...names)
  v1 = await place.commit({ 'index.html': 'one', 'test/a.txt': 'x', 'notes.md': 'x' })
  v2 = await place.commit({ 'index.html': 'two' })
  v3 = await place.commit({ 'index.html': 'three' })
})
afterAll(async () => {
  await place?.[Symbol.asyncDispose]()
})

const pages = async () => Promise.all(names.map(async (name) => (await place.serves(name))?.page))
const nameOf = (id: number, sha: string) => `${id}-${sha.slice(0, 7)}`
const releasesOf = async (name: string) => (await readdir(place.inside(name, 'releases'))).sort()

describe('a deployment', () => {
  it('reaches every host with exactly the commit, and says so', async () => {
    const { outcome, entries, lines } = await place.deploy(10, v1)
    expect(outcome, lines.join('\n')).toMatchObject({ kind: 'succeeded', hosts: names })
    expect(outcome.description).toMatch(/^v10 [0-9a-f]{7} on 3 hosts in \d+ s$/)
    expect(await pages()).toEqual(['one', 'one', 'one'])
    expect(await readFile(place.inside('web2', 'current', 'REVISION'), 'utf8')).toBe(`${v1}\n`)
    expect(entries.map(({ point }) => point)).toEqual([
      'preparing',
      'publishing',
      'publishing',
      'publishing',
      'finishing',
    ])
  })

  it('keeps the fence, the good list and an audit line on every host', async () => {
    await place.deploy(11, v2)
    const read = (file: string) => readFile(place.inside('web3', '.deploy', file), 'utf8')
    expect(await read('fence')).toBe('11\n')
    expect(await read('good')).toBe(`${nameOf(10, v1)}\n${nameOf(11, v2)}\n`)
    const audit = (await read('audit.jsonl')).trim().split('\n')
    expect(JSON.parse(audit.at(-1) ?? '')).toMatchObject({
      agent: 'agent-1',
      action: 'publish',
      release: nameOf(11, v2),
      deployment: { id: 11, sha: v2, creator: 'octocat' },
    })
  })

  it('is refused when a newer one has been there, and changes nothing', async () => {
    const { outcome } = await place.deploy(9, v3)
    expect(outcome).toMatchObject({
      kind: 'errored',
      reason: expect.stringContaining('deployment 11 has already been published'),
    })
    expect(await pages()).toEqual(['two', 'two', 'two'])
    expect(await readFile(place.inside('web1', '.deploy', 'fence'), 'utf8')).toBe('11\n')
  })

  it('leaves out what the recipe ignores', async () => {
    await place.deploy(12, v3, { recipe: 'source: { ignore: [test/, "*.md"] }\n' })
    const files = await readdir(place.inside('web1', 'current'))
    expect(files.sort()).toEqual(['REVISION', 'index.html'])
  })

  it('keeps N good releases, and never prunes current or the one before it', async () => {
    await place.deploy(13, v2)
    expect(await releasesOf('web1')).toEqual([nameOf(12, v3), nameOf(13, v2)])
  })

  it('links what is shared', async () => {
    await mkdir(place.inside('web1', 'shared'), { recursive: true })
    const base = place.recipe({ deploymentId: 15, sha: v3 })
    if (base.strategy.kind !== 'files') throw new Error('not files')
    const shared = { sharedDirs: ['storage/app'], sharedFiles: ['.env'] }
    const recipe = { ...base, strategy: { ...base.strategy, ...shared } }
    const hosts = place.config.inventory.slice(0, 1)
    const source = await fetchOf(place, v3)
    const { run } = recordRun(place, { deploymentId: 15, sha: v3 }, {})
    const missing = await place.remote.runDeployment({ ...run, recipe, hosts, source })
    expect(missing).toMatchObject({
      kind: 'errored',
      reason: expect.stringContaining('shared/.env is missing'),
    })
    await writeFile(place.inside('web1', 'shared', '.env'), 'A=1')
    const outcome = await place.remote.runDeployment({ ...run, recipe, hosts, source })
    expect(outcome.kind).toBe('succeeded')
    expect(await readlink(place.inside('web1', 'current', 'storage', 'app'))).toBe(
      place.inside('web1', 'shared', 'storage', 'app'),
    )
    expect(await readFile(place.inside('web1', 'current', '.env'), 'utf8')).toBe('A=1')
  })
})

describe('the commands of a recipe', () => {
  const hook = (name: string, run: string, more = '') =>
    `hooks:\n  ${name}:\n    - run: ${JSON.stringify(run)}\n${more}`

  it('get the deployment by environment, whatever its texts hold', async () => {
    const nasty = `main$(touch ${place.folder}/hacked)'"\n-rf ../../\u0000\u{1f6a2}`
    const payload = JSON.stringify({ nasty, more: 'x'.repeat(1_000_000) })
    const { run } = recordRun(place, { deploymentId: 20, sha: v1 }, {})
    const { outcome, lines } = await place.deploy(20, v1, {
      deployment: { ...run.deployment, ref: nasty, creator: nasty, payload },
      recipe: hook(
        'after_publish',
        'printf "%s" "$DEPLOY_REF" | od -An -tx1 | tr -d " \\n"; echo; wc -c <"$DEPLOY_PAYLOAD_FILE"; pwd; echo "$DEPLOY_ID $DEPLOY_HOST"',
      ),
    })
    expect(outcome.kind, lines.join('\n')).toBe('succeeded')
    const of = lines.filter((line) => line.startsWith('[web2] ')).map((line) => line.slice(7))
    const hex = of.find((line) => /^[0-9a-f]{40,}$/.test(line)) ?? ''
    expect(Buffer.from(hex, 'hex').toString()).toBe(nasty.replaceAll('\0', ''))
    expect(of).toContain(String(Buffer.byteLength(payload)))
    expect(of).toContain(place.inside('web2', 'releases', nameOf(20, v1)))
    expect(of).toContain('20 web2')
    await expect(stat(`${place.folder}/hacked`)).rejects.toThrow('ENOENT')
  })

  it('get secrets, which leave nothing on the host', async () => {
    const sentinel = 'sentinel-55b1e0a7'
    const { outcome } = await place.deploy(21, v2, {
      secrets: new Map([['TOKEN', new Secret(sentinel)]]),
      recipe: hook('after_publish', 'test "$(printf %s "$TOKEN" | wc -c)" -eq 17'),
    })
    expect(outcome.kind).toBe('succeeded')
    expect(await filesWith(place.folder, sentinel)).toEqual([])
  })

  it('end the deployment when they fail, and every host goes back', async () => {
    const { outcome, entries } = await place.deploy(22, v3, {
      recipe: hook('after_publish', 'test "$DEPLOY_HOST" != web2', 'rollback: { on: failure }\n'),
    })
    expect(outcome).toMatchObject({
      kind: 'failed',
      host: 'web2',
      rolledBack: ['web2', 'web1'],
      stranded: [],
    })
    expect(outcome.description).toBe('web2: after_publish 1 ended with 1; web2, web1 rolled back')
    expect(await pages()).toEqual(['two', 'two', 'two'])
    expect(entries.at(-1)).toEqual({ point: 'rolling_back', hosts: ['web1', 'web2'] })
    expect(await releasesOf('web1')).not.toContain(nameOf(22, v3))
  })

  it('touch no host at all when one fails in prepare', async () => {
    const before = await Promise.all(names.map((name) => place.serves(name)))
    const { outcome } = await place.deploy(23, v3, {
      recipe: hook('after_prepare', 'test "$DEPLOY_HOST" != web3'),
    })
    expect(outcome).toMatchObject({ kind: 'failed', host: 'web3', rolledBack: [] })
    expect(await Promise.all(names.map((name) => place.serves(name)))).toEqual(before)
    for (const name of names) expect(await releasesOf(name)).not.toContain(nameOf(23, v3))
  })

  it('become another user only when the operator allows it', async () => {
    const { outcome } = await place.deploy(24, v3, {
      recipe: 'hooks:\n  after_publish:\n    - { run: id, as: root, name: reload }\n',
    })
    expect(outcome).toMatchObject({
      kind: 'errored',
      reason: 'step "reload" wants to become root, which agent.yml does not allow (allow.become)',
    })
  })
})

describe('what a recipe asks and cannot have yet', () => {
  it.each([
    ['build', 'build: { run: make }\n', 'build runs on the agent, which agent.yml does not allow'],
    ['rsync', 'source: { lfs: true }\n', 'source.lfs is not available yet'],
  ])('%s is refused before any host is contacted', async (_, recipe, reason) => {
    const { outcome, entries } = await place.deploy(30, v1, { recipe })
    expect(outcome).toMatchObject({ kind: 'errored', reason: expect.stringContaining(reason) })
    expect(entries).toEqual([])
  })

  it('an allowed build ships only its output', async () => {
    const { outcome, lines } = await place.deploy(31, v3, {
      allow: { runsOnAgent: true, become: [] },
      recipe: 'build: { run: [mkdir dist, cp index.html dist/, echo built], output: dist }\n',
    })
    expect(outcome.kind, lines.join('\n')).toBe('succeeded')
    expect(lines).toContain('built')
    expect((await readdir(place.inside('web1', 'current'))).sort()).toEqual([
      'REVISION',
      'index.html',
    ])
  })

  it('a build that links out of its output is refused', async () => {
    const { outcome } = await place.deploy(32, v3, {
      allow: { runsOnAgent: true, become: [] },
      recipe: 'build: { run: "mkdir dist; ln -s /etc/passwd dist/p", output: dist }\n',
    })
    expect(outcome).toMatchObject({
      kind: 'errored',
      reason: expect.stringContaining('p -> /etc/passwd'),
    })
  })
})

it('a first deployment that fails leaves a host without current, as it was', async () => {
  for (const name of names) await rm(place.inside(name), { recursive: true, force: true })
  const { outcome } = await place.deploy(40, v1, {
    recipe: 'hooks:\n  after_verify:\n    - run: exit 3\nrollout: { max_parallel: 3 }\n',
  })
  expect(outcome.kind).toBe('failed')
  expect(await pages()).toEqual([undefined, undefined, undefined])
})

async function filesWith(folder: string, text: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  const found = await Promise.all(
    files.map(async ({ parentPath, name }) => {
      const bytes = await readFile(`${parentPath}/${name}`).catch(() => Buffer.alloc(0))
      return bytes.includes(text) ? [`${parentPath}/${name}`] : []
    }),
  )
  return found.flat()
}
