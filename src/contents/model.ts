import { z } from 'zod'
import type { TreeEntry } from '../git/model.ts'
import { line, text } from '../http/text.ts'
import type { Urls } from '../lib/urls.ts'
import type { RepositoryName } from '../repositories/model.ts'

/** GitHub's words for what lies in a repository. */
export type ContentKind = 'file' | 'dir' | 'symlink' | 'submodule'

export function kindOf({ type, mode }: Pick<TreeEntry, 'type' | 'mode'>): ContentKind {
  if (type === 'tree') return 'dir'
  if (type === 'commit') return 'submodule'
  return mode === '120000' ? 'symlink' : 'file'
}

/** Where contents were asked for: `ref` as the client named it. */
export type Place = {
  readonly repository: RepositoryName
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

/** https://docs.github.com/rest/git/blobs#create-a-blob */
export const newBlob = z.object({
  content: z.string(),
  encoding: z
    .string()
    .pipe(z.enum(['utf-8', 'base64']))
    .default('utf-8'),
})

const pathCharactersMax = 4096
const entriesMax = 10_000

const treeEntry = z.object({
  path: line(pathCharactersMax).min(1),
  mode: z.string().pipe(z.enum(['100644', '100755', '040000', '160000', '120000'])),
  type: z
    .string()
    .pipe(z.enum(['blob', 'tree', 'commit']))
    .optional(),
  sha: sha.nullable().optional(),
  content: z.string().optional(),
})

export type NewTreeEntry = z.infer<typeof treeEntry>

/** https://docs.github.com/rest/git/trees#create-a-tree */
export const newTree = z.object({
  base_tree: sha.nullish(),
  tree: z.array(treeEntry).max(entriesMax, { error: `has more than ${entriesMax} entries` }),
})

const nameCharactersMax = 255
const signatureCharactersMax = 16_384
const parentsMax = 100

const name = line(nameCharactersMax).min(1)
const date = z.iso.datetime({ offset: true }).optional()

/** https://docs.github.com/rest/git/commits#create-a-commit */
export const newCommit = z.object({
  message: text(messageCharactersMax),
  tree: sha,
  parents: z.array(sha).max(parentsMax).default([]),
  author: z.object({ name, email: name, date }).optional(),
  committer: z.object({ name: name.optional(), email: name.optional(), date }).optional(),
  signature: text(signatureCharactersMax).optional(),
})

/** https://docs.github.com/rest/branches/branches#merge-a-branch */
export const newMerge = z.object({
  base: line(refCharactersMax),
  head: line(refCharactersMax),
  commit_message: text(messageCharactersMax).nullish(),
})
