import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Ledger, openLedger } from '../../src/agent/ledger/ledger.ts'
import type { Accepted, Entry } from '../../src/agent/ledger/model.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-ledger-'))
})
afterEach(() => rm(folder, { recursive: true }))

const place = (id: number) => ({ forge: 'main', repository: 'octo/docs', id })
const accepted = (id: number, payload = '{}'): Accepted => ({
  rule: 'docs',
  log: String(id).padStart(32, '0'),
  deployment: {
    id,
    sha: 'a'.repeat(40),
    ref: 'main',
    environment: 'production',
    task: 'deploy',
    creator: 'octocat',
    description: '',
    payload,
  },
})
const queued = [{ state: 'queued' as const }]

/** One deployment up to where it is published and its first status is posted. */
const published = (id: number, payload?: string): Entry[] => [
  { ...place(id), kind: 'received' },
  { ...place(id), kind: 'accepted', accepted: accepted(id, payload), statuses: queued },
  { ...place(id), kind: 'posted', status_id: 1000 + id },
  { ...place(id), kind: 'claimed' },
  { ...place(id), kind: 'ran', entry: { point: 'preparing', hosts: ['web1'], release: `${id}-a` } },
  {
    ...place(id),
    kind: 'ran',
    entry: { point: 'publishing', hosts: ['web1'], release: `${id}-a`, previous: { web1: null } },
  },
]
const ended = (id: number): Entry => ({
  ...place(id),
  kind: 'ended',
  ending: { kind: 'failed', description: 'web1: no' },
  statuses: [{ state: 'failure' }],
  lock: { by: 'the agent', reason: 'no', at: 'now' },
})

async function record(entries: readonly Entry[]): Promise<void> {
  await using ledger = await openLedger({ folder })
  for (const entry of entries) await ledger.record(entry)
}

const environment = 'main octo/docs production'
const stateOf = (ledger: Ledger) => ({
  tracked: ledger.all(),
  outgoing: ledger.outgoing(),
  lock: ledger.findLock(environment),
  publishedId: ledger.publishedId(environment),
})

describe('a ledger', () => {
  it('knows after a restart what it knew before', async () => {
    await record(published(41))
    await using ledger = await openLedger({ folder })
    expect(ledger.find(place(41))).toMatchObject({
      phase: 'publishing',
      publishing: { release: '41-a' },
    })
    expect(ledger.findByLog(accepted(41).log)?.id).toBe(41)
    expect(ledger.findOutgoing(place(41))).toMatchObject({ statuses: [], lastPostedId: 1041 })
    expect(ledger.publishedId(environment)).toBe(41)
  })

  it('keeps what waits for the forge until it is there', async () => {
    await record([...published(41), ended(41)])
    await using ledger = await openLedger({ folder })
    expect(ledger.findOutgoing(place(41))?.statuses).toEqual([{ state: 'failure' }])
    await ledger.record({ ...place(41), kind: 'posted', status_id: 2000 })
    expect(ledger.findOutgoing(place(41))).toBeUndefined()
    expect(ledger.findLock(environment)?.reason).toBe('no')
  })

  it('forgets everything but the name of one that is over', async () => {
    await record([...published(41), ended(41)])
    await using ledger = await openLedger({ folder })
    expect(ledger.find(place(41))).toMatchObject({
      phase: 'ended',
      accepted: null,
      publishing: null,
    })
  })

  it('takes no step that the state machine does not have', async () => {
    await using ledger = await openLedger({ folder })
    for (const entry of [...published(41), ended(41)]) await ledger.record(entry)
    await expect(ledger.record(ended(41))).rejects.toThrow('main/41 cannot go from ended to ended')
  })

  it('is rewritten when it is long, and says the same', async () => {
    const payload = JSON.stringify('x'.repeat(300_000))
    const ids = Array.from({ length: 20 }, (_, at) => 41 + at)
    const all = ids.flatMap((id) => [...published(id, payload), ended(id)])
    const before = await (async () => {
      await using ledger = await openLedger({ folder })
      for (const entry of [...all, ...published(99)]) await ledger.record(entry)
      return stateOf(ledger)
    })()
    await using ledger = await openLedger({ folder })
    expect(stateOf(ledger)).toEqual(before)
    const { size } = await stat(join(folder, 'journal.jsonl'))
    expect(size).toBeLessThan(5 * 1024 * 1024)
  })
})
