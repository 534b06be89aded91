import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { PublishingEntry, RunEntry } from '../../src/agent/remote/model.ts'
import { eachLine, startProgram } from '../../src/lib/program.ts'
import { processesWith } from './hosts.ts'
import { type Place, recordRun, startPlace } from './place.ts'
import { until } from './sshd.ts'

// Many real processes on few cores: slow is not wrong.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 120_000 })

const names = ['web1', 'web2', 'web3']
let place: Place
let [v1, v2] = ['', '']

beforeAll(async () => {
  place = await startPlace(...names)
  v1 = await place.commit({ 'index.html': 'one' })
  v2 = await place.commit({ 'index.html': 'two' })
  expect((await place.deploy(1, v1)).outcome.kind).toBe('succeeded')
})
afterAll(async () => {
  // What a killed agent leaves is removed by its next start, which never comes here.
  const note = join(`${place?.config.agent.dataDir}-doomed`, 'ssh', 'control')
  await rm(await readFile(note, 'utf8'), { recursive: true, force: true })
  await place?.[Symbol.asyncDispose]()
})

const pages = async () => Promise.all(names.map(async (name) => (await place.serves(name))?.page))

/** Starts a deployment in another process and kills that with -9 when a line of its log says so. */
async function killAgent(id: number, recipe: string, at: (line: string) => boolean) {
  const doomed = await startProgram({
    argv: [
      process.execPath,
      join(import.meta.dirname, 'doomed-agent.ts'),
      place.config.file,
      String(id),
      v2,
      recipe,
    ],
    env: { PATH: '/usr/bin:/bin' },
  })
  const entries: RunEntry[] = []
  let [stderr, isThere] = ['', false]
  doomed.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  eachLine(doomed.stdout, (text) => {
    const said: { line?: string; entry?: RunEntry } = JSON.parse(text)
    if (said.entry) entries.push(said.entry)
    if (said.line !== undefined && at(said.line)) isThere = true
  })
  await until(() => isThere, 40_000).catch((error) => {
    throw new Error(`${error} ${stderr}`)
  })
  // Only the agent itself: its ssh clients are left to find out.
  process.kill(doomed.pid, 'SIGKILL')
  await doomed.exited
  return entries
}

const publishingOf = (entries: readonly RunEntry[]): PublishingEntry => {
  const entry = entries.findLast((one): one is PublishingEntry => one.point === 'publishing')
  if (!entry) throw new Error('never published')
  return entry
}

const hook = (name: string, run: string) =>
  `hooks:\n  ${name}:\n    - run: ${JSON.stringify(run)}\n`

describe('an agent that is killed with -9', () => {
  it('in prepare leaves no process on any host, and its leftovers are taken away', async () => {
    const mark = `doomed-${process.pid}-a`
    const recipe = hook('after_prepare', `echo waiting; while :; do sleep 0.1; : ${mark}; done`)
    const entries = await killAgent(10, recipe, (line) => line === '[web3] waiting')
    expect(entries.map(({ point }) => point)).toEqual(['preparing'])
    await until(async () => (await processesWith(mark)).length === 0)
    const { run } = recordRun(place, { deploymentId: 10, sha: v2 }, {})
    const reports = await place.remote.cleanPartials({ ...run, deploymentId: 10 })
    for (const report of reports) {
      expect(report).toMatchObject({
        kind: 'reached',
        current: `1-${v1.slice(0, 7)}`,
        partials: [],
        running: [],
      })
    }
    expect(await readdir(place.inside('web1', 'releases'))).toEqual([`1-${v1.slice(0, 7)}`])
    expect(await pages()).toEqual(['one', 'one', 'one'])
  })

  it('between two hosts ends with every host back', async () => {
    const recipe = hook(
      'after_publish',
      'test "$DEPLOY_HOST" != web2 || { echo waiting; sleep 60; }',
    )
    const entry = publishingOf(await killAgent(11, recipe, (line) => line === '[web2] waiting'))
    expect(await pages()).toEqual(['two', 'two', 'one'])
    const { run } = recordRun(place, { deploymentId: 11, sha: v2 }, {})
    const outcome = await place.remote.recoverRun({ ...run, entry, wasRollingBack: false })
    expect(outcome).toMatchObject({ kind: 'errored', rolledBack: ['web2', 'web1'], stranded: [] })
    expect(await pages()).toEqual(['one', 'one', 'one'])
    const reports = await place.remote.inspectHosts(run)
    expect(reports.map((report) => report.kind === 'reached' && report.running)).toEqual([
      [],
      [],
      [],
    ])
  })

  it('when all hosts were on the release ends in success', async () => {
    const recipe = `${hook('after_publish', 'test "$DEPLOY_HOST" != web3 || { echo waiting; sleep 60; }')}`
    const entry = publishingOf(await killAgent(12, recipe, (line) => line === '[web3] waiting'))
    const again = { more: hook('after_publish', 'echo again') }
    const { run, entries, lines } = recordRun(place, { deploymentId: 12, sha: v2 }, again)
    const outcome = await place.remote.recoverRun({ ...run, entry, wasRollingBack: false })
    expect(outcome).toMatchObject({ kind: 'succeeded', hosts: names })
    expect(entries.map(({ point }) => point)).toEqual(['verifying', 'finishing'])
    expect(lines.filter((line) => line.endsWith(' again'))).toEqual(['[web3] again'])
    expect(await pages()).toEqual(['two', 'two', 'two'])
  })

  it('while it goes back goes on going back, though all are still on the release', async () => {
    expect((await place.deploy(13, v1)).outcome.kind).toBe('succeeded')
    const recipe = `hooks:
  after_verify: [{ run: 'test "$DEPLOY_HOST" != web3' }]
  before_rollback: [{ run: 'echo waiting; sleep 60' }]
`
    const entries = await killAgent(14, recipe, (line) => line === '[web3] waiting')
    expect(entries.at(-1)?.point).toBe('rolling_back')
    expect(await pages()).toEqual(['two', 'two', 'two'])
    const { run } = recordRun(place, { deploymentId: 14, sha: v2 }, {})
    const entry = publishingOf(entries)
    const outcome = await place.remote.recoverRun({ ...run, entry, wasRollingBack: true })
    expect(outcome).toMatchObject({ kind: 'errored', rolledBack: names.toReversed() })
    expect(await pages()).toEqual(['one', 'one', 'one'])
  })
})
