import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Log } from '../lib/log.ts'
import { openRecent } from '../recent/recent.ts'
import {
  compareCommits,
  describePushes,
  findMergeBase,
  isAncestor,
  listContaining,
  listHistory,
  listMissing,
  measureDistance,
} from './compare.ts'
import { emptyTree, findDiff, writeDiff, writePatch } from './diff.ts'
import { createRepository, exists, type Pools, pathOf, removeRepository, sweep } from './disk.ts'
import { openObjects } from './git-process/cat-file.ts'
import { openProcesses, type Processes, type RunResult } from './git-process/process.ts'
import { openRefUpdates } from './git-process/update-ref.ts'
import { canMerge, mergeInto } from './merge.ts'
import type {
  ArchiveOptions,
  Author,
  ChangeOptions,
  Commit,
  Comparison,
  Diff,
  Distance,
  GitStream,
  History,
  HistoryQuery,
  Listed,
  LogQuery,
  Merge,
  MergeOutcome,
  Named,
  NewCommit,
  NewTree,
  ObjectType,
  OpenRange,
  PackOptions,
  Page,
  Push,
  Range,
  ReceiveOptions,
  Ref,
  RefChange,
  RefOutcome,
  Resolved,
  Tree,
  TreeEntry,
  TreeQuery,
} from './model.ts'
import {
  findCommit,
  findCommits,
  findEntry,
  listAuthors,
  listCommits,
  listTree,
  readBlob,
} from './objects.ts'
import { archive, receivePack, type Streaming, streamBlob, uploadPack } from './pack.ts'
import { openRefFiles } from './ref-files/ref-files.ts'
import {
  changeRef,
  isFullRefName,
  listBranches,
  listHeadsAt,
  listTags,
  matchRefs,
  setDefaultBranch,
} from './refs.ts'
import { checkSha, findDefaultBranch, findRef, openKnown, resolveRef } from './resolve.ts'
import { type TreeOutcome, writeBlob, writeCommit, writeTree } from './write.ts'

/**
 * Bare repositories on disk, `root/<id>.git` each, by the real git binary. What is expected is a
 * value; a GitError is a bug or a broken disk; Problem `unavailable` is git being too slow.
 * A `sha` that is asked for must be full, as `resolve` gives it.
 */
export type Git = AsyncDisposable & {
  path(id: number): string
  /** Safe to call again: an existing repository stays as it is. */
  create(id: number, options?: { readonly defaultBranch?: string }): Promise<void>
  exists(id: number): Promise<boolean>
  remove(id: number): Promise<void>

  /** The commit that a client's ref names: branch, tag, full or abbreviated sha, or HEAD (contract 14). */
  resolve(id: number, ref: string): Promise<Resolved | undefined>
  /** The ref itself, not peeled, by its full name: `refs/heads/main`. */
  ref(id: number, ref: string): Promise<Ref | undefined>
  /** All branches and tags whose full name starts with `prefix`. */
  matchingRefs(id: number, prefix: string): Promise<Ref[]>
  branch(id: number, name: string): Promise<Named | undefined>
  branches(id: number): Promise<readonly Named[]>
  tags(id: number): Promise<readonly Named[]>
  /** Branches whose tip is `sha`, ten at most. */
  headsAt(id: number, sha: string): Promise<Named[]>
  /** The branch HEAD names, even while it has no commit. */
  defaultBranch(id: number): Promise<string>
  /** False when `name` cannot be a branch. */
  setDefaultBranch(id: number, name: string): Promise<boolean>
  /** Whether `ref` is the full name of what can be a branch or a tag; nothing else can be changed. */
  isRefName(ref: string): boolean
  /** Creates, moves or deletes a ref, if it is where `before` says. */
  changeRef(id: number, change: RefChange, how?: ChangeOptions): Promise<RefOutcome>
  /** From now on recorded new refs are not flushed, and `told` is called for each; undefined ends that. */
  flushLater(told: (() => void) | undefined): void

  objectType(id: number, sha: string): Promise<ObjectType | undefined>
  /** The tree `sha`, or that of the commit `sha`. */
  tree(id: number, query: TreeQuery): Promise<Tree | undefined>
  /** What lies at `path` in a commit. */
  entry(id: number, sha: string, path: string): Promise<TreeEntry | undefined>
  /** Undefined also for a blob of more than `bytesMax`. */
  blob(id: number, sha: string, bytesMax: number): Promise<Buffer | undefined>
  blobStream(id: number, sha: string): GitStream
  /** Who wrote the newest 50,000 commits, 500 people at most, the busiest first. */
  authors(id: number, sha: string): Promise<Author[]>
  commit(id: number, sha: string): Promise<Commit | undefined>
  /** What is written is on disk when these resolve, and on no ref. Whatever it names must be there. */
  writeBlob(id: number, bytes: Uint8Array): Promise<string>
  writeTree(id: number, tree: NewTree): Promise<TreeOutcome>
  writeCommit(id: number, commit: NewCommit): Promise<string>
  /** Those of `shas` that there are. */
  commits(id: number, shas: readonly string[]): Promise<Commit[]>
  /** Newest first. */
  log(id: number, query: LogQuery): Promise<readonly Commit[]>
  /** What a commit changed against its first parent. */
  changes(id: number, commit: Pick<Commit, 'sha' | 'parents'>): Promise<Diff>
  /** The change from `base`, or from nothing, to `head` as text for `git apply`. */
  diff(id: number, range: OpenRange): Promise<string>
  /** What `base` lacks of `head`, or `head` alone, as mails for `git am`. */
  patch(id: number, range: OpenRange): Promise<string>
  /** Undefined when the two have no common ancestor. */
  mergeBase(id: number, range: Range): Promise<string | undefined>
  /** Undefined when the two have no common ancestor. */
  compare(id: number, range: Range, page?: Page): Promise<Comparison | undefined>
  /** Whether `head` has all of `base`. */
  isAncestor(id: number, range: Range): Promise<boolean>
  /** Those of `shas` that have all of `sha`: thousands cost one question. */
  containing(id: number, sha: string, shas: readonly string[]): Promise<string[]>
  /** What `heads` have and `bases` have not; those that the repository lacks are passed over. */
  history(id: number, query: HistoryQuery): Promise<History>
  aheadBehind(id: number, range: Range): Promise<Distance>
  /** The commits that `head` has and `base` lacks, newest first; none where one of them is gone. */
  missing(id: number, range: Range, limit: number): Promise<Commit[]>
  mergeInto(id: number, merge: Merge): Promise<MergeOutcome>
  /** Whether the two merge without a conflict. Moves nothing. */
  canMerge(id: number, range: Range): Promise<boolean>

  /** A stream of the files at `sha`; undefined when there is no such commit. */
  archive(id: number, options: ArchiveOptions): Promise<GitStream | undefined>
  uploadPack(id: number, options: PackOptions): GitStream
  receivePack(id: number, options: ReceiveOptions): GitStream
  /** What the changes of one push brought, for its `push` events, in the order of `changes`. */
  pushes(id: number, changes: readonly RefChange[]): Promise<Push[]>

  close(): Promise<void>
}

export type GitOptions = {
  readonly root: string
  readonly log: Log
  /** Where git is looked for. */
  readonly path?: string
  /** The largest pack that a push may bring. */
  readonly packBytesMax?: number
}

const usualPath = '/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin'
/** As GitHub: "About large files on GitHub", 2 GiB a push. */
const packBytesMax = 2 * 1024 ** 3
const versionMin = 2.38

/** Throws when there is no git, or one without `merge-tree --write-tree`. */
export async function openGit(options: GitOptions): Promise<Git> {
  const { root, log } = options
  const home = join(root, '.home')
  await mkdir(home, { recursive: true, mode: 0o700 })
  const processes = openProcesses({ home, path: options.path ?? usualPath, log })
  await checkVersion(processes, root)
  await sweep(root)
  const path = (id: number) => pathOf(root, id)
  const pools = openPools(processes)
  const bareAt = openBares(processes, pools)
  const at = (id: number) => bareAt(path(id))
  const disk = { root, processes, pools }
  const largest = options.packBytesMax ?? packBytesMax

  return {
    path,
    create: (id, how) => createRepository(disk, path(id), how?.defaultBranch ?? 'main'),
    exists: (id) => exists(path(id)),
    remove: (id) => removeRepository(disk, path(id)),

    resolve: (id, ref) => resolveRef(at(id), ref),
    ref: (id, ref) => findRef(at(id), ref),
    matchingRefs: (id, prefix) => matchRefs(at(id), prefix),
    branch: async (id, name) => {
      const found = await findRef(at(id), `refs/heads/${name}`)
      return found && { name, sha: found.sha }
    },
    branches: (id) => listBranches(at(id)),
    tags: (id) => listTags(at(id)),
    headsAt: (id, sha) => listHeadsAt(at(id), sha),
    defaultBranch: (id) => findDefaultBranch(at(id)),
    setDefaultBranch: (id, name) => setDefaultBranch(at(id), name),
    isRefName: isFullRefName,
    changeRef: (id, change, how) => changeRef(at(id), change, how),
    flushLater: (told) => {
      pools.unflushed = told
    },

    objectType: async (id, sha) => (await at(id).ask(checkSha(sha)))?.type,
    tree: (id, query) => listTree(at(id), query),
    entry: (id, sha, path) => findEntry(at(id), sha, path),
    blob: (id, sha, bytesMax) => readBlob(at(id), sha, bytesMax),
    blobStream: (id, sha) => streamBlob(at(id), sha),
    authors: (id, sha) => listAuthors(at(id), sha),
    commit: (id, sha) => findCommit(at(id), sha),
    commits: (id, shas) => findCommits(at(id), shas),
    ...writesAt(at),
    log: (id, query) => listCommits(at(id), query),
    changes: (id, { sha, parents }) => findDiff(at(id), parents[0] ?? emptyTree, sha),
    diff: (id, { base, head }) => writeDiff(at(id), base ?? emptyTree, head),
    patch: (id, { base, head }) => writePatch(at(id), base, head),
    mergeBase: (id, range) => findMergeBase(at(id), range),
    compare: (id, range, page) => compareCommits(at(id), range, page),
    isAncestor: (id, range) => isAncestor(at(id), range),
    containing: (id, sha, shas) => listContaining(at(id), sha, shas),
    history: (id, query) => listHistory(at(id), query),
    aheadBehind: (id, range) => measureDistance(at(id), range),
    missing: (id, range, limit) => listMissing(at(id), range, limit),
    mergeInto: (id, merge) => mergeInto(at(id), merge),
    canMerge: (id, range) => canMerge(at(id), range),

    archive: (id, how) => archive(at(id), how),
    uploadPack: (id, how) => uploadPack(at(id), how),
    receivePack: (id, how) => receivePack(at(id), how, largest),
    pushes: (id, changes) => describePushes(at(id), changes),

    close: processes.close,
    [Symbol.asyncDispose]: processes.close,
  }
}

const writesAt = (
  at: (id: number) => Streaming,
): Pick<Git, 'writeBlob' | 'writeTree' | 'writeCommit'> => ({
  writeBlob: (id, bytes) => writeBlob(at(id), bytes),
  writeTree: (id, tree) => writeTree(at(id), tree),
  writeCommit: (id, commit) => writeCommit(at(id), commit),
})

const openPools = ({ start }: Processes): Pools => ({
  objects: openObjects(start),
  refUpdates: openRefUpdates(start),
  unflushed: undefined,
})

/** What git said of objects, which never change. */
const saidBytesMax = 32 * 1024 * 1024
const sizeOf = ({ bytes, stdout }: RunResult) => bytes.length + stdout.length

/** The ways to ask about a repository, which share what they remember. */
function openBares(processes: Processes, pools: Pools) {
  const { objects, refUpdates } = pools
  const refFiles = openRefFiles<Listed>()
  const known = openKnown()
  const said = openRecent<RunResult>({ bytesMax: saidBytesMax, bytesOf: sizeOf })
  return (dir: string): Streaming => ({
    dir,
    refFiles,
    known,
    run: (args, how) => processes.run(dir, args, how),
    recall: (args, how) =>
      said.recall(JSON.stringify([dir, args, how]), () => processes.run(dir, args, how)),
    start: (args, env) => processes.start(dir, args, env),
    ask: (name) => objects.ask(dir, name),
    update: (update) => refUpdates.update(dir, update),
    unflushed: pools.unflushed,
  })
}

async function checkVersion(processes: Processes, root: string) {
  const { stdout } = await processes.run(root, ['version'])
  const [, version = '0'] = /(\d+\.\d+)/.exec(stdout) ?? []
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > 2 || (major === 2 && minor >= 38)) return
  throw new Error(`git ${version} is too old: ${versionMin} or newer is needed`)
}
