import type { Check } from './model.ts'

/** What deployments ask of code (contract 10). */
export const branches: readonly Check[] = [
  {
    operation: 'repos/list-branches',
    says: 'lists them',
    status: 200,
    like: [{ name: 'main', protected: false }],
    count: 1,
  },
  {
    operation: 'repos/get-branch',
    says: 'one, with its commit',
    parameters: { branch: 'main' },
    status: 200,
    like: { name: 'main' },
    keeps: { sha: 'commit.sha' },
  },
  {
    operation: 'repos/get-branch',
    says: '404 for one that is not there',
    parameters: { branch: 'not-there' },
    status: 404,
    like: { message: 'Branch not found' },
  },
  { operation: 'repos/list-tags', says: 'none', status: 200, count: 0 },
  {
    operation: 'repos/list-commits',
    says: 'lists them',
    status: 200,
    like: [{ sha: '{sha}' }],
    count: 1,
  },
  {
    operation: 'repos/get-commit',
    says: 'one by its branch',
    parameters: { ref: 'main' },
    status: 200,
    like: { sha: '{sha}' },
  },
  {
    operation: 'repos/get-commit',
    says: 'its bare SHA',
    parameters: { ref: 'main' },
    accept: 'application/vnd.github.sha',
    status: 200,
  },
  {
    operation: 'repos/get-commit',
    says: '422 for one that is not there',
    parameters: { ref: 'not-there' },
    status: 422,
    like: { message: 'No commit found for SHA: not-there' },
  },
  {
    operation: 'repos/compare-commits',
    says: 'a commit with itself',
    parameters: { base: 'main', head: 'main' },
    status: 200,
    like: { status: 'identical', ahead_by: 0, behind_by: 0, total_commits: 0 },
  },
  {
    operation: 'repos/get-content',
    says: 'a file',
    parameters: { path: 'README.md' },
    status: 200,
    like: { type: 'file', name: 'README.md', encoding: 'base64' },
  },
  {
    operation: 'repos/download-tarball-archive',
    says: 'leads to the archive',
    parameters: { ref: 'main' },
    status: 302,
    headers: { location: /^http/ },
  },
]

const ref = { ref: 'heads/conformance' }

export const gitData: readonly Check[] = [
  {
    operation: 'git/get-ref',
    says: 'a branch',
    parameters: { ref: 'heads/main' },
    status: 200,
    like: { ref: 'refs/heads/main', object: { type: 'commit', sha: '{sha}' } },
  },
  {
    operation: 'git/create-ref',
    says: 'makes a branch',
    body: { ref: 'refs/heads/conformance', sha: '{sha}' },
    status: 201,
    like: { ref: 'refs/heads/conformance', object: { sha: '{sha}' } },
  },
  {
    operation: 'git/create-ref',
    says: '422 for one that is there',
    body: { ref: 'refs/heads/conformance', sha: '{sha}' },
    status: 422,
    like: { message: 'Reference already exists' },
  },
  {
    operation: 'git/list-matching-refs',
    says: 'those whose name begins so',
    parameters: { ref: 'heads/conf' },
    status: 200,
    like: [{ ref: 'refs/heads/conformance' }],
    count: 1,
    isEventual: true,
  },
  {
    operation: 'git/update-ref',
    says: 'moves it',
    parameters: ref,
    body: { sha: '{sha}', force: true },
    status: 200,
    like: { object: { sha: '{sha}' } },
  },
  { operation: 'git/delete-ref', says: 'deletes it', parameters: ref, status: 204 },
  {
    operation: 'git/get-ref',
    says: '404 for what was deleted',
    parameters: ref,
    status: 404,
    isEventual: true,
  },
  {
    operation: 'git/get-commit',
    says: 'a commit',
    parameters: { commit_sha: '{sha}' },
    status: 200,
    like: { sha: '{sha}', parents: [] },
  },
  {
    operation: 'git/get-tree',
    says: 'a tree',
    parameters: { tree_sha: 'main' },
    status: 200,
    like: { tree: [{ path: 'README.md', type: 'blob' }], truncated: false },
  },
]
