import { describe, expect, it } from 'vitest'
import {
  type Context,
  contextVerdicts,
  decideContexts,
  decideMerge,
  type MergeFacts,
  mergeVerdicts,
} from './decide-ref.ts'

const behind: MergeFacts = { autoMerge: true, refIs: 'branch', isBehindDefaultBranch: true }

describe('auto_merge', () => {
  it('leaves a ref alone that has everything of the default branch', () => {
    for (const refIs of ['branch', 'tag', 'sha'] as const) {
      expect(decideMerge({ ...behind, refIs, isBehindDefaultBranch: false })).toBe('go on')
    }
  })

  it('leaves a ref alone when the caller says so, however far behind it is', () => {
    for (const refIs of ['branch', 'tag', 'sha'] as const) {
      expect(decideMerge({ ...behind, refIs, autoMerge: false })).toBe('go on')
    }
  })

  it('merges the default branch into a branch that is behind it', () => {
    expect(decideMerge(behind)).toBe('merge')
  })

  it('is a conflict for a tag or a sha that is behind: there is nothing to push to', () => {
    expect(decideMerge({ ...behind, refIs: 'tag' })).toBe('conflict')
    expect(decideMerge({ ...behind, refIs: 'sha' })).toBe('conflict')
  })
})

const context = (name: string, state: string): Context => ({ context: name, state })
const build = context('build', 'success')
const lint = context('lint', 'failure')

describe('required_contexts', () => {
  it('absent: every context there is must be successful', () => {
    expect(decideContexts(undefined, [build]).kind).toBe('pass')
    expect(decideContexts(undefined, [build, lint])).toEqual({
      kind: 'refuse',
      contexts: [build, lint],
      failing: [lint],
      missing: [],
    })
  })

  it('absent: a commit without contexts passes', () => {
    expect(decideContexts(undefined, []).kind).toBe('pass')
  })

  it('an empty list: nothing is checked', () => {
    expect(decideContexts([], [lint]).kind).toBe('pass')
  })

  it('a list: each of these must be successful, whatever the others are', () => {
    expect(decideContexts(['build'], [build, lint]).kind).toBe('pass')
    expect(decideContexts(['build', 'lint'], [build, lint]).kind).toBe('refuse')
  })

  it('a list: what was never reported fails, and is not listed', () => {
    expect(decideContexts(['build', 'deploy'], [build])).toEqual({
      kind: 'refuse',
      contexts: [build],
      failing: [],
      missing: ['deploy'],
    })
  })

  it('compares names without regard to case', () => {
    expect(decideContexts(['BUILD'], [build]).kind).toBe('pass')
  })

  it('takes nothing but success for success', () => {
    for (const state of ['pending', 'error', 'failure', 'skipped', 'neutral', 'cancelled']) {
      expect(decideContexts(undefined, [context('x', state)]).kind).toBe('refuse')
    }
  })
})

describe('what is told before anybody asks', () => {
  const told = (required: readonly string[] | undefined, reported: readonly Context[]) =>
    contextVerdicts(decideContexts(required, reported))

  it('is nothing of what passes', () => {
    expect(told(['build'], [build])).toEqual([])
    expect(mergeVerdicts('go on', { ref: 'topic', default_branch: 'main' })).toEqual([])
  })

  it('is which checks are missing, pending and failed, and that the first two may yet come', () => {
    const run = context('test', 'pending')
    expect(told(['build', 'deploy', 'test'], [build, run])).toMatchObject([
      {
        ...{ gate: 'required_contexts', verdict: 'wait', cleared_by: ['deploy', 'test'] },
        reason: 'Checks missing: deploy; Checks pending: test',
      },
    ])
    expect(told(undefined, [build, lint, run])).toMatchObject([
      { verdict: 'refuse', reason: 'Checks pending: test; Checks failed: lint (failure)' },
    ])
  })

  it('is what auto_merge would do', () => {
    const of = { ref: 'topic', default_branch: 'main' }
    expect(mergeVerdicts('merge', of)).toMatchObject([
      { verdict: 'wait', reason: expect.stringMatching('^main would be merged into topic') },
    ])
    expect(mergeVerdicts('conflict', of)).toMatchObject([{ verdict: 'refuse' }])
    expect(mergeVerdicts('merge in vain', of)).toMatchObject([
      { verdict: 'refuse', reason: 'Conflict merging main into topic' },
    ])
  })
})
