import { z } from 'zod'
import type { TreeEntry } from '../git/model.ts'
import { line, text } from '../http/text.ts'
import type { Urls } from '../lib/urls.ts'
import type { Repository } from '../repositories/model.ts'

/** GitHub's words for what lies in a repository. */
export type ContentKind = 'file' | 'dir' | 'symlink' | 'submodule'

export function kindOf({ type, mode }: Pick<TreeEntry, 'type' | 'mode'>): ContentKind {
  if (type === 'tree') return 'dir'
  if (type === 'commit') return 'submodule'
  return mode === '120000' ? 'symlink' : 'file'
}

/** Where contents were asked for: `ref` as the client named it. */
export type Place = {
  readonly repository: Repository
  readonly urls: Urls
  readonly ref: string
}

const refCharactersMax = 1000
const messageCharactersMax = 65_536

const sha = z
  .string()
  .transform((hex) => hex.toLowerCase())
  .pipe(
    z.string().regex(/^[0-9a-f]{40}$/, {
      error: 'must be exactly 40 characters and contain only [0-9a-f]',
    }),
  )

/** https://docs.github.com/rest/git/refs#create-a-reference */
export const newRef = z.object({ ref: line(refCharactersMax), sha })

/** https://docs.github.com/rest/git/refs#update-a-reference */
export const refUpdate = z.object({ sha, force: z.boolean().default(false) })

/** https://docs.github.com/rest/branches/branches#merge-a-branch */
export const newMerge = z.object({
  base: line(refCharactersMax),
  head: line(refCharactersMax),
  commit_message: text(messageCharactersMax).nullish(),
})
