import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { NewCommit, NewTree, Person, TreeChange } from './model.ts'
import { type Bare, checkSha } from './resolve.ts'

const writeMs = 60_000

/** On disk when this resolves, and on no ref. */
export async function writeBlob(bare: Bare, bytes: Uint8Array): Promise<string> {
  return await hashObject(bare, 'blob', bytes)
}

/** As `writeBlob`. The tree and the parents must be there. */
export async function writeCommit(bare: Bare, commit: NewCommit): Promise<string> {
  return await hashObject(bare, 'commit', Buffer.from(commitTextOf(commit)))
}

async function hashObject(bare: Bare, type: 'blob' | 'commit', input: Uint8Array): Promise<string> {
  const { stdout } = await bare.run(['hash-object', '-t', type, '-w', '--stdin'], { input })
  return stdout.trim()
}

/** A commit as git keeps it, by which a signature was made (gitformat-signature 5). */
export function commitTextOf({ tree, parents, ...commit }: NewCommit): string {
  const { author, committer, signature, message } = commit
  const signed = signature?.trimEnd().replaceAll('\r', '').replaceAll('\n', '\n ')
  return [
    `tree ${checkSha(tree)}`,
    ...parents.map((sha) => `parent ${checkSha(sha)}`),
    `author ${signerLine(author)}`,
    `committer ${signerLine(committer)}`,
    ...(signed ? [`gpgsig ${signed}`] : []),
    '',
    message.replaceAll('\0', ''),
  ].join('\n')
}

function signerLine({ at, zone, ...person }: NewCommit['author']): string {
  const { name, email } = fitPerson(person)
  return `${name} <${email}> ${Math.floor(at.getTime() / 1000)} ${zone}`
}

/** Git takes an email for what is between the brackets, and refuses an empty name. */
function fitPerson({ name, email }: Person): Person {
  return {
    email: email.replace(/[<>\n\0]/g, ''),
    name: name.replace(/[<>\n\0]/g, '').replace(/^[\s.,:;"'\\]+$/, '') || 'unknown',
  }
}

/** What clones on other systems would take for git's own folder is refused as well. */
const safePaths = ['-c', 'core.protectHFS=true', '-c', 'core.protectNTFS=true']

/**
 * Writes a tree by an index of its own, so that git says which paths it takes: undefined where it
 * refuses one. What is named must be there.
 */
export async function writeTree(bare: Bare, { base, changes }: NewTree): Promise<TreeOutcome> {
  const index = join(tmpdir(), `slipway-index-${randomUUID()}`)
  const how = { env: { GIT_INDEX_FILE: index }, timeoutMs: writeMs }
  try {
    await bare.run(['read-tree', ...(base ? [checkSha(base)] : ['--empty'])], how)
    const isWhole = changes.every(({ mode, sha }) => sha !== null && mode !== '040000')
    const files = isWhole ? [] : partsOf((await bare.run(['ls-files', '-z'], how)).bytes)
    const lines = indexLinesOf(changes, files, await expand(bare, changes))
    if ('missing' in lines) return { kind: 'missing', path: lines.missing }
    const input = Buffer.from(lines.lines.map((line) => `${line}\0`).join(''), 'latin1')
    const args = [...safePaths, 'update-index', '-z', '--index-info']
    const { code, stderr } = await bare.run(args, { ...how, input, okCodes: [0, 128] })
    // Of a path like `.git/config` it only says that it leaves it out.
    if (code !== 0 || stderr !== '') return { kind: 'refused' }
    const { stdout } = await bare.run(['write-tree'], how)
    return { kind: 'written', sha: stdout.trim() }
  } finally {
    await rm(index, { force: true })
  }
}

export type TreeOutcome =
  | { readonly kind: 'written'; readonly sha: string }
  /** What is to be deleted is not there. */
  | { readonly kind: 'missing'; readonly path: string }
  /** Git does not take one of the paths. */
  | { readonly kind: 'refused' }

/** Paths are bytes: as latin1, each is a character, and none is lost. */
const partsOf = (bytes: Buffer) => bytes.toString('latin1').split('\0').filter(Boolean)

/** What lies in the trees that are named, by their sha: `mode type sha<tab>path`. */
async function expand(bare: Bare, changes: readonly TreeChange[]) {
  const trees = new Map<string, readonly string[]>()
  for (const { mode, sha } of changes) {
    if (mode !== '040000' || sha === null || trees.has(sha)) continue
    const { bytes } = await bare.recall(['ls-tree', '-r', '-z', '--full-tree', checkSha(sha)])
    trees.set(sha, partsOf(bytes))
  }
  return trees
}

const noObject = '0'.repeat(40)

/**
 * The changes as lines of `update-index --index-info`: first what goes, then what comes. `files` is
 * what the base has; what is deleted, or replaced by a tree, goes with all below it.
 */
export function indexLinesOf(
  changes: readonly TreeChange[],
  files: readonly string[],
  trees: ReadonlyMap<string, readonly string[]>,
): { readonly lines: readonly string[] } | { readonly missing: string } {
  const named = changes.map((change) => ({ ...change, path: latin1Of(change.path) }))
  const going = new Set(
    named.flatMap(({ path, mode, sha }) => (sha === null || mode === '040000' ? [path] : [])),
  )
  const found = new Set<string>()
  const gone = files.filter((file) => {
    const hit = withFolders(file).find((path) => going.has(path))
    if (hit !== undefined) found.add(hit)
    return hit !== undefined
  })
  const missing = changes.find(({ path, sha }) => sha === null && !found.has(latin1Of(path)))
  if (missing) return { missing: missing.path }
  const coming = named.flatMap((change) => comingOf(change, trees))
  return { lines: [...gone.map((path) => `0 ${noObject}\t${path}`), ...coming] }
}

const latin1Of = (path: string) => Buffer.from(path).toString('latin1')

/** `a/b/c` with `a` and `a/b`. */
const withFolders = (file: string): string[] =>
  file.split('/').map((_, n, parts) => parts.slice(0, n + 1).join('/'))

function comingOf({ path, mode, sha }: TreeChange, trees: ReadonlyMap<string, readonly string[]>) {
  if (sha === null) return []
  if (mode !== '040000') return [`${mode} ${sha}\t${path}`]
  return (trees.get(sha) ?? []).map((entry) => {
    const [, kind = '', id = '', below = ''] = /^(\d+) \w+ (\w+)\t(.*)$/s.exec(entry) ?? []
    return `${kind} ${id}\t${path}/${below}`
  })
}
