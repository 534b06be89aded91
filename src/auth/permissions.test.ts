import { expect, it } from 'vitest'
import { isReached, isWithin } from './permissions.ts'

it('reads the notation of X-Accepted-GitHub-Permissions: a comma is "and", a semicolon "or"', () => {
  const wanted = 'pull_requests=read,contents=read; issues=read,contents=read'
  expect(isReached({ pull_requests: 'write', contents: 'read' }, wanted)).toBe(true)
  expect(isReached({ issues: 'read', contents: 'admin' }, wanted)).toBe(true)
  expect(isReached({ issues: 'read', pull_requests: 'read' }, wanted)).toBe(false)
  expect(isReached({ contents: 'read' }, 'contents=write')).toBe(false)
})

it('lets a token be narrower than what it comes from, and no wider', () => {
  expect(isWithin({ deployments: 'read' }, { deployments: 'write', contents: 'read' })).toBe(true)
  expect(isWithin({ deployments: 'write' }, { deployments: 'read' })).toBe(false)
  expect(isWithin({ secrets: 'read' }, {})).toBe(false)
})
