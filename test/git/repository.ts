import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { type Git, openGit } from '../../src/git/git.ts'
import { silentLog } from '../../src/lib/log.ts'

const execute = promisify(execFile)

const environment = {
  PATH: process.env['PATH'],
  LC_ALL: 'C',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
  GIT_AUTHOR_NAME: 'Mona',
  GIT_AUTHOR_EMAIL: 'mona@example.com',
  GIT_COMMITTER_NAME: 'Hubot',
  GIT_COMMITTER_EMAIL: 'hubot@example.com',
}

/** A clone with a work tree, as a developer has it. */
export type Work = {
  readonly dir: string
  /** Runs git in the clone and answers what it printed, without the last newline. */
  git(...args: string[]): Promise<string>
  /** Writes the files (null takes one away), commits, and answers the sha. */
  commit(message: string, files?: Readonly<Record<string, string | Buffer | null>>): Promise<string>
}

/** Our repositories in a temporary folder, with repository 1 made and a clone to push from. */
export type World = AsyncDisposable & { readonly git: Git; readonly root: string; work: Work }

export async function openWorld(options: { packBytesMax?: number } = {}): Promise<World> {
  const root = await mkdtemp(join(tmpdir(), 'slipway-git-'))
  const git = await openGit({ root: join(root, 'repositories'), log: silentLog, ...options })
  await git.create(1)
  const work = await openWork(join(root, 'work'), git.path(1))
  async function close() {
    await git.close()
    await rm(root, { recursive: true, force: true })
  }
  return { git, root, work, [Symbol.asyncDispose]: close }
}

export async function openWork(dir: string, origin: string): Promise<Work> {
  await mkdir(dir, { recursive: true })
  // One commit a minute, so that the order in time is certain.
  let minutes = 0

  async function git(...args: string[]) {
    const date = `2026-01-31T12:${String(minutes % 60).padStart(2, '0')}:00 +0200`
    const env = { ...environment, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date }
    const { stdout } = await execute('git', args, { cwd: dir, env, maxBuffer: 2 ** 26 })
    return stdout.replace(/\n$/, '')
  }

  async function commit(message: string, files: Parameters<Work['commit']>[1] = {}) {
    minutes++
    for (const [name, content] of Object.entries(files)) {
      await mkdir(dirname(join(dir, name)), { recursive: true })
      if (content === null) await rm(join(dir, name))
      else await writeFile(join(dir, name), content)
    }
    await git('add', '--all')
    await git('commit', '--quiet', '--allow-empty', '--message', message)
    return git('rev-parse', 'HEAD')
  }

  await git('init', '--quiet', '--initial-branch=main')
  await git('remote', 'add', 'origin', origin)
  return { dir, git, commit }
}
