import type { components } from '@octokit/openapi-types'
import type { Account } from '../accounts/model.ts'
import { simpleUser } from '../accounts/payload.ts'
import type { BranchProtection } from '../branch-protection/model.ts'
import { protectionInBranch } from '../branch-protection/payload.ts'
import type { Commit, Diff, FileChange, Named, Ref, Signer } from '../git/model.ts'
import { nodeId } from '../lib/node-id.ts'
import type { Urls } from '../lib/urls.ts'
import { fullNameOf, type RepositoryName } from '../repositories/model.ts'

type Schemas = components['schemas']

/** The account that a commit's author or committer is, by their address. */
export type Authors = (person: Pick<Signer, 'email'>) => Account | undefined

/** Where a repository's payloads point to, and whom they know. */
export type Frame = {
  readonly repository: RepositoryName
  readonly urls: Urls
  readonly authors: Authors
}

export const apiUrlOf = (repository: RepositoryName, urls: Urls): string =>
  `${urls.api}/repos/${fullNameOf(repository)}`
export const webUrlOf = (repository: RepositoryName, urls: Urls) =>
  `${urls.web}/${fullNameOf(repository)}`

/** The picture beside a status: its creator's. */
export const avatarUrlOf = (account: Pick<Account, 'id'> | null, urls: Urls): string | null =>
  account && `${urls.web}/assets/avatars/${account.id}`

/** A name or a path within an address: its slashes stay, as GitHub has them. */
export const encodePath = (path: string): string =>
  path.split('/').map(encodeURIComponent).join('/')

/** GitHub's commit, as lists and the `status` event show it. */
export function commitPayload(commit: Commit, { repository, urls, authors }: Frame) {
  const api = apiUrlOf(repository, urls)
  const web = webUrlOf(repository, urls)
  const { sha, tree, parents, author, committer } = commit
  return {
    sha,
    node_id: nodeId('C', repository.id, sha),
    commit: {
      author: gitUser(author),
      committer: gitUser(committer),
      message: commit.message,
      tree: { sha: tree, url: `${api}/git/trees/${tree}` },
      url: `${api}/git/commits/${sha}`,
      comment_count: 0,
      verification: verificationOf(commit),
    },
    url: `${api}/commits/${sha}`,
    html_url: `${web}/commit/${sha}`,
    comments_url: `${api}/commits/${sha}/comments`,
    author: userOf(authors(author), urls),
    committer: userOf(authors(committer), urls),
    parents: parents.map((parent) => ({
      sha: parent,
      url: `${api}/commits/${parent}`,
      html_url: `${web}/commit/${parent}`,
    })),
  } satisfies Schemas['commit']
}

const gitUser = ({ name, email, date }: Signer) => ({ name, email, date })
const userOf = (account: Account | undefined, urls: Urls) =>
  account ? simpleUser(account, urls) : null

/** Nobody here verifies signatures, and GitHub has a word for that. */
const verificationOf = ({ signature }: Commit) => ({
  verified: false,
  reason: signature === undefined ? 'unsigned' : 'gpgverify_unavailable',
  signature: signature ?? null,
  payload: null,
  verified_at: null,
})

/** A commit asked for by itself: with what it changed. */
export function fullCommit(commit: Commit, diff: Diff, frame: Frame) {
  const { additions, deletions } = diff
  return {
    ...commitPayload(commit, frame),
    stats: { total: additions + deletions, additions, deletions },
    files: diff.files.map((file) => diffEntry(file, commit.sha, frame)),
  } satisfies Schemas['commit']
}

/** A changed file, with addresses of it as it is in the commit `sha`. */
export function diffEntry(file: FileChange, sha: string, { repository, urls }: Frame) {
  const path = encodePath(file.filename)
  const web = webUrlOf(repository, urls)
  return {
    sha: file.sha,
    filename: file.filename,
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
    changes: file.changes,
    blob_url: `${web}/blob/${sha}/${path}`,
    raw_url: `${web}/raw/${sha}/${path}`,
    contents_url: `${apiUrlOf(repository, urls)}/contents/${path}?ref=${sha}`,
    ...(file.patch === undefined ? {} : { patch: file.patch }),
    ...(file.previousFilename === undefined ? {} : { previous_filename: file.previousFilename }),
  } satisfies Schemas['diff-entry']
}

type Place = Pick<Frame, 'repository' | 'urls'>

type ProtectedPlace = Place & { readonly protectedBranches: ReadonlySet<string> }

/** A branch in a list. */
export function shortBranch({ name, sha }: Named, place: ProtectedPlace) {
  const { repository, urls, protectedBranches } = place
  const url = `${apiUrlOf(repository, urls)}/commits/${sha}`
  const isProtected = protectedBranches.has(name)
  return { name, commit: { sha, url }, protected: isProtected } satisfies Schemas['short-branch']
}

export function branchPayload(
  name: string,
  commit: Commit,
  frame: Frame & { readonly protection: BranchProtection | undefined },
) {
  const { repository, urls, protection } = frame
  const path = encodePath(name)
  const url = `${apiUrlOf(repository, urls)}/branches/${path}`
  return {
    name,
    commit: commitPayload(commit, frame),
    _links: { self: url, html: `${webUrlOf(repository, urls)}/tree/${path}` },
    protected: protection !== undefined,
    protection: protectionInBranch(protection),
    protection_url: `${url}/protection`,
  } satisfies Schemas['branch-with-protection']
}

export function tagPayload({ name, sha }: Named, { repository, urls }: Place) {
  const url = apiUrlOf(repository, urls)
  const ref = `refs/tags/${name}`
  return {
    name,
    zipball_url: `${url}/zipball/${encodePath(ref)}`,
    tarball_url: `${url}/tarball/${encodePath(ref)}`,
    commit: { sha, url: `${url}/commits/${sha}` },
    node_id: nodeId('REF', repository.id, ref),
  } satisfies Schemas['tag']
}

export function gitRef({ ref, sha, type }: Ref, { repository, urls }: Place) {
  const url = apiUrlOf(repository, urls)
  return {
    ref,
    node_id: nodeId('REF', repository.id, ref),
    url: `${url}/git/${encodePath(ref)}`,
    object: { sha, type, url: `${url}/git/${type}s/${sha}` },
  } satisfies Schemas['git-ref']
}
