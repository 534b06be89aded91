import type { Readable, Writable } from 'node:stream'
import type { Answer } from './git-process/cat-file.ts'

/** What git tells the rest of the server. All shas are full, in lower case. */

/** How many to skip, and how many to give. */
export type Page = { readonly offset: number; readonly limit: number }

/** What a ref from a request names: always a commit, and by which kind of name (contract 14). */
export type Resolved =
  | { readonly kind: 'branch' | 'tag'; readonly sha: string; readonly name: string }
  | { readonly kind: 'sha'; readonly sha: string }

export type ObjectType = NonNullable<Answer>['type']

/** A ref as it is stored: an annotated tag is `type: 'tag'` with the tag object's own sha. */
export type Ref = { readonly ref: string; readonly sha: string; readonly type: ObjectType }

/** A ref in a list, and what it names in the end. */
export type Listed = Ref & { readonly peeled: string }

/** `sha` is the commit, for annotated tags too. */
export type Named = { readonly name: string; readonly sha: string }

export type Person = { readonly name: string; readonly email: string }

/** `date` is UTC (`2026-01-31T12:00:00Z`); `zone` is what the author's clock said (`+0200`). */
export type Signer = Person & { readonly date: string; readonly zone: string }

export type Commit = {
  readonly sha: string
  readonly tree: string
  readonly parents: readonly string[]
  readonly author: Signer
  readonly committer: Signer
  /** Without the final newline. */
  readonly message: string
  /** The armoured signature, when there is one. Nobody has verified it. */
  readonly signature?: string
}

export type NewCommit = Pick<Commit, 'tree' | 'parents' | 'message' | 'signature'> & {
  readonly author: NewSigner
  readonly committer: NewSigner
}

/** `zone` as git writes it: `+0200`. */
type NewSigner = Person & { readonly at: Date; readonly zone: string }

/** What is at a path from now on; with no `sha`, nothing. */
export type TreeChange = {
  readonly path: string
  readonly mode: '100644' | '100755' | '040000' | '160000' | '120000'
  readonly sha: string | null
}

/** Without a `base`, of the changes alone. */
export type NewTree = {
  readonly base?: string | undefined
  readonly changes: readonly TreeChange[]
}

/** `isRecursive`: with everything below, paths and all. */
export type TreeQuery = { readonly sha: string; readonly isRecursive?: boolean }

/** `type` is `commit` for a submodule. `size` is a blob's, in bytes. */
export type TreeEntry = {
  readonly path: string
  readonly mode: string
  readonly type: ObjectType
  readonly sha: string
  readonly size?: number
}

/** In git's order; `isTruncated` when there is more than can be told. */
export type Tree = {
  readonly sha: string
  readonly entries: readonly TreeEntry[]
  readonly isTruncated: boolean
}

/** Somebody of a history, and how many of its commits are theirs. */
export type Author = Person & { readonly commits: number }

/** Which commits to list, newest first, of those that `from` reaches. */
export type LogQuery = {
  readonly from: string
  readonly path?: string
  readonly limit: number
  readonly offset?: number
  readonly since?: Date
  readonly until?: Date
  /** Part of the author's name or email, as plain text; likewise the committer's. */
  readonly author?: string
  readonly committer?: string
}

export type FileStatus = 'added' | 'removed' | 'modified' | 'renamed' | 'copied' | 'changed'

export type FileChange = {
  readonly filename: string
  readonly status: FileStatus
  readonly additions: number
  readonly deletions: number
  readonly changes: number
  readonly previousFilename?: string
  /** From the first `@@`, without a final newline. Absent for binary and for very large changes. */
  readonly patch?: string
  /** The blob's; of a removed file, the blob it was. */
  readonly sha: string
}

/** `files` holds the first 300; the numbers count all of them. */
export type Diff = {
  readonly files: readonly FileChange[]
  readonly fileCount: number
  readonly additions: number
  readonly deletions: number
}

/** Two commits, of which `head` is the one we speak about. */
export type Range = { readonly base: string; readonly head: string }

/** Without a `base` it is what `head` has alone. */
export type OpenRange = { readonly base: string | undefined; readonly head: string }

export type Distance = { readonly aheadBy: number; readonly behindBy: number }

export type Comparison = Distance & {
  readonly status: 'ahead' | 'behind' | 'diverged' | 'identical'
  readonly mergeBase: string
  /** Oldest first: one page of the commits that only `head` has; `aheadBy` is how many there are. */
  readonly commits: readonly Commit[]
  readonly diff: Diff
}

export type Merge = {
  /** The short name of the branch that moves. */
  readonly branch: string
  /** The commit that is merged into it. */
  readonly from: string
  readonly message: string
  readonly author: Person
  readonly date: Date
}

/** `nothing`: the branch has it already. `moved`: somebody pushed to, or deleted, the branch meanwhile. */
export type MergeOutcome =
  | { readonly kind: 'merged'; readonly sha: string; readonly before: string }
  | { readonly kind: 'conflict' | 'moved' | 'nothing' }

/** 40 zeros: what `before` of a created and `after` of a deleted ref say. */
export const noSha = '0'.repeat(40)

/** One ref that a push really changed. `ref` is fully qualified. */
export type RefChange = { readonly ref: string; readonly before: string; readonly after: string }

/** `moved`: the ref is not, or no longer, at `before`. `blocked`: a ref of which this would be a folder, or the other way round. */
export type RefOutcome = 'changed' | 'moved' | 'blocked'

export type ChangeOptions = {
  /**
   * Whoever changes the ref records it durably before telling anybody, so that a new one may be
   * flushed later (`late-flush/`). One that replaces another never is: a power cut could leave neither.
   */
  readonly isRecorded?: boolean
}

export type PushedCommit = Commit & {
  /** No other branch had it before. */
  readonly isDistinct: boolean
  readonly added: readonly string[]
  readonly removed: readonly string[]
  readonly modified: readonly string[]
}

/** What a change of a ref brought, oldest commit first, the newest 2048 at most. */
export type Push = {
  readonly commits: readonly PushedCommit[]
  /** Absent when the ref was deleted, or names something that is not a commit. */
  readonly head?: PushedCommit
  readonly isForced: boolean
}

/**
 * A git that streams: write the client's bytes to `input`, send `output` to it. `done` waits for
 * the end of git, and of what a push sets off. Destroying either side, or aborting, ends it.
 */
export type GitStream = {
  readonly input: Writable
  readonly output: Readable
  readonly done: Promise<StreamEnd>
}

/** `code` is null for a git that had to be killed. `errors`: the end of what it said, for the log. */
export type StreamEnd = { readonly code: number | null; readonly errors: string }

export type PackOptions = {
  /** `advertise` is smart HTTP's `info/refs`, `stateless` its POST; `stateful` is for SSH. */
  readonly mode: 'advertise' | 'stateless' | 'stateful'
  /** The client's `Git-Protocol` header or GIT_PROTOCOL; anything unknown counts as absent. */
  readonly protocol?: string | undefined
  readonly signal?: AbortSignal | undefined
}

export type ReceiveOptions = PackOptions & {
  /**
   * What really changed, told once git has done it and before the client is: an answer that
   * reaches the client means that this resolved. Told even when the client has gone away.
   * When it rejects, the refs go back to what they were, the client reads that they were refused,
   * and so does `done` reject.
   */
  readonly onPush: (changes: readonly RefChange[]) => Promise<void>
}

export type ArchiveOptions = {
  readonly sha: string
  readonly format: 'tar.gz' | 'zip'
  /** The folder that everything in it is in, without a slash. */
  readonly folder: string
  readonly signal?: AbortSignal | undefined
}

export type HistoryQuery = {
  readonly heads: readonly string[]
  readonly bases: readonly string[]
  readonly commitsMax: number
}

/** Commits without what they say: thousands cost one question. */
export type History = {
  readonly commits: readonly HistoryCommit[]
  /** Whether there are more of them. */
  readonly isCut: boolean
}

type HistoryCommit = {
  readonly sha: string
  readonly parents: readonly string[]
  /** Milliseconds of the epoch. */
  readonly committedAt: number
}
