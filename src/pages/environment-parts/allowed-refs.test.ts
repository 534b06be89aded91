import { describe, expect, it } from 'vitest'
import { allowedBy, type Limits, refsMatching } from './allowed-refs.ts'

const limits = (some: Partial<Limits>): Limits => ({
  policy: 'custom_branch_policies',
  patterns: [{ type: 'branch', name: 'release/*' }],
  protectedBranches: new Set(),
  ...some,
})
const branch = (name: string) => ({ type: 'branch', name }) as const
const tag = (name: string) => ({ type: 'tag', name }) as const

describe('allowedBy', () => {
  it('names the pattern that lets a ref pass', () => {
    expect(allowedBy(limits({}), branch('release/1'))).toEqual({
      kind: 'by_pattern',
      pattern: 'release/*',
    })
  })

  it('keeps a tag from the patterns of branches, and a commit from all', () => {
    expect(allowedBy(limits({}), tag('release/1')).kind).toBe('no')
    expect(allowedBy(limits({}), { kind: 'sha' }).kind).toBe('no')
    expect(allowedBy(limits({}), undefined).kind).toBe('no')
  })

  it('lets protected branches pass, and any branch where none is', () => {
    const policy = 'protected_branches'
    const protectedBranches = new Set(['main'])
    expect(allowedBy(limits({ policy, protectedBranches }), branch('main'))).toEqual({
      kind: 'by_protection',
      isProtected: true,
    })
    expect(allowedBy(limits({ policy, protectedBranches }), branch('topic')).kind).toBe('no')
    expect(allowedBy(limits({ policy }), branch('topic')).kind).toBe('by_protection')
    expect(allowedBy(limits({ policy }), tag('v1')).kind).toBe('no')
  })
})

it('shows which refs a pattern matches', () => {
  const refs = [branch('release/1'), branch('release/1/a'), tag('release/2')]
  expect(refsMatching({ type: 'branch', name: 'release/*' }, refs)).toEqual([branch('release/1')])
})
