import { programPath, runProgram } from '../lib/program.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** The repository that the current folder is a checkout of, as far as git can tell. */
export type Checkout = {
  /** `owner/name` of the remote called origin. */
  findRepository(): Promise<string | undefined>
  /** The current branch, or the commit when there is none. */
  findRef(): Promise<string | undefined>
}

export function openCheckout(environment: Environment): Checkout {
  const git = (...args: string[]) => ask(environment, args)
  return {
    findRepository: async () => repositoryIn((await git('remote', 'get-url', 'origin')) ?? ''),
    findRef: async () =>
      (await git('symbolic-ref', '--short', '-q', 'HEAD')) ??
      (await git('rev-parse', '--verify', '-q', 'HEAD')),
  }
}

const limits = { timeoutMs: 5000, outputBytesMax: 64 * 1024 }

async function ask(environment: Environment, args: readonly string[]): Promise<string | undefined> {
  const known = Object.entries(environment).filter(
    (pair): pair is [string, string] => pair[1] !== undefined && pair[0] !== 'SLIPWAY_TOKEN',
  )
  const env = { PATH: programPath, ...Object.fromEntries(known) }
  const { code, stdout } = await runProgram({ argv: ['git', ...args], env }, limits)
  return code === 0 ? stdout.toString().trim() || undefined : undefined
}

/** `https://host/owner/name.git`, `ssh://git@host:2222/owner/name` and `git@host:owner/name.git` all name `owner/name`. */
export function repositoryIn(remote: string): string | undefined {
  const path = URL.canParse(remote)
    ? new URL(remote).pathname
    : (/^[^/:]+:(?!\/\/)(.+)$/.exec(remote)?.[1] ?? '')
  const [, owner, name] = /^\/?([\w.-]+)\/([\w.-]+?)(?:\.git)?\/?$/.exec(path) ?? []
  return owner && name ? `${owner}/${name}` : undefined
}
