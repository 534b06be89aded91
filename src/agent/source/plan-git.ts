import { Problem } from '../../lib/problem.ts'
import { type Program, programPath } from '../../lib/program.ts'

export type GitPlace = {
  /** The bare repository. */
  readonly folder: string
  readonly url: string
  readonly sshCommand: string
}

// Agent 5: nothing of a repository or a server may choose a protocol, a hook or a helper.
const hardened = [
  'protocol.allow=never',
  'protocol.ssh.allow=always',
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'credential.helper=',
  'fetch.fsckObjects=true',
  'transfer.fsckObjects=true',
  'fetch.recurseSubmodules=false',
  'gc.autoDetach=false',
  'maintenance.autoDetach=false',
]

/** One git command in the repository, with nothing inherited. */
export function gitProgram(place: GitPlace, args: readonly string[]): Program {
  const settings = hardened.flatMap((setting) => ['-c', setting])
  return {
    argv: ['git', ...settings, '--git-dir', place.folder, ...args],
    env: {
      PATH: programPath,
      HOME: place.folder,
      LC_ALL: 'C',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_ATTR_NOSYSTEM: '1',
      GIT_TERMINAL_PROMPT: '0',
      GIT_SSH_COMMAND: place.sshCommand,
      GIT_SSH_VARIANT: 'ssh',
    },
  }
}

export const initArgs = (folder: string) => ['init', '--quiet', '--bare', '--', folder]

/** All branches and tags, as they are there: an allowed ref holds every sha that may be deployed. */
export const fetchArgs = (url: string) => [
  'fetch',
  '--quiet',
  '--prune',
  '--force',
  '--no-tags',
  '--no-write-fetch-head',
  '--',
  url,
  '+refs/heads/*:refs/heads/*',
  '+refs/tags/*:refs/tags/*',
]

export const containsArgs = (sha: string) => [
  'for-each-ref',
  '--format=%(refname)',
  '--contains',
  sha,
  'refs/heads',
  'refs/tags',
]

export const commitArgs = (sha: string) => ['cat-file', '-e', `${sha}^{commit}`]
export const headArgs = (url: string) => ['ls-remote', '--symref', '--', url, 'HEAD']
export const sizeArgs = (sha: string, path: string) => ['cat-file', '-s', `${sha}:${path}`]
export const blobArgs = (sha: string, path: string) => ['cat-file', 'blob', `${sha}:${path}`]

/** A tar of exactly one commit, or of one folder in it, without what is ignored. */
export function archiveArgs(
  sha: string,
  source: { readonly path: string; readonly ignore: readonly string[] },
  file: string,
): string[] {
  const path = source.path.replace(/^(\.\/)+|\/+$/g, '')
  const tree = path === '' || path === '.' ? sha : `${sha}:${path}`
  const left = source.ignore.flatMap(excludesOf)
  return ['archive', '--format=tar', `--output=${file}`, tree, '--', '.', ...left]
}

/**
 * A line as in .gitignore, as exclusions for git: `test/` and `*.md` anywhere,
 * `/docs` and `a/b` from the root. Throws Problem `invalid` for a `!` line.
 */
function excludesOf(pattern: string): string[] {
  if (pattern.startsWith('!')) {
    throw new Problem(
      'invalid',
      `source.ignore: "${pattern}" would bring something back; that is not supported`,
    )
  }
  const name = pattern.replace(/\/+$/, '')
  const isAnchored = name.includes('/')
  const glob = isAnchored ? name.replace(/^\/+/, '') : `**/${name}`
  if (name === '') return []
  const inside = `:(exclude,glob)${glob}/**`
  return pattern.endsWith('/') ? [inside] : [`:(exclude,glob)${glob}`, inside]
}

/** `ref: refs/heads/main<TAB>HEAD` of ls-remote, or the sha when HEAD is no branch. */
export function parseHead(output: string): string | null {
  const branch = /^ref: (refs\/heads\/\S+)\tHEAD$/m.exec(output)?.[1]
  return branch ?? /^([0-9a-f]{40,64})\tHEAD$/m.exec(output)?.[1] ?? null
}
