import { openRecent, type Recent } from '../recent/recent.ts'
import type { Answer, Objects } from './git-process/cat-file.ts'
import { GitError, type RunOptions, type RunResult } from './git-process/process.ts'
import type { RefUpdate } from './git-process/update-ref.ts'
import type { Commit, Listed, Ref, Resolved } from './model.ts'
import type { RefFiles } from './ref-files/ref-files.ts'

/** One repository on disk, and the ways to ask about it. */
export type Bare = {
  readonly dir: string
  run(args: readonly string[], options?: RunOptions): Promise<RunResult>
  /** The same for a question about full shas alone: what git once said of those stays true. */
  recall(args: readonly string[], options?: RunOptions): Promise<RunResult>
  ask(name: string): ReturnType<Objects['ask']>
  readonly known: Known
  readonly refFiles: RefFiles<Listed>
  /** Told of each ref that is not flushed; where it is undefined, all are. */
  readonly unflushed: (() => void) | undefined
  /** Whether git changed the ref from what it was. */
  update(update: RefUpdate): Promise<boolean>
}

/**
 * Commits as they were read, which costs more than finding them. They are named by nothing but
 * full shas and repositories, whose ids are never given twice, so what is known stays true for
 * ever, as the answers behind it do. They are the same objects each time: nobody may change them.
 */
export type Known = {
  /** By repository and sha. */
  readonly commits: Recent<Commit>
  /** By repository and all that git was asked: a page of a history is that of its first sha. */
  readonly histories: Recent<readonly Commit[]>
}

const commitsBytesMax = 2 * 1024 * 1024
const historiesBytesMax = 2 * 1024 * 1024

export const openKnown = (): Known => ({
  commits: openRecent<Commit>({ bytesMax: commitsBytesMax, bytesOf }),
  histories: openRecent<readonly Commit[]>({
    bytesMax: historiesBytesMax,
    bytesOf: (commits) => commits.reduce((sum, commit) => sum + bytesOf(commit), 0),
  }),
})

/** Of the objects that a commit is. */
const frameBytes = 400

/** Letters may take two bytes. */
const bytesOf = (commit: Commit): number => frameBytes + 2 * JSON.stringify(commit).length

/** Refuses what is no full sha, so that a mistake of ours never becomes an option of git's. */
export function checkSha(sha: string): string {
  if (!/^[0-9a-f]{40}$/.test(sha)) throw new GitError(`'${sha.slice(0, 80)}' is not a full sha`)
  return sha
}

const refBytesMax = 1000

/**
 * Whether git would take `name` below `refs/heads/` (git-check-ref-format), and it is fit to be
 * asked: no part of it can be read as git's syntax for revisions, and none as an option.
 */
export function isRefName(name: string): boolean {
  if (!name.isWellFormed() || Buffer.byteLength(name) > refBytesMax) return false
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not come in.
  if (/[\x00-\x20\x7f~^:?*[\\]|\.\.|@\{|^@$|^-|\.$/.test(name)) return false
  return name.split('/').every((part) => part && !part.startsWith('.') && !part.endsWith('.lock'))
}

/**
 * The commit that a client's `ref` names. Branches win over tags, tags over abbreviated shas;
 * only a full sha wins over all, so that no branch can pretend to be a commit.
 */
export async function resolveRef(bare: Bare, ref: string): Promise<Resolved | undefined> {
  if (ref === 'HEAD') return resolveHead(bare)
  if (!isRefName(ref)) return undefined
  for (const ask of candidatesOf(ref)) {
    const resolved = await ask(bare)
    if (resolved) return resolved
  }
  return undefined
}

type Candidate = (bare: Bare) => Promise<Resolved | undefined>

/** In the order in which they win. `heads/x` is branch `x` rather than a branch `heads/x`, as in git. */
function candidatesOf(ref: string): Candidate[] {
  const [, full, kind, name] = /^(refs\/)?(heads|tags)\/(.+)$/.exec(ref) ?? []
  const qualified = kind && name ? [kind === 'heads' ? branch(name) : tag(name)] : []
  if (full || ref.startsWith('refs/')) return qualified
  const isSha = /^[0-9a-f]{40}$/i.test(ref)
  const isAbbreviated = !isSha && /^[0-9a-f]{4,39}$/i.test(ref)
  const plain = [...qualified, branch(ref), tag(ref)]
  return [...(isSha ? [sha(ref)] : []), ...plain, ...(isAbbreviated ? [sha(ref)] : [])]
}

const branch =
  (name: string): Candidate =>
  async (bare) => {
    const found = await askRef(bare, `refs/heads/${name}`, '^{commit}')
    return found && { kind: 'branch', name, sha: found.sha }
  }

const tag =
  (name: string): Candidate =>
  async (bare) => {
    const found = await askRef(bare, `refs/tags/${name}`, '^{commit}')
    return found && { kind: 'tag', name, sha: found.sha }
  }

const sha =
  (hex: string): Candidate =>
  async (bare) => {
    const prefix = hex.toLowerCase()
    const found = await bare.ask(`${prefix}^{commit}`)
    return found?.sha.startsWith(prefix) ? { kind: 'sha', sha: found.sha } : undefined
  }

async function resolveHead(bare: Bare): Promise<Resolved | undefined> {
  return branch(await findDefaultBranch(bare))(bare)
}

/** The branch that HEAD names, whether or not it has a commit yet. */
export async function findDefaultBranch(bare: Bare): Promise<string> {
  const head = bare.refFiles.find(bare.dir, 'HEAD')
  const ref = head.kind === 'symbolic' ? head.ref : ''
  if (!ref.startsWith('refs/heads/')) throw new GitError(`HEAD of ${bare.dir} names no branch`)
  return ref.slice('refs/heads/'.length)
}

/** The ref itself, not peeled. `ref` is fully qualified (`refs/heads/x`). */
export async function findRef(bare: Bare, ref: string): Promise<Ref | undefined> {
  if (!/^refs\/(heads|tags)\//.test(ref) || !isRefName(ref.replace(/^refs\/\w+\//, ''))) return
  const found = await askRef(bare, ref, '')
  return found && { ref, ...found }
}

/** Git is asked about the sha, never about the name, which it might read as something else (`x-g1a2b3c`). */
async function askRef(bare: Bare, ref: string, suffix: '' | '^{commit}'): Promise<Answer> {
  const sha = shaIn(bare, ref)
  return sha === undefined ? undefined : await bare.ask(`${sha}${suffix}`)
}

const nestedMax = 5

/** What a ref holds; of one that names another, what that one holds, as git follows them. */
function shaIn(bare: Bare, ref: string): string | undefined {
  let found = bare.refFiles.find(bare.dir, ref)
  for (let nested = 0; found.kind === 'symbolic' && nested < nestedMax; nested += 1) {
    if (!/^refs\/(heads|tags)\//.test(found.ref) || !isRefName(found.ref)) return undefined
    found = bare.refFiles.find(bare.dir, found.ref)
  }
  return found.kind === 'sha' ? found.sha : undefined
}
