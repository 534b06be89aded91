/** What a git client asks for: to fetch from a repository, or to push to it. */
export type Service = 'git-upload-pack' | 'git-receive-pack'

/** A repository as a client names it: nobody has looked yet whether there is one. */
export type RepositoryPath = { readonly owner: string; readonly name: string }

export type GitCommand = RepositoryPath & { readonly service: Service }

const commandCharactersMax = 4096
const commandPattern = /^git[- ](upload-pack|receive-pack) +(['"]?)([^'"]+)\2$/
const sshPathPattern = /^(?:~?\/+)?([^/]+)\/([^/]+?)\/?$/
const namePattern = /^[\w.-]{1,100}$/

/**
 * The command that git gives to SSH (git's "pack-protocol", SSH Transport), with or without its
 * quotes. Undefined for any other.
 */
export function parseCommand(text: string): GitCommand | undefined {
  if (text.length > commandCharactersMax) return undefined
  const [, verb, , argument = ''] = commandPattern.exec(text.trim()) ?? []
  const [, owner = '', repo = ''] = sshPathPattern.exec(argument) ?? []
  const path = parsePath(owner, repo)
  if (!path) return undefined
  return { ...path, service: verb === 'receive-pack' ? 'git-receive-pack' : 'git-upload-pack' }
}

/** `octo/hello` and `octo/hello.git` are the same. Undefined for what can be nobody's name. */
export function parsePath(owner: string, repo: string): RepositoryPath | undefined {
  const name = repo.replace(/\.git$/, '')
  return namePattern.test(owner) && namePattern.test(name) ? { owner, name } : undefined
}
