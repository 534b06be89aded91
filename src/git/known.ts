import { openRecent, type Recent } from '../recent/recent.ts'
import type { Commit } from './model.ts'

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
