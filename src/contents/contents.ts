import { posix } from 'node:path'
import { isEmpty } from '../commits/commits.ts'
import type { TreeEntry } from '../git/model.ts'
import { type Answer, ok, okKept } from '../http/answer.ts'
import { isUnchanged } from '../http/etag.ts'
import { notFound, Problem } from '../lib/problem.ts'
import { nameParts } from '../repositories/model.ts'
import type { RepositoryCall } from '../repositories/repositories.ts'
import { kindOf, type Place } from './model.ts'
import {
  directoryContent,
  fileContent,
  listedContent,
  submoduleContent,
  symlinkContent,
} from './payload.ts'
import { submoduleUrlOf } from './submodules.ts'

/** GitHub's limits ("Get repository content"): up to the first as JSON, up to the second raw. */
const jsonBytesMax = 1024 * 1024
const rawBytesMax = 100 * 1024 * 1024
const listedMax = 1000
const targetBytesMax = 4096
const gitmodulesBytesMax = 256 * 1024

type Asked = RepositoryCall & Place & { readonly sha: string; readonly path: string }

/** A file, a directory, a symlink or a submodule, by `ref` or in the default branch. */
export async function getContent(call: RepositoryCall): Promise<Answer> {
  const form = mediaTypeOf(call)
  const asked = await locate(call)
  if (form === 'raw') return await answerRawForm(asked)
  const { repository, urls, ref, sha, path } = asked
  const from = [...nameParts(repository), urls, ref, sha, path, form]
  return okKept(call, { from, build: () => showContent(asked, form) })
}

/** What leads to no file has no other form than JSON. */
async function answerRawForm(asked: Asked): Promise<Answer> {
  const entry = await requireEntry(asked)
  const kind = kindOf(entry)
  const file = kind === 'symlink' ? (await followSymlink(asked, entry)).file : entry
  if (!file || kindOf(file) !== 'file') return ok(await showContent(asked, 'raw'))
  if ((file.size ?? 0) > rawBytesMax) throw tooLarge()
  return answerRaw(asked, file)
}

async function showContent(asked: Asked, form: Form): Promise<unknown> {
  const entry = await requireEntry(asked)
  switch (kindOf(entry)) {
    case 'dir':
      return await showDirectory(asked, entry, form)
    case 'file':
      return await showFile(asked, entry)
    case 'symlink':
      return await showSymlink(asked, entry)
    case 'submodule':
      return submoduleContent(entry, await findSubmoduleUrl(asked, entry), asked)
  }
}

async function requireEntry(asked: Asked): Promise<TreeEntry> {
  const entry = asked.path === '' ? await findRoot(asked) : await findEntry(asked, asked.path)
  if (!entry) throw notFound()
  return entry
}

type Form = 'json' | 'raw' | 'object'

/** Throws `unsupported` for pages, which are not made here. */
function mediaTypeOf({ headers }: RepositoryCall): Form {
  const [, form] =
    /application\/vnd\.github\.(?:[\w-]+\.)?(raw|object|html)\b/.exec(headers.accept ?? '') ?? []
  if (form === 'raw' || form === 'object') return form
  if (form === undefined) return 'json'
  const message = `Unsupported 'Accept' header: ${form} is not available. Ask for 'application/vnd.github.raw'.`
  throw new Problem('unsupported', message)
}

/** Throws `not_found` where `ref` names no commit. */
export async function locate(call: RepositoryCall): Promise<Asked> {
  const { app, repository, query, params } = call
  const ref = query['ref'] || repository.default_branch
  const named = query['ref'] ? ref : `refs/heads/${ref}`
  const resolved = await app.git.resolve(repository.id, named)
  if (resolved) return { ...call, ref, sha: resolved.sha, path: params['*'] ?? '' }
  const isNew = await isEmpty(call)
  const message = isNew ? 'This repository is empty.' : `No commit found for the ref ${ref}`
  throw new Problem('not_found', message)
}

const findEntry = ({ app, repository, sha }: Asked, path: string) =>
  app.git.entry(repository.id, sha, path)

async function findRoot({ app, repository, sha }: Asked): Promise<TreeEntry | undefined> {
  const commit = await app.git.commit(repository.id, sha)
  return commit && { path: '', mode: '040000', type: 'tree', sha: commit.tree }
}

async function showDirectory(asked: Asked, entry: TreeEntry, form: Form) {
  const { app, repository } = asked
  const tree = await app.git.tree(repository.id, { sha: entry.sha })
  const shown = (tree?.entries ?? []).slice(0, listedMax)
  const entries = shown.map((below) => ({ ...below, path: posix.join(entry.path, below.path) }))
  if (form === 'object') return directoryContent(entry, entries, asked)
  return entries.map((below) => listedContent(below, asked))
}

async function showFile(asked: Asked, entry: TreeEntry) {
  const { app, repository } = asked
  const { size = 0, sha } = entry
  if (size > rawBytesMax) throw tooLarge()
  const bytes = size <= jsonBytesMax ? await app.git.blob(repository.id, sha, size) : undefined
  return fileContent(entry, bytes, asked)
}

function tooLarge(): Problem {
  const megabytes = rawBytesMax / 1024 / 1024
  const message = `This API returns blobs up to ${megabytes} MB in size. The requested blob is too large to fetch via the API, but you can always clone the repository via Git in order to obtain it.`
  return new Problem('forbidden', message, [{ resource: 'Blob', field: 'data', code: 'too_large' }])
}

/** A blob as it is, in a stream. */
export function answerRaw(
  { app, repository, headers }: RepositoryCall,
  { sha, size }: Pick<TreeEntry, 'sha' | 'size'>,
): Answer {
  const etag = `"${sha}"`
  if (isUnchanged(headers, etag, undefined)) return { status: 304, headers: { etag } }
  const { output, done } = app.git.blobStream(repository.id, sha)
  done.then(
    // A null code is a client that went away.
    ({ code, errors }) => code && app.log.error({ code, errors }, 'contents.failed'),
    (error: unknown) => app.log.error({ err: error }, 'contents.failed'),
  )
  const type = 'application/vnd.github.raw; charset=utf-8'
  const sized = size === undefined ? {} : { 'content-length': String(size) }
  return { status: 200, stream: output, headers: { etag, 'content-type': type, ...sized } }
}

/** One that leads to a file in the repository is answered with that file's content, under its own name. */
async function showSymlink(asked: Asked, entry: TreeEntry) {
  const { file, target } = await followSymlink(asked, entry)
  return file ? await showFile(asked, file) : symlinkContent(entry, target, asked)
}

async function followSymlink(asked: Asked, entry: TreeEntry) {
  const { app, repository } = asked
  const bytes = await app.git.blob(repository.id, entry.sha, targetBytesMax)
  const target = bytes?.toString('utf8') ?? ''
  const path = posix.join(posix.dirname(entry.path), target)
  const found = posix.isAbsolute(target) ? undefined : await findEntry(asked, path)
  const isFile = found !== undefined && kindOf(found) === 'file'
  return { target, file: isFile ? { ...found, path: entry.path } : undefined }
}

async function findSubmoduleUrl(asked: Asked, { path }: TreeEntry): Promise<string> {
  const { app, repository } = asked
  const file = await findEntry(asked, '.gitmodules')
  const isFile = file !== undefined && kindOf(file) === 'file'
  const bytes = isFile && (await app.git.blob(repository.id, file.sha, gitmodulesBytesMax))
  return bytes ? submoduleUrlOf(bytes.toString('utf8'), path) : ''
}
