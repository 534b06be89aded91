import { expect, it } from 'vitest'
import { repositoryIn } from './checkout.ts'

it.each([
  'https://github.com/octo/docs.git',
  'https://octo:token@git.example.com/octo/docs',
  'http://127.0.0.1:3000/octo/docs.git',
  'ssh://git@git.example.com:2222/octo/docs.git',
  'git@github.com:octo/docs.git',
  'git.example.com:/octo/docs/',
])('finds octo/docs in the remote %s', (remote) => {
  expect(repositoryIn(remote)).toBe('octo/docs')
})

it('keeps a name with dots', () => {
  expect(repositoryIn('git@github.com:octo/docs.github.io')).toBe('octo/docs.github.io')
})

it.each([
  '',
  '/srv/git/docs.git',
  '../docs',
  'https://example.com/docs',
  'file:///srv/git/a/b.git',
])('finds no repository in %j', (remote) => {
  expect(repositoryIn(remote)).toBeUndefined()
})
