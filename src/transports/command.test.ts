import { expect, it } from 'vitest'
import { parseCommand, parsePath } from './command.ts'

const hello = { owner: 'octo', name: 'hello' }

it.each([
  "git-upload-pack '/octo/hello.git'",
  "git-upload-pack 'octo/hello.git'",
  "git-upload-pack 'octo/hello'",
  "git-upload-pack '~/octo/hello.git'",
  "git-upload-pack '/octo/hello.git/'",
  'git-upload-pack "/octo/hello.git"',
  'git-upload-pack /octo/hello.git',
  "git upload-pack '/octo/hello.git'",
])('reads %s as a fetch', (text) => {
  expect(parseCommand(text)).toEqual({ ...hello, service: 'git-upload-pack' })
})

it.each(["git-receive-pack '/octo/hello.git'", 'git receive-pack octo/hello'])(
  'reads %s as a push',
  (text) => {
    expect(parseCommand(text)).toEqual({ ...hello, service: 'git-receive-pack' })
  },
)

it.each([
  '',
  'ls -l',
  'git-upload-pack',
  "git-upload-archive '/octo/hello.git'",
  "git-upload-pack '/octo/hello.git'; id",
  "git-upload-pack '/octo/hello.git' '/octo/other.git'",
  "git-upload-pack '/octo/$(id)'",
  "git-upload-pack '/octo/hello\n.git'",
  "git-upload-pack '/octo/../hello.git'",
  "git-upload-pack '/octo/group/hello.git'",
  "git-upload-pack --strict '/octo/hello.git'",
  `git-upload-pack '/octo/${'a'.repeat(5000)}'`,
])('takes %j for no command of git', (text) => {
  expect(parseCommand(text)).toBeUndefined()
})

it('takes one .git away and refuses what can be no name', () => {
  expect(parsePath('octo', 'hello.git')).toEqual(hello)
  expect(parsePath('octo', 'hello.git.git')).toEqual({ owner: 'octo', name: 'hello.git' })
  expect(parsePath('octo', '.git')).toBeUndefined()
  expect(parsePath('octo', 'he\0llo')).toBeUndefined()
})
