import { readFile, rm } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { FoundRelease, RollbackTarget } from '../../src/agent/remote/model.ts'
import { type Place, recordRun, startPlace } from './place.ts'

// Many real processes on few cores: slow is not wrong.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 120_000 })

const names = ['web1', 'web2', 'web3']
let place: Place
const shas: string[] = []

beforeAll(async () => {
  place = await startPlace(...names)
  for (const page of ['one', 'two', 'three', 'four']) {
    shas.push(await place.commit({ 'index.html': page }))
  }
  for (const [index, sha] of shas.slice(0, 3).entries()) {
    const { outcome } = await place.deploy(index + 1, sha, { recipe: 'x-keep: all\n' })
    expect(outcome.kind).toBe('succeeded')
  }
})
afterAll(async () => {
  await place?.[Symbol.asyncDispose]()
})

const pages = async () => Promise.all(names.map(async (name) => (await place.serves(name))?.page))

async function find(to: RollbackTarget) {
  const { run } = recordRun(place, { deploymentId: 99, sha: shas[0] ?? '' }, {})
  return await place.remote.findRollback({ ...run, to })
}

async function found(to: RollbackTarget): Promise<FoundRelease> {
  const choice = await find(to)
  if (choice.kind === 'found') return choice
  throw new Error(choice.reason)
}

async function rollBack(deploymentId: number, choice: FoundRelease) {
  const values = { deploymentId, sha: choice.sha, releaseId: choice.release }
  const { run } = recordRun(place, values, {})
  const deployment = { ...run.deployment, sha: shas.at(-1) ?? '', task: 'rollback' }
  return await place.remote.runRollback({ ...run, deployment, choice })
}

describe('a rollback', () => {
  it('publishes the good release before, on all hosts, as its own deployment', async () => {
    const choice = await found({ kind: 'previous' })
    expect(choice).toMatchObject({ release: `2-${shas[1]?.slice(0, 7)}`, sha: shas[1] })
    const outcome = await rollBack(4, choice)
    expect(outcome).toMatchObject({ kind: 'succeeded', release: choice.release, hosts: names })
    expect(await pages()).toEqual(['two', 'two', 'two'])
    expect(await readFile(place.inside('web1', '.deploy', 'fence'), 'utf8')).toBe('4\n')
  })

  it('leaves the fence where no older deployment passes', async () => {
    const { outcome } = await place.deploy(3, shas[3] ?? '')
    expect(outcome).toMatchObject({
      kind: 'errored',
      reason: expect.stringContaining('deployment 4'),
    })
    expect(await pages()).toEqual(['two', 'two', 'two'])
  })

  it('goes forward again to a release that is named by its deployment or sha', async () => {
    expect(await found({ kind: 'deployment', id: 3 })).toMatchObject({ sha: shas[2] })
    const outcome = await rollBack(5, await found({ kind: 'sha', sha: shas[2] ?? '' }))
    expect(outcome.kind).toBe('succeeded')
    expect(await pages()).toEqual(['three', 'three', 'three'])
  })

  it('chooses one release for all when the histories differ', async () => {
    const hosts = place.config.inventory.slice(0, 2)
    expect((await place.deploy(6, shas[3] ?? '', { hosts })).outcome.kind).toBe('succeeded')
    expect(await pages()).toEqual(['four', 'four', 'three'])
    const choice = await found({ kind: 'previous' })
    expect(choice.release).toBe(`3-${shas[2]?.slice(0, 7)}`)
    expect((await rollBack(7, choice)).kind).toBe('succeeded')
    expect(await pages()).toEqual(['three', 'three', 'three'])
  })

  it('is refused when no good release is on all hosts', async () => {
    await rm(place.inside('web3', '.deploy', 'good'))
    expect(await find({ kind: 'previous' })).toEqual({
      kind: 'none',
      reason: 'no earlier good release is on all hosts',
    })
    expect(await find({ kind: 'deployment', id: 77 })).toMatchObject({
      reason: 'no good release of deployment 77 is on all hosts',
    })
  })
})
