import type { Commit, LogQuery, Signer } from './model.ts'
import { type Bare, checkSha } from './resolve.ts'

/** Undefined when the repository has no such commit. */
export async function findCommit(bare: Bare, sha: string): Promise<Commit | undefined> {
  const answer = await bare.ask(checkSha(sha))
  if (answer?.type !== 'commit') return undefined
  const [commit] = await readCommits(bare, [sha])
  return commit
}

/** Newest first. A path that cannot be in a repository has no commits. */
export async function listCommits(bare: Bare, query: LogQuery): Promise<Commit[]> {
  if (query.path && !isInside(query.path)) return []
  const filters = [
    `--max-count=${query.limit}`,
    `--skip=${query.offset ?? 0}`,
    ...(query.since ? [`--since=${query.since.toISOString()}`] : []),
    ...(query.until ? [`--until=${query.until.toISOString()}`] : []),
    ...personFilter('author', query.author),
    ...personFilter('committer', query.committer),
  ]
  const path = query.path ? [query.path] : []
  const shas = await listShas(bare, [...filters, '--end-of-options', checkSha(query.from)], path)
  return readCommits(bare, shas)
}

const personFilter = (who: 'author' | 'committer', text = '') =>
  text ? ['-F', '-i', `--${who}=${text.replace(/[\0\n]/g, '')}`] : []

const isInside = (path: string) => !path.includes('\0') && !/^\/|(^|\/)\.\.?(\/|$)/.test(path)

/** What `git rev-list` answers to `args`, at and below `path`. */
export async function listShas(bare: Bare, args: readonly string[], path: readonly string[] = []) {
  const { stdout } = await bare.run(['rev-list', ...args, '--', ...path])
  return stdout.split('\n').filter(Boolean)
}

/** The commits of `shas`, in their order, by one git. */
export async function readCommits(bare: Bare, shas: readonly string[]): Promise<Commit[]> {
  if (shas.length === 0) return []
  const { bytes } = await bare.run(['cat-file', '--batch'], { input: `${shas.join('\n')}\n` })
  const commits: Commit[] = []
  for (let at = 0; at < bytes.length; ) {
    const lineEnd = bytes.indexOf('\n', at)
    const [sha = '', , size = ''] = bytes.toString('latin1', at, lineEnd).split(' ')
    const end = lineEnd + 1 + Number(size)
    commits.push(parseCommit(sha, bytes.subarray(lineEnd + 1, end)))
    at = end + 1
  }
  return commits
}

/** A commit object as git keeps it (git's Documentation, "commit-objects"). */
export function parseCommit(sha: string, object: Buffer): Commit {
  const headEnd = object.indexOf('\n\n')
  const head = object.toString('latin1', 0, headEnd < 0 ? object.length : headEnd)
  const decode = decoderOf(/^encoding (.+)$/m.exec(head)?.[1])
  // A line that starts with a space continues the header before it.
  const headers = head.split(/\n(?! )/).map(parseHeader)
  const headerOf = (name: string) => headers.find((header) => header.name === name)?.value
  const text = (name: string) => decode(Buffer.from(headerOf(name) ?? '', 'latin1'))
  const signature = headerOf('gpgsig')
  return {
    sha,
    tree: headerOf('tree') ?? '',
    parents: headers.filter(({ name }) => name === 'parent').map(({ value }) => value),
    author: parseSigner(text('author')),
    committer: parseSigner(text('committer')),
    message: headEnd < 0 ? '' : decode(object.subarray(headEnd + 2)).replace(/\n$/, ''),
    ...(signature && { signature }),
  }
}

function parseHeader(line: string) {
  const space = line.indexOf(' ')
  return { name: line.slice(0, space), value: line.slice(space + 1).replaceAll('\n ', '\n') }
}

/** Old commits may name another encoding than UTF-8; one we do not know is read as UTF-8. */
function decoderOf(encoding = 'utf-8') {
  try {
    const decoder = new TextDecoder(encoding)
    return (bytes: Uint8Array) => decoder.decode(bytes)
  } catch {
    // RangeError: no such encoding.
    return (bytes: Uint8Array) => new TextDecoder().decode(bytes)
  }
}

/** `Name <email> 1700000000 +0100`. Broken ones of old tools get the epoch rather than an error. */
function parseSigner(line: string): Signer {
  const [, name = '', email = '', seconds = '0', zone = '+0000'] =
    /^(.*?) ?<([^>]*)>(?: (\d{1,11}) ([+-]\d{4}))?/.exec(line) ?? []
  const date = new Date(Number(seconds) * 1000).toISOString().replace('.000Z', 'Z')
  return { name, email, date, zone }
}
