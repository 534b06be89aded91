import type { components } from '@octokit/openapi-types'
import { findProtectedBranches } from '../branch-protection/branch-protection.ts'
import type { Commit, Comparison, LogQuery, Range } from '../git/model.ts'
import { type Answer, ok, okKept } from '../http/answer.ts'
import { isUnchanged } from '../http/etag.ts'
import { linkHeader, openLinkHeader, pageOf } from '../http/page.ts'
import { invalidField, notFound, Problem } from '../lib/problem.ts'
import { onceFor } from '../recent/once-for.ts'
import { nameParts } from '../repositories/model.ts'
import type { RepositoryCall } from '../repositories/repositories.ts'
import { absence, findAuthors, peopleOf, refuseEmpty } from './commits.ts'
import {
  apiUrlOf,
  commitPayload,
  diffEntry,
  encodePath,
  type Frame,
  fullCommit,
  shortBranch,
  webUrlOf,
} from './payload.ts'
import { emailByLogin } from './queries.ts'

/** Git counts with 32 bits. */
const offsetMax = 2 ** 31 - 1

export async function listCommits(call: RepositoryCall): Promise<Answer> {
  const { app, repository, urls, query } = call
  const { limit, offset } = pageOf(query)
  const from = await findTip(call)
  const filters = await filtersOf(call)
  const page = { limit: limit + 1, offset: Math.min(offset, offsetMax) }
  const found = await app.git.log(repository.id, { from, ...filters, ...page })
  const commits = found.slice(0, limit)
  const frame = await frameOf(call, commits)
  const people = commits.flatMap((commit) => peopleOf(commit, frame.authors))
  const url = `${urls.api}/repositories/${repository.id}/commits`
  return okKept(
    call,
    {
      from: [...nameParts(repository), urls, ...commits, ...people],
      build: () => commits.map((commit) => commitPayload(commit, frame)),
    },
    openLinkHeader(url, query, found.length > commits.length),
  )
}

async function frameOf(call: RepositoryCall, commits: readonly Commit[]): Promise<Frame> {
  const { repository, urls } = call
  return { repository, urls, authors: await findAuthors(call.app, commits) }
}

async function findTip(call: RepositoryCall): Promise<string> {
  const { app, repository, query } = call
  const ref = query['sha'] || `refs/heads/${repository.default_branch}`
  const resolved = await app.git.resolve(repository.id, ref)
  if (!resolved) throw await absence(call)
  return resolved.sha
}

async function filtersOf(call: RepositoryCall): Promise<Omit<LogQuery, 'from' | 'limit'>> {
  const { path } = call.query
  const [author, committer] = await Promise.all([
    findPerson(call, 'author'),
    findPerson(call, 'committer'),
  ])
  const since = timeIn(call, 'since')
  const until = timeIn(call, 'until')
  return {
    ...(path ? { path } : {}),
    ...(author ? { author } : {}),
    ...(committer ? { committer } : {}),
    ...(since ? { since } : {}),
    ...(until ? { until } : {}),
  }
}

/** A login stands for its account's address; anything else is looked for as it is. */
async function findPerson({ app, query }: RepositoryCall, name: string) {
  const text = query[name]
  if (!text || text.includes('@')) return text
  const account = await app.store.read.first(emailByLogin, { login_key: text.toLowerCase() })
  return account?.email ?? text
}

function timeIn({ query }: RepositoryCall, name: string): Date | undefined {
  const text = query[name]
  if (!text) return undefined
  const time = new Date(text)
  if (!Number.isNaN(time.getTime())) return time
  const message = `${name} is not a time. Write it as 2026-01-31T12:00:00Z.`
  throw invalidField({ resource: 'Commit', field: name, code: 'invalid', message })
}

/** By any ref; as JSON, or in the form that `Accept` names. */
export async function getCommit(call: RepositoryCall): Promise<Answer> {
  const { app, repository } = call
  const sha = await findSha(call)
  const form = mediaTypeOf(call)
  if (form === 'sha') return await answerText(call, { tag: sha, form, write: async () => sha })
  const commit = await app.git.commit(repository.id, sha)
  if (!commit) throw notFound()
  if (form !== 'json') {
    const base = form === 'diff' ? commit.parents[0] : undefined
    const write = () => app.git[form](repository.id, { base, head: sha })
    return await answerText(call, { tag: `${sha}.${form}`, form, write })
  }
  const frame = await frameOf(call, [commit])
  return okKept(
    call,
    {
      from: [...nameParts(repository), call.urls, commit, ...peopleOf(commit, frame.authors)],
      // Without its files, which are what takes long, the commit says all that they depend on.
      version: () => commitPayload(commit, frame),
      build: async () => fullCommit(commit, await app.git.changes(repository.id, commit), frame),
    },
    lastModified(commit),
  )
}

const lastModified = onceFor(({ committer }: Commit) => ({
  'last-modified': new Date(committer.date).toUTCString(),
}))

/** Of the path's ref. Throws `invalid` where it names no commit. */
async function findSha(call: RepositoryCall): Promise<string> {
  const { app, repository, params } = call
  const ref = params['ref'] ?? params['*'] ?? ''
  const resolved = await app.git.resolve(repository.id, ref)
  if (resolved) return resolved.sha
  await refuseEmpty(call)
  throw new Problem('invalid', `No commit found for SHA: ${ref}`)
}

/** All of them; not paged, as at GitHub. */
export async function listHeads(call: RepositoryCall): Promise<Answer> {
  const sha = await findSha(call)
  const { app, repository } = call
  const branches = await app.git.branches(repository.id)
  const heads = branches.filter((branch) => branch.sha === sha)
  const protectedBranches = await findProtectedBranches(app.store.read, repository.id)
  return ok(heads.map((branch) => shortBranch(branch, { ...call, protectedBranches })))
}

/** Of a commit that is there: none, for there are no pull requests here. */
export async function listCommitPulls(call: RepositoryCall): Promise<Answer> {
  await findSha(call)
  return ok([])
}

type Form = 'json' | 'sha' | 'diff' | 'patch'

function mediaTypeOf({ headers }: RepositoryCall): Form {
  const [, type] =
    /application\/vnd\.github\.(?:[\w-]+\.)?(sha|diff|patch)\b/.exec(headers.accept ?? '') ?? []
  return type === 'sha' || type === 'diff' || type === 'patch' ? type : 'json'
}

type Text = {
  readonly tag: string
  readonly form: Exclude<Form, 'json'>
  readonly write: () => Promise<string>
}

/** A form of commits for programs. The tag of a sha is the sha itself, so that a client can send the one it knows (GitHub: "Get a commit"). */
async function answerText(
  { headers }: RepositoryCall,
  { tag, form, write }: Text,
): Promise<Answer> {
  const etag = `"${tag}"`
  if (isUnchanged(headers, etag, undefined)) return { status: 304, headers: { etag } }
  const type = form === 'sha' ? 'text/plain' : `application/vnd.github.${form}`
  const typed = { etag, 'content-type': `${type}; charset=utf-8` }
  return { status: 200, text: await write(), headers: typed }
}

/** Without paging, the newest commits of a comparison. */
const comparedMax = 250

export async function compare(call: RepositoryCall): Promise<Answer> {
  const { git } = call.app
  const { id } = call.repository
  const names = parseBaseHead(call)
  const [base, head] = await Promise.all([git.resolve(id, names.base), git.resolve(id, names.head)])
  if (!base || !head) throw notFound()
  const form = mediaTypeOf(call)
  if (form === 'diff' || form === 'patch') {
    const mergeBase = await git.mergeBase(id, { base: base.sha, head: head.sha })
    if (!mergeBase) throw unrelated(names)
    const write = () => git[form](id, { base: mergeBase, head: head.sha })
    return await answerText(call, { tag: `${mergeBase}.${head.sha}.${form}`, form, write })
  }
  const comparison = await findComparison(call, { base: base.sha, head: head.sha })
  if (!comparison) throw unrelated(names)
  const body = await showComparison(call, names, { base: base.sha, head: head.sha, comparison })
  const url = `${call.urls.api}/repositories/${id}/compare/${pathOf(names)}`
  return ok(body, isPaged(call) ? linkHeader(url, call.query, comparison.aheadBy) : {})
}

const unrelated = ({ base, head }: Range) =>
  new Problem('not_found', `No common ancestor between ${base} and ${head}.`)

const isPaged = ({ query }: RepositoryCall) => 'page' in query || 'per_page' in query
const pathOf = ({ base, head }: Range) => `${encodePath(base)}...${encodePath(head)}`

/** `base...head`; either may name this repository's owner before a colon. Throws `not_found`. */
function parseBaseHead({ params, repository }: RepositoryCall): Range {
  const [base, head, ...more] = (params['*'] ?? '').split('...')
  if (!base || !head || more.length > 0) throw notFound()
  const owner = `${repository.owner.login}:`
  const own = (name: string) =>
    name.toLowerCase().startsWith(owner.toLowerCase()) ? name.slice(owner.length) : name
  return { base: own(base), head: own(head) }
}

async function findComparison(call: RepositoryCall, range: Range) {
  const { git } = call.app
  const { id } = call.repository
  if (isPaged(call)) return await git.compare(id, range, pageOf(call.query))
  const first = await git.compare(id, range, { offset: 0, limit: comparedMax })
  if (!first || first.aheadBy <= comparedMax) return first
  return await git.compare(id, range, { offset: first.aheadBy - comparedMax, limit: comparedMax })
}

type Compared = Range & { readonly comparison: Comparison }

async function showComparison(call: RepositoryCall, names: Range, compared: Compared) {
  const { repository, urls, app, query } = call
  const { base, head, comparison } = compared
  const [baseCommit, mergeBase] = await Promise.all([
    app.git.commit(repository.id, base),
    app.git.commit(repository.id, comparison.mergeBase),
  ])
  if (!baseCommit || !mergeBase) throw notFound()
  const frame = await frameOf(call, [baseCommit, mergeBase, ...comparison.commits])
  const web = `${webUrlOf(repository, urls)}/compare`
  const { login } = repository.owner
  return {
    url: `${apiUrlOf(repository, urls)}/compare/${pathOf(names)}`,
    html_url: `${web}/${pathOf(names)}`,
    permalink_url: `${web}/${login}:${base}...${login}:${head}`,
    diff_url: `${web}/${pathOf(names)}.diff`,
    patch_url: `${web}/${pathOf(names)}.patch`,
    base_commit: commitPayload(baseCommit, frame),
    merge_base_commit: commitPayload(mergeBase, frame),
    status: comparison.status,
    ahead_by: comparison.aheadBy,
    behind_by: comparison.behindBy,
    total_commits: comparison.aheadBy,
    commits: comparison.commits.map((commit) => commitPayload(commit, frame)),
    // Only the first page has files, and they are those of the whole comparison.
    ...(pageOf(query).page === 1
      ? { files: comparison.diff.files.map((file) => diffEntry(file, head, frame)) }
      : {}),
  } satisfies components['schemas']['commit-comparison']
}
