import { Problem } from '../lib/problem.ts'
import type { Diff, FileChange, FileStatus } from './model.ts'
import { type Bare, checkSha } from './resolve.ts'

/** Git knows it without having it: what a first commit is compared with. */
export const emptyTree = '4b825dc642cb6eb9a060e54bf8d69288fbee4904'

/** As GitHub: "Compare two commits" and "Get a commit" give 300 files. */
const filesMax = 300
const patchesBytesMax = 8 * 1024 * 1024
const patchLengthMax = 400_000
const diffMs = 30_000

type Entry = Pick<FileChange, 'filename' | 'status' | 'sha' | 'previousFilename'> & {
  /** A change of type is printed as two patches: the old file goes, the new one comes. */
  readonly isTypeChange: boolean
}

type Counts = { readonly additions: number; readonly deletions: number }

/** What changed from `base` to `head`; each is a commit or a tree. */
export async function findDiff(bare: Bare, base: string, head: string): Promise<Diff> {
  const range = ['--end-of-options', checkSha(base), checkSha(head)]
  const how = ['diff-tree', '-r', '-M', '-l1000', '--no-ext-diff', '--no-textconv']
  const [list, patches] = await Promise.all([
    bare.recall([...how, '-z', '--raw', '--numstat', ...range], { timeoutMs: diffMs }),
    bare.recall([...how, '-p', ...range], {
      timeoutMs: diffMs,
      outputBytesMax: patchesBytesMax,
      cutsOutput: true,
    }),
  ])
  const { entries, counts } = parseEntries(list.stdout)
  const shown = entries.slice(0, filesMax)
  const texts = parsePatches(patches.stdout, shown)
  if (patches.isCut) texts.pop()
  const sum = (side: keyof Counts) => counts.reduce((total, count) => total + count[side], 0)
  return {
    files: shown.map((entry, index) => fileChange(entry, counts[index], texts[index])),
    fileCount: entries.length,
    additions: sum('additions'),
    deletions: sum('deletions'),
  }
}

function fileChange(entry: Entry, counts: Counts | undefined, patch: string | undefined) {
  const { isTypeChange, ...file } = entry
  const { additions, deletions } = counts ?? { additions: 0, deletions: 0 }
  const change = { ...file, additions, deletions, changes: additions + deletions }
  return patch && patch.length <= patchLengthMax ? { ...change, patch } : change
}

/** A change as `git apply` takes it. Throws `forbidden` when it is more than anyone would read. */
export async function writeDiff(bare: Bare, base: string, head: string): Promise<string> {
  const how = ['-r', '-M', '-l1000', '-p', '--full-index', '--no-ext-diff', '--no-textconv']
  return await write(bare, [
    'diff-tree',
    ...how,
    '--end-of-options',
    checkSha(base),
    checkSha(head),
  ])
}

/** Commits as mails for `git am`, oldest first: those of `head` that `base` lacks, or `head` alone. */
export async function writePatch(bare: Bare, base: string | undefined, head: string) {
  const range =
    base === undefined ? ['-1', checkSha(head)] : [`${checkSha(base)}..${checkSha(head)}`]
  const how = ['--stdout', '--no-signature', '-M', '--no-ext-diff', '--no-textconv']
  return await write(bare, ['format-patch', ...how, ...range, '--'])
}

async function write(bare: Bare, args: readonly string[]): Promise<string> {
  const limits = { timeoutMs: diffMs, outputBytesMax: patchesBytesMax, cutsOutput: true }
  const { stdout, isCut } = await bare.recall(args, limits)
  if (!isCut) return stdout
  const megabytes = patchesBytesMax / 1024 / 1024
  const message = `The change is larger than ${megabytes} MB. Clone the repository, or ask for its files as JSON.`
  const fault = { resource: 'Commit', field: 'diff', code: 'too_large' } as const
  throw new Problem('forbidden', message, [fault])
}

/** What a commit did to its first parent's files, by name alone, for many commits at once. */
export async function listFileNames(bare: Bare, shas: readonly string[]) {
  const how = ['--no-ext-diff', '--no-textconv', '--no-renames', '--diff-merges=first-parent']
  const args = ['diff-tree', '--stdin', '-r', '--root', '-z', '--name-status', ...how]
  const { stdout } = await bare.recall(args, { input: `${shas.join('\n')}\n`, timeoutMs: diffMs })
  return parseFileNames(stdout)
}

type FileNames = Record<'added' | 'removed' | 'modified', string[]>

/** `<sha>`, then pairs of a letter and a name, then the next sha. */
export function parseFileNames(output: string): Map<string, FileNames> {
  const names = new Map<string, FileNames>()
  const fields = output.split('\0').values()
  let files: FileNames | undefined
  for (const field of fields) {
    if (/^[0-9a-f]{40}$/.test(field)) {
      files = { added: [], removed: [], modified: [] }
      names.set(field, files)
    } else if (field) files?.[kindOf(field)].push(fields.next().value ?? '')
  }
  return names
}

const kindOf = (letter: string) =>
  letter === 'A' ? 'added' : letter === 'D' ? 'removed' : 'modified'

const statuses: Readonly<Record<string, FileStatus>> = {
  A: 'added',
  C: 'copied',
  D: 'removed',
  M: 'modified',
  R: 'renamed',
  T: 'changed',
}

/** What `-z --raw --numstat` prints: all entries, then all counts, in one order. */
export function parseEntries(output: string): { entries: Entry[]; counts: Counts[] } {
  const fields = output.split('\0').values()
  const next = () => fields.next().value ?? ''
  const entries: Entry[] = []
  const counts: Counts[] = []
  for (let field = next(); field; field = next()) {
    if (field.startsWith(':')) entries.push(parseEntry(field, next))
    else counts.push(parseCounts(field, next))
  }
  return { entries, counts }
}

/** `:<mode> <mode> <sha> <sha> R066`, then the old name of a rename, then the name. */
function parseEntry(field: string, next: () => string): Entry {
  const [, , before = '', after = '', letters = ''] = field.split(' ')
  const letter = letters.charAt(0)
  const previous = letter === 'R' || letter === 'C' ? next() : undefined
  return {
    filename: next(),
    status: statuses[letter] ?? 'changed',
    sha: letter === 'D' ? before : after,
    isTypeChange: letter === 'T',
    ...(previous !== undefined && { previousFilename: previous }),
  }
}

/** `<added>\t<deleted>\t<name>`; `-` for binary; no name here when both names of a rename follow. */
function parseCounts(field: string, next: () => string): Counts {
  const [additions = '', deletions = '', ...name] = field.split('\t')
  if (name.join('\t') === '') {
    next()
    next()
  }
  return { additions: Number(additions) || 0, deletions: Number(deletions) || 0 }
}

/** The hunks of each entry, in the order of the entries; `` where there are none. */
export function parsePatches(output: string, entries: readonly Entry[]): string[] {
  // Every line of a file's content starts with a space, a sign or a backslash: this is a header.
  const sections = `\n${output}`.split('\ndiff --git ').slice(1)
  const texts: string[] = []
  let at = 0
  for (const entry of entries) {
    if (at >= sections.length) break
    const own = sections.slice(at, at + (entry.isTypeChange ? 2 : 1))
    texts.push(own.map(hunksOf).filter(Boolean).join('\n'))
    at += own.length
  }
  return texts
}

function hunksOf(section: string): string {
  const start = section.indexOf('\n@@ ')
  return start < 0 ? '' : section.slice(start + 1).replace(/\n$/, '')
}
