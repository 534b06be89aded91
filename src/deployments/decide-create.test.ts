import { describe, expect, it } from 'vitest'
import {
  type Context,
  decideContexts,
  decideMerge,
  isProduction,
  type MergeFacts,
  mayDelete,
} from './decide-create.ts'

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

describe('production_environment', () => {
  it('is true for the environment named exactly production, unless the caller says otherwise', () => {
    expect(isProduction('production', undefined)).toBe(true)
    expect(isProduction('Production', undefined)).toBe(false)
    expect(isProduction('production', false)).toBe(false)
    expect(isProduction('qa', true)).toBe(true)
  })
})

describe('deleting', () => {
  it('is refused only for an active deployment among others of its environment', () => {
    expect(mayDelete({ isActive: true, isOnlyOneInEnvironment: false })).toBe(false)
    expect(mayDelete({ isActive: true, isOnlyOneInEnvironment: true })).toBe(true)
    expect(mayDelete({ isActive: false, isOnlyOneInEnvironment: false })).toBe(true)
  })
})
