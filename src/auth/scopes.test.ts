import { expect, it } from 'vitest'
import { expandScopes, normalizeScopes } from './scopes.ts'

it('drops what another scope contains', () => {
  expect(normalizeScopes(['user', 'gist', 'user:email'])).toEqual(['gist', 'user'])
  expect(normalizeScopes(['read:repo_hook', 'admin:repo_hook'])).toEqual(['admin:repo_hook'])
})

it('ignores unknown scopes and repetitions', () => {
  expect(normalizeScopes(['repo', 'repo', 'nonsense', 'toString'])).toEqual(['repo'])
})

it('lets repo reach deployments, and repo_deployment reach nothing else', () => {
  expect(expandScopes(['repo']).has('repo_deployment')).toBe(true)
  expect([...expandScopes(['repo_deployment'])]).toEqual(['repo_deployment'])
})
