import type { components } from '@octokit/openapi-types'
import { apiUrlOf, commitPayload, encodePath, type Frame, webUrlOf } from '../commits/payload.ts'
import type { Author, Commit, Tree, TreeEntry } from '../git/model.ts'
import { nodeId } from '../lib/node-id.ts'
import { type ContentKind, kindOf, type Place } from './model.ts'

type Schemas = components['schemas']

/**
 * What every form of an entry begins with. `download_url` is null: nothing here serves files to
 * browsers; ask for the raw media type instead.
 */
function contentFrame(entry: TreeEntry, kind: ContentKind, { repository, urls, ref }: Place) {
  const { path, sha } = entry
  const api = apiUrlOf(repository, urls)
  const isHere = kind !== 'submodule'
  const page = `${webUrlOf(repository, urls)}/${kind === 'dir' ? 'tree' : 'blob'}`
  const self = `${api}/contents/${encodePath(path)}?ref=${encodeURIComponent(ref)}`
  const git = isHere ? `${api}/git/${entry.type}s/${sha}` : null
  const html = isHere ? `${page}/${encodePath(ref)}/${encodePath(path)}` : null
  return {
    name: path.slice(path.lastIndexOf('/') + 1),
    path,
    sha,
    size: entry.size ?? 0,
    url: self,
    html_url: html,
    git_url: git,
    download_url: null,
    _links: { self, git, html },
  }
}

/** An item of a directory. There GitHub calls a submodule a file, for old clients' sake. */
export function listedContent(entry: TreeEntry, place: Place) {
  const kind = kindOf(entry)
  const type = kind === 'submodule' ? 'file' : kind
  return { ...contentFrame(entry, kind, place), type }
}

/** `application/vnd.github.object`: a directory as one thing. */
export function directoryContent(entry: TreeEntry, entries: readonly TreeEntry[], place: Place) {
  return {
    ...contentFrame(entry, 'dir', place),
    type: 'dir',
    entries: entries.map((below) => listedContent(below, place)),
  } satisfies Schemas['content-tree']
}

/** Without bytes the file is too large for JSON, and only its raw form has its content. */
export function fileContent(entry: TreeEntry, bytes: Buffer | undefined, place: Place) {
  return {
    ...contentFrame(entry, 'file', place),
    type: 'file',
    content: bytes ? base64Of(bytes) : '',
    encoding: bytes ? 'base64' : 'none',
  } satisfies Schemas['content-file']
}

/** In lines of 60 characters, as GitHub has it. */
const base64Of = (bytes: Buffer) => bytes.toString('base64').replace(/.{1,60}/g, '$&\n')

export function symlinkContent(entry: TreeEntry, target: string, place: Place) {
  return {
    ...contentFrame(entry, 'symlink', place),
    type: 'symlink',
    target,
  } satisfies Schemas['content-symlink']
}

export function submoduleContent(entry: TreeEntry, url: string, place: Place) {
  return {
    ...contentFrame(entry, 'submodule', place),
    type: 'submodule',
    submodule_git_url: url,
  } satisfies Schemas['content-submodule']
}

/** `sha` is what was asked for: the tree, or the commit whose tree it is. */
export function treePayload(sha: string, tree: Tree, { repository, urls }: Omit<Place, 'ref'>) {
  const git = `${apiUrlOf(repository, urls)}/git`
  const entryPayload = (entry: TreeEntry) => {
    const { path, mode, type, sha, size } = entry
    const sized = size === undefined ? {} : { size }
    const url = type === 'commit' ? {} : { url: `${git}/${type}s/${sha}` }
    return { path, mode, type, sha, ...sized, ...url }
  }
  return {
    sha,
    url: `${git}/trees/${sha}`,
    tree: tree.entries.map(entryPayload),
    truncated: tree.isTruncated,
  } satisfies Schemas['git-tree']
}

export const newBlobPayload = (sha: string, { repository, urls }: Omit<Place, 'ref'>) =>
  ({
    url: `${apiUrlOf(repository, urls)}/git/blobs/${sha}`,
    sha,
  }) satisfies Schemas['short-blob']

export function blobPayload(sha: string, bytes: Buffer, { repository, urls }: Omit<Place, 'ref'>) {
  return {
    sha,
    node_id: nodeId('B', repository.id, sha),
    size: bytes.length,
    url: `${apiUrlOf(repository, urls)}/git/blobs/${sha}`,
    content: base64Of(bytes),
    encoding: 'base64',
  } satisfies Schemas['blob']
}

/** A commit as git has it, without what the server knows of its people. */
export function gitCommit(commit: Commit, frame: Frame) {
  const { sha, node_id, html_url, commit: inner, parents } = commitPayload(commit, frame)
  const commits = `${apiUrlOf(frame.repository, frame.urls)}/git/commits`
  return {
    sha,
    node_id,
    url: inner.url,
    html_url,
    author: inner.author,
    committer: inner.committer,
    tree: inner.tree,
    message: inner.message,
    parents: parents.map((parent) => ({ ...parent, url: `${commits}/${parent.sha}` })),
    verification: inner.verification,
  } satisfies Schemas['git-commit']
}

/** Somebody who has no account here. */
export function anonymousContributor({ name, email, commits }: Author) {
  return {
    type: 'Anonymous',
    email,
    name,
    contributions: commits,
  } satisfies Schemas['contributor']
}
