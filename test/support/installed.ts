import { execFile } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from './engines.ts'
import type { Ran } from './program.ts'

/** Debian's packages of the programs that are run as they are. */
const packages = {
  gh: 'gh',
  python3: 'python3-github',
  webhook: 'webhook',
} as const

const folders = ['/usr/bin', '/bin', '/usr/local/bin']
const runWithinMs = 30_000

/** Debian's own program, not another of that name further up PATH. Throws with the line that installs it. */
export function installed(name: keyof typeof packages): string {
  const found = folders.map((folder) => join(folder, name)).find(isRunnable)
  if (found) return found
  throw new Error(`The tests need ${name}: apt-get install -y ${packages[name]}`)
}

function isRunnable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    // Not here, or not to be run: the next folder may have it.
    return false
  }
}

type Given = { readonly input?: string; readonly env?: Readonly<Record<string, string>> }

/** A program in a home of its own: it finds no settings of whoever runs the tests, and leaves none. */
export function atHome(name: keyof typeof packages, environment: Readonly<Record<string, string>>) {
  const program = installed(name)
  const home = temporaryFolder()
  const own = { PATH: folders.join(':'), HOME: home, ...environment }
  /** Runs it, and tells what it said so far on standard error. */
  function start(args: readonly string[], { input = '', env = {} }: Given = {}) {
    let said = ''
    const ended = new Promise<Ran>((resolve) => {
      const options = { env: { ...own, ...env }, cwd: home, timeout: runWithinMs }
      const child = execFile(program, [...args], options, (_error, stdout, stderr) =>
        resolve({ code: child.exitCode ?? -1, stdout, stderr }),
      )
      child.stderr?.on('data', (text: string) => {
        said += text
      })
      child.stdin?.end(input)
    })
    return { ended, said: () => said }
  }
  const run = (args: readonly string[], given?: Given): Promise<Ran> => start(args, given).ended
  return { home, start, run }
}
