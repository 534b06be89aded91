import type { GitRemote, Recipe } from '../recipe/model.ts'

export type FetchRequest = {
  readonly git: GitRemote
  readonly sha: string
  /** Globs of branch and tag names. Empty: any branch or tag. */
  readonly refs: readonly string[]
  readonly signal: AbortSignal
}

/** A clone in the agent's folder that holds `sha`. */
export type FetchedSource = {
  readonly sha: string
  /** The ref that made the sha allowed, as `refs/heads/main`. */
  readonly reachableFrom: string
  /**
   * Text of a file in the repository and the commit it is from. Null when there
   * is none. Throws Problem `invalid` when it is over 256 KB.
   */
  readFile(
    path: string,
    from: 'deployed_sha' | 'default_branch',
  ): Promise<{ readonly text: string; readonly sha: string } | null>
  /** Builds when the recipe says so, and packs what goes to the hosts. */
  pack(order: PackOrder): Promise<PackResult>
}

export type PackOrder = {
  readonly recipe: Recipe
  /** The build's environment beside its own: no secrets. */
  readonly env: Readonly<Record<string, string>>
  readonly log: (line: string) => void
  readonly signal: AbortSignal
}

export type PackResult =
  | PackedRelease
  | { readonly kind: 'failed' | 'errored'; readonly reason: string }
  | { readonly kind: 'stopped' }

/** A tar file in a temporary folder, which goes when it is disposed. */
export type PackedRelease = AsyncDisposable & {
  readonly kind: 'packed'
  readonly bytes: number
  /** A new stream each time: every host gets its own. */
  read(): AsyncIterable<Buffer>
}
