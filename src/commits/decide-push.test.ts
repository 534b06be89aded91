import { describe, expect, it } from 'vitest'
import { decideDefaultBranch, parseRefName } from './decide-push.ts'

describe('the default branch after a push', () => {
  const chosen = (pushed: string[], isThere = false) =>
    decideDefaultBranch({ current: 'main', isThere, pushed })

  it('stays while it is there', () => {
    expect(chosen(['dev', 'master'], true)).toBe('main')
  })

  it('is the first branch pushed to an empty repository', () => {
    expect(chosen(['trunk', 'dev'])).toBe('trunk')
  })

  it('is rather main, or master, where that came along', () => {
    expect(chosen(['dev', 'master', 'main'])).toBe('main')
    expect(chosen(['dev', 'master'])).toBe('master')
  })

  it('stays when only tags were pushed', () => {
    expect(chosen([])).toBe('main')
  })
})

it('tells branches from tags, and both from the rest', () => {
  expect(parseRefName('refs/heads/feature/a')).toEqual({ kind: 'branch', name: 'feature/a' })
  expect(parseRefName('refs/tags/v1')).toEqual({ kind: 'tag', name: 'v1' })
  expect(parseRefName('refs/notes/commits')).toBeUndefined()
  expect(parseRefName('refs/heads/')).toBeUndefined()
})
