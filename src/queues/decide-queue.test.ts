import { describe, expect, it } from 'vitest'
import { decideQueue } from './decide-queue.ts'
import type { QueueFacts } from './model.ts'

const facts = (given: Partial<QueueFacts>): QueueFacts => ({
  mode: 'latest',
  ...{ isNew: false, isRollback: false, live: undefined, inProgress: undefined, later: [] },
  ...given,
})
const decide = (given: Partial<QueueFacts>) => decideQueue(facts(given))

const ahead = { id: 7, hasCommit: true }
const aside = { id: 7, hasCommit: false }
const unknown = { id: 7, hasCommit: undefined }

describe('a queue', () => {
  it('lets a deployment go that nothing is ahead of', () => {
    for (const mode of ['latest', 'reject'] as const) {
      expect(decide({ mode, live: aside }).kind).toBe('go')
    }
  })

  it('refuses what is older than what is live, whatever waits', () => {
    const reason = 'Older than deployment 7, which is live'
    for (const mode of ['latest', 'reject'] as const) {
      expect(decide({ mode, isNew: true, live: ahead })).toEqual({ kind: 'refuse', reason })
    }
  })

  it('ends what became older than what is live while it waited', () => {
    expect(decide({ live: ahead })).toMatchObject({ kind: 'give way', to: 7 })
    expect(decide({ mode: 'reject', live: ahead })).toMatchObject({ kind: 'give way', to: 7 })
  })

  it('lets a rollback be older', () => {
    expect(decide({ isRollback: true, isNew: true, live: ahead }).kind).toBe('go')
    expect(decide({ isRollback: true, live: unknown }).kind).toBe('go')
  })

  it('has what waits give way to a later one with its commit, and to no other', () => {
    const reason = 'Superseded by deployment 7'
    expect(decide({ later: [aside] }).kind).toBe('go')
    expect(decide({ later: [aside, ahead] })).toEqual({ kind: 'give way', to: 7, reason })
    expect(decide({ mode: 'reject', later: [ahead] }).kind).toBe('go')
  })

  it('has one wait while another is in progress', () => {
    const reason = 'Deployment 5 is in progress'
    const inProgress = { id: 5 }
    const waits = { kind: 'wait', for: 5, reason }
    expect(decide({ inProgress, isNew: true })).toEqual(waits)
    expect(decide({ inProgress, mode: 'reject' })).toEqual(waits)
    expect(decide({ inProgress, mode: 'reject', isNew: true })).toEqual({ kind: 'refuse', reason })
  })

  it('decides nothing before git was asked, but what is known already', () => {
    expect(decide({ live: unknown }).kind).toBe('ask git')
    expect(decide({ later: [unknown] }).kind).toBe('ask git')
    expect(decide({ live: unknown, inProgress: { id: 5 } }).kind).toBe('ask git')
    expect(decide({ live: unknown, later: [{ id: 9, hasCommit: true }] }).kind).toBe('give way')
  })
})
