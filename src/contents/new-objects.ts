import { authorOf } from '../accounts/payload.ts'
import { requireUser } from '../auth/auth.ts'
import { refuseEmpty } from '../commits/commits.ts'
import type { TreeChange } from '../git/model.ts'
import { type Answer, created } from '../http/answer.ts'
import { parseBody } from '../http/body.ts'
import { invalidField, Problem } from '../lib/problem.ts'
import type { RepositoryCall } from '../repositories/repositories.ts'
import { type NewTreeEntry, newBlob, newCommit, newTree } from './model.ts'
import { gitCommit, newBlobPayload, treePayload } from './payload.ts'

/** Objects that no ref leads to yet: nobody is told of them, and whoever has their sha finds them. */

export async function postBlob(call: RepositoryCall): Promise<Answer> {
  const { app, repository } = call
  const { content, encoding } = parseBody(call.body, newBlob, 'Blob')
  if (encoding === 'base64' && !isBase64(content)) throw invalid('content is not valid Base64')
  await refuseEmpty(call)
  const sha = await app.git.writeBlob(repository.id, Buffer.from(content, encoding))
  return created(newBlobPayload(sha, call))
}

/** Lines may be broken, and the end may lack its `=`. */
const isBase64 = (text: string) => /^[\w+/\s-]*={0,2}\s*$/.test(text)

const invalid = (message: string) => new Problem('invalid', message)

export async function postTree(call: RepositoryCall): Promise<Answer> {
  const { app, repository } = call
  const { git } = app
  const { base_tree, tree } = parseBody(call.body, newTree, 'Tree')
  if (tree.length === 0) throw invalid('Invalid tree info')
  for (const entry of tree) refuseUnclear(entry)
  await refuseEmpty(call)
  const base = base_tree ? await findBase(call, base_tree) : undefined
  await refuseMissing(call, tree)
  const outcome = await git.writeTree(repository.id, { base, changes: await changesOf(call, tree) })
  switch (outcome.kind) {
    case 'written': {
      const { sha } = outcome
      const made = await git.tree(repository.id, { sha })
      if (!made) throw new Error(`The tree ${sha} is not there, though it was written`)
      return created(treePayload(sha, made, call))
    }
    case 'missing':
      throw invalid(`tree.path ${outcome.path} is not there, so it cannot be deleted`)
    case 'refused':
      throw invalid('tree.path contains a malformed path component')
  }
}

const typeOf = {
  '100644': 'blob',
  '100755': 'blob',
  '120000': 'blob',
  '040000': 'tree',
  '160000': 'commit',
} as const

function refuseUnclear({ path, mode, type, sha, content }: NewTreeEntry): void {
  if ((sha === undefined) === (content === undefined)) {
    throw invalid(`Must supply either tree.sha or tree.content, and not both, for ${path}`)
  }
  const wanted = typeOf[mode]
  if (type !== undefined && type !== wanted) {
    throw invalid(`tree.mode ${mode} is for a ${wanted}, and tree.type of ${path} is ${type}`)
  }
  if (content !== undefined && wanted !== 'blob') {
    throw invalid(`tree.mode ${mode} of ${path} needs a tree.sha`)
  }
}

/** A commit stands for its tree. */
async function findBase({ app, repository }: RepositoryCall, sha: string): Promise<string> {
  const type = await app.git.objectType(repository.id, sha)
  if (type === 'tree' || type === 'commit') return sha
  throw invalid('base_tree is not a valid tree oid')
}

/** So many questions wait for git at once. */
const askedMax = 500

/** Submodules name commits of elsewhere. */
async function refuseMissing(call: RepositoryCall, entries: readonly NewTreeEntry[]) {
  const { app, repository } = call
  const named = entries.flatMap(({ mode, sha }) => (sha ? [{ sha, type: typeOf[mode] }] : []))
  const asked = named.filter(({ type }) => type !== 'commit')
  for (let at = 0; at < asked.length; at += askedMax) {
    const some = asked.slice(at, at + askedMax)
    const types = await Promise.all(some.map(({ sha }) => app.git.objectType(repository.id, sha)))
    const wrong = some.find(({ type }, n) => types[n] !== type)
    if (wrong) throw invalid(`tree.sha ${wrong.sha} is not a valid ${wrong.type}`)
  }
}

/** Each is a git of its own: more are to be written as blobs first. */
const contentsMax = 1000
const writtenMax = 8

async function changesOf(
  { app, repository }: RepositoryCall,
  entries: readonly NewTreeEntry[],
): Promise<TreeChange[]> {
  const contents = [...new Set(entries.flatMap(({ content }) => content ?? []))]
  if (contents.length > contentsMax) {
    const message = `has more than ${contentsMax} entries with content: write these as blobs`
    throw invalidField({ resource: 'Tree', field: 'tree', code: 'custom', message })
  }
  const written = new Map<string, string>()
  for (let at = 0; at < contents.length; at += writtenMax) {
    const some = contents.slice(at, at + writtenMax)
    const write = async (text: string) => {
      written.set(text, await app.git.writeBlob(repository.id, Buffer.from(text)))
    }
    await Promise.all(some.map(write))
  }
  return entries.map(({ path, mode, sha, content }) => ({
    path,
    mode,
    sha: content === undefined ? (sha ?? null) : (written.get(content) ?? null),
  }))
}

export async function postCommit(call: RepositoryCall): Promise<Answer> {
  const { app, repository, urls } = call
  const { git } = app
  const { tree, parents, message, signature, ...people } = parseBody(call.body, newCommit, 'Commit')
  await refuseEmpty(call)
  if ((await git.objectType(repository.id, tree)) !== 'tree') {
    throw invalid('Tree SHA does not exist')
  }
  const found = await git.commits(repository.id, parents)
  if (found.length < parents.length) {
    throw invalid('Parent SHA does not exist or is not a commit object')
  }
  const self = authorOf(requireUser(call.actor).account, urls)
  const author = signerOf({ ...self, ...people.author }, app.now())
  // Left out, it is whoever wrote it (the page of the operation).
  const committer = { ...author, ...whenGiven(people.committer, app.now()) }
  const written = { tree, parents, message, author, committer, ...(signature && { signature }) }
  const sha = await git.writeCommit(repository.id, written)
  const commit = await git.commit(repository.id, sha)
  if (!commit) throw new Error(`The commit ${sha} is not there, though it was written`)
  return created(gitCommit(commit, { ...call, authors: () => undefined }))
}

type Given = {
  readonly name?: string | undefined
  readonly email?: string | undefined
  readonly date?: string | undefined
}

const signerOf = ({ name, email, date }: Given & { name: string; email: string }, now: Date) => ({
  name,
  email,
  ...timeOf(date, now),
})

function whenGiven(given: Given | undefined, now: Date) {
  if (!given) return {}
  const { name, email, date } = given
  return { ...(name && { name }), ...(email && { email }), ...timeOf(date, now) }
}

/** With the zone that the client wrote. */
function timeOf(date: string | undefined, now: Date) {
  const [, hours, minutes] = /([+-]\d\d):?(\d\d)$/.exec(date ?? '') ?? []
  const zone = hours && minutes ? `${hours}${minutes}` : '+0000'
  return { at: date === undefined ? now : new Date(date), zone }
}
