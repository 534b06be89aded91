import { expect, it } from 'vitest'
import { archiveArgs, fetchArgs, gitProgram, parseHead } from './plan-git.ts'

const place = {
  folder: '/data/x.git',
  url: 'ssh://git-1/octo/docs.git',
  sshCommand: 'ssh -F /data/c',
}

it('runs git with nothing inherited and only ssh allowed', () => {
  const { argv, env } = gitProgram(place, fetchArgs(place.url))
  expect(argv).toContain('protocol.allow=never')
  expect(argv).toContain('protocol.ssh.allow=always')
  expect(argv).toContain('core.hooksPath=/dev/null')
  expect(argv).toContain('fetch.fsckObjects=true')
  expect(argv.slice(argv.indexOf('--'))).toEqual([
    '--',
    place.url,
    '+refs/heads/*:refs/heads/*',
    '+refs/tags/*:refs/tags/*',
  ])
  expect(env).toMatchObject({
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    HOME: '/data/x.git',
  })
})

it('packs one commit, or one folder of it', () => {
  const args = (path: string, ignore: string[] = []) =>
    archiveArgs('abc', { path, ignore }, '/t').slice(3)
  expect(args('.')).toEqual(['abc', '--', '.'])
  expect(args('./site/')).toEqual(['abc:site', '--', '.'])
})

it('ignores as .gitignore would', () => {
  const ignore = (...patterns: string[]) =>
    archiveArgs('abc', { path: '.', ignore: patterns }, '/t').slice(6)
  expect(ignore('*.md')).toEqual([':(exclude,glob)**/*.md', ':(exclude,glob)**/*.md/**'])
  expect(ignore('test/')).toEqual([':(exclude,glob)**/test/**'])
  expect(ignore('/docs/api')).toEqual([':(exclude,glob)docs/api', ':(exclude,glob)docs/api/**'])
  expect(() => ignore('!keep')).toThrow('source.ignore: "!keep"')
})

it('reads the default branch', () => {
  expect(parseHead('ref: refs/heads/main\tHEAD\n1234\tHEAD\n')).toBe('refs/heads/main')
  expect(parseHead(`${'a'.repeat(40)}\tHEAD\n`)).toBe('a'.repeat(40))
  expect(parseHead('')).toBeNull()
})
