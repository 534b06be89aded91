import type {
  Author,
  Commit,
  LogQuery,
  ObjectType,
  Signer,
  Tree,
  TreeEntry,
  TreeQuery,
} from './model.ts'
import { type Bare, checkSha } from './resolve.ts'

/** Undefined when the repository has no such commit. */
export async function findCommit(bare: Bare, sha: string): Promise<Commit | undefined> {
  const known = knownCommit(bare, checkSha(sha))
  if (known) return known
  const [commit] = await findCommits(bare, [sha])
  return commit
}

const knownCommit = ({ dir, known }: Bare, sha: string) => known.commits.get(`${dir} ${sha}`)

/** Those of `shas` that the repository has, by one git. */
export async function findCommits(bare: Bare, shas: readonly string[]): Promise<Commit[]> {
  const answers = await Promise.all(shas.map((sha) => bare.ask(checkSha(sha))))
  return readCommits(
    bare,
    shas.filter((_, n) => answers[n]?.type === 'commit'),
  )
}

/** Newest first. A path that cannot be in a repository has no commits. */
export async function listCommits(bare: Bare, query: LogQuery): Promise<readonly Commit[]> {
  if (query.path && !isInside(query.path)) return []
  const filters = [
    `--max-count=${query.limit}`,
    `--skip=${query.offset ?? 0}`,
    ...(query.since ? [`--since=${query.since.toISOString()}`] : []),
    ...(query.until ? [`--until=${query.until.toISOString()}`] : []),
    ...personFilter('author', query.author),
    ...personFilter('committer', query.committer),
  ]
  const path = query.path ? ['--', query.path] : ['--']
  const from = ['--end-of-options', checkSha(query.from)]
  const args = [...filters, ...from, ...path]
  return await bare.known.histories.recall([bare.dir, ...args].join('\0'), async () =>
    readCommits(bare, await listShas(bare.recall, args)),
  )
}

const personFilter = (who: 'author' | 'committer', text = '') =>
  text ? ['-F', '-i', `--${who}=${text.replace(/[\0\n]/g, '')}`] : []

const isInside = (path: string) => !path.includes('\0') && !/^\/|(^|\/)\.\.?(\/|$)/.test(path)

/** What `git rev-list` answers to `args`, path and all; `ask` is for names, `recall` for shas alone. */
export async function listShas(ask: Bare['run'], args: readonly string[]): Promise<string[]> {
  const { stdout } = await ask(['rev-list', ...args])
  return stdout.split('\n').filter(Boolean)
}

/** The commits of `shas`, in their order, by one git. */
export async function readCommits(bare: Bare, shas: readonly string[]): Promise<Commit[]> {
  const commits = new Map(shas.map((sha) => [sha, knownCommit(bare, sha)]))
  const lacking = shas.filter((sha) => !commits.get(sha))
  for (const commit of await parseCommits(bare, lacking)) {
    commits.set(commit.sha, commit)
    bare.known.commits.set(`${bare.dir} ${commit.sha}`, commit)
  }
  return shas.flatMap((sha) => commits.get(sha) ?? [])
}

async function parseCommits(bare: Bare, shas: readonly string[]): Promise<Commit[]> {
  if (shas.length === 0) return []
  const { bytes } = await bare.recall(['cat-file', '--batch'], { input: `${shas.join('\n')}\n` })
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

const utf8 = new TextDecoder()

/** Old commits may name another encoding than UTF-8; one we do not know is read as UTF-8. */
function decoderOf(encoding = 'utf-8') {
  if (/^utf-?8$/i.test(encoding)) return (bytes: Uint8Array) => utf8.decode(bytes)
  try {
    const decoder = new TextDecoder(encoding)
    return (bytes: Uint8Array) => decoder.decode(bytes)
  } catch {
    // RangeError: no such encoding.
    return (bytes: Uint8Array) => utf8.decode(bytes)
  }
}

/** `Name <email> 1700000000 +0100`. Broken ones of old tools get the epoch rather than an error. */
function parseSigner(line: string): Signer {
  const [, name = '', email = '', seconds = '0', zone = '+0000'] =
    /^(.*?) ?<([^>]*)>(?: (\d{1,11}) ([+-]\d{4}))?/.exec(line) ?? []
  const date = new Date(Number(seconds) * 1000).toISOString().replace('.000Z', 'Z')
  return { name, email, date, zone }
}

/** As GitHub's "Get a tree". */
const entriesMax = 100_000
const treeBytesMax = 7 * 1024 * 1024
const treeMs = 30_000

/** Undefined when `sha` is no tree, and names no commit or tag that has one. */
export async function listTree(bare: Bare, query: TreeQuery): Promise<Tree | undefined> {
  const found = await bare.ask(`${checkSha(query.sha)}^{tree}`)
  if (!found) return undefined
  const how = query.isRecursive ? ['-r', '-t'] : []
  const listed = await bare.recall(['ls-tree', '-z', '-l', ...how, found.sha], treeLimits)
  const lines = listed.stdout.split('\0')
  // After the last NUL there is nothing, or what was cut in the middle.
  lines.pop()
  const entries = lines.slice(0, entriesMax).map(parseTreeEntry)
  return { sha: found.sha, entries, isTruncated: listed.isCut || lines.length > entriesMax }
}

const treeLimits = { outputBytesMax: treeBytesMax, cutsOutput: true, timeoutMs: treeMs }

/** What lies at `path` in the commit or tree `sha`; its own `path` is the whole one. */
export async function findEntry(bare: Bare, sha: string, path: string) {
  if (!isInside(path) || path.split('/').includes('')) return undefined
  const listed = await bare.recall(['ls-tree', '-z', '-l', checkSha(sha), '--', path], treeLimits)
  const entries = listed.stdout.split('\0').filter(Boolean).map(parseTreeEntry)
  return entries.find((entry) => entry.path === path)
}

/** `<mode> <type> <sha> <size>\t<path>`; the size is padded, and `-` for what is no blob. */
function parseTreeEntry(line: string): TreeEntry {
  const tab = line.indexOf('\t')
  const [mode = '', type = '', sha = '', size = ''] = line.slice(0, tab).split(/ +/)
  const entry = { path: line.slice(tab + 1), mode, type: type as ObjectType, sha }
  return type === 'blob' ? { ...entry, size: Number(size) } : entry
}

/** Undefined when there is no such blob, and when it is larger than `bytesMax`. */
export async function readBlob(bare: Bare, sha: string, bytesMax: number) {
  if ((await bare.ask(checkSha(sha)))?.type !== 'blob') return undefined
  const limits = { outputBytesMax: bytesMax + blobFrameBytes, cutsOutput: true }
  const { bytes } = await bare.recall(['cat-file', '--batch'], {
    input: `${sha}\n`,
    ...limits,
  })
  const lineEnd = bytes.indexOf('\n')
  const [, , size = ''] = bytes.toString('latin1', 0, lineEnd).split(' ')
  if (Number(size) > bytesMax) return undefined
  return bytes.subarray(lineEnd + 1, lineEnd + 1 + Number(size))
}

/** The line before a blob, and the end of the line after it. */
const blobFrameBytes = 100

const authorsMax = 500
/** Of a longer history the newest commits count. */
const countedMax = 50_000

/** Who wrote the history of `sha`, most commits first. */
export async function listAuthors(bare: Bare, sha: string): Promise<Author[]> {
  const args = ['shortlog', '-s', '-n', '-e', `--max-count=${countedMax}`, checkSha(sha), '--']
  const { stdout } = await bare.recall(args)
  const lines = stdout.split('\n').filter(Boolean).slice(0, authorsMax)
  return lines.map((line) => {
    const [, commits = '0', name = '', email = ''] = /^ *(\d+)\t(.*?) ?<(.*)>$/.exec(line) ?? []
    return { name, email, commits: Number(commits) }
  })
}
