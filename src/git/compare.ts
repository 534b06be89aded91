import { findDiff, listFileNames } from './diff.ts'
import {
  type Comparison,
  type Distance,
  type History,
  type HistoryQuery,
  noSha,
  type Page,
  type Push,
  type PushedCommit,
  type Range,
  type RefChange,
} from './model.ts'
import { listShas, readCommits } from './objects.ts'
import { type Bare, checkSha } from './resolve.ts'

/** Whether `head` has all of `base`; a commit is its own ancestor. */
export async function isAncestor(bare: Bare, { base, head }: Range): Promise<boolean> {
  if (base === head) return true
  const args = ['merge-base', '--is-ancestor', checkSha(base), checkSha(head)]
  const { code } = await bare.recall(args, { okCodes: [0, 1] })
  return code === 0
}

const containingMs = 5_000

/** Those of `shas` that have all of `sha`; what the repository does not have is not among them. */
export async function listContaining(
  bare: Bare,
  sha: string,
  shas: readonly string[],
): Promise<string[]> {
  const args = ['rev-list', '--ancestry-path', '--ignore-missing', '--stdin', `^${checkSha(sha)}`]
  const input = shas.map((one) => `${checkSha(one)}\n`).join('')
  const { stdout } = await bare.recall(args, { input, timeoutMs: containingMs })
  const descendants = new Set(stdout.split('\n'))
  return shas.filter((one) => one === sha || descendants.has(one))
}

const historyMs = 5_000

/** The newest `commitsMax`, with their parents, by when they were committed. */
export async function listHistory(
  bare: Bare,
  { heads, bases, commitsMax }: HistoryQuery,
): Promise<History> {
  if (heads.length === 0) return { commits: [], isCut: false }
  const count = `--max-count=${commitsMax + 1}`
  const args = ['rev-list', '--parents', '--timestamp', '--ignore-missing', count, '--stdin']
  const wanted = [...new Set(heads)].map(checkSha)
  const input = [...wanted, ...[...new Set(bases)].map((sha) => `^${checkSha(sha)}`)].join('\n')
  const { stdout } = await bare.recall(args, { input: `${input}\n`, timeoutMs: historyMs })
  const lines = stdout.split('\n').filter(Boolean)
  const commits = lines.slice(0, commitsMax).map((line) => {
    const [seconds = '', sha = '', ...parents] = line.split(' ')
    return { sha, parents, committedAt: Number(seconds) * 1000 }
  })
  return { commits, isCut: lines.length > commitsMax }
}

/** How many commits only `head` has, and how many only `base` has. */
export async function measureDistance(bare: Bare, { base, head }: Range): Promise<Distance> {
  if (base === head) return { aheadBy: 0, behindBy: 0 }
  const range = `${checkSha(base)}...${checkSha(head)}`
  const { stdout } = await bare.recall(['rev-list', '--left-right', '--count', range, '--'])
  const [behindBy = 0, aheadBy = 0] = stdout.split('\t').map(Number)
  return { aheadBy, behindBy }
}

/** Where two commits parted; undefined when they never met. */
export async function findMergeBase(
  bare: Bare,
  { base, head }: Range,
): Promise<string | undefined> {
  const args = ['merge-base', checkSha(base), checkSha(head)]
  const { stdout } = await bare.recall(args, { okCodes: [0, 1] })
  return stdout.trim() || undefined
}

const firstPage: Page = { offset: 0, limit: 250 }

/**
 * As GitHub's "Compare two commits": files since the merge base, commits oldest first, 250 at
 * most in a page. Undefined when the two have no common ancestor, which GitHub answers with 404.
 */
export async function compareCommits(bare: Bare, range: Range, page: Page = firstPage) {
  const base = checkSha(range.base)
  const head = checkSha(range.head)
  const mergeBase = await findMergeBase(bare, range)
  if (!mergeBase) return undefined

  const distance = await measureDistance(bare, range)
  const [commits, diff] = await Promise.all([
    listAhead(bare, { base, head }, { total: distance.aheadBy, page }),
    findDiff(bare, mergeBase, head),
  ])
  const status = statusOf(distance)
  return { ...distance, status, mergeBase, commits, diff } satisfies Comparison
}

/** Git counts from the newest commit and GitHub's pages from the oldest, so the page is turned around. */
async function listAhead(bare: Bare, { base, head }: Range, cut: { total: number; page: Page }) {
  const end = Math.min(cut.page.offset + Math.min(cut.page.limit, firstPage.limit), cut.total)
  const count = end - cut.page.offset
  if (count <= 0) return []
  const slice = [`--skip=${cut.total - end}`, `--max-count=${count}`]
  const shas = await listShas(bare.recall, ['--topo-order', ...slice, head, `^${base}`, '--'])
  return readCommits(bare, shas.reverse())
}

/** What `head` has and `base` lacks, newest first, as far as git has both. */
export async function listMissing(bare: Bare, { base, head }: Range, limit: number) {
  const ends = await Promise.all([bare.ask(checkSha(base)), bare.ask(checkSha(head))])
  if (base === head || ends.some((end) => end?.type !== 'commit')) return []
  const args = ['--topo-order', `--max-count=${limit}`, head, `^${base}`, '--']
  return await readCommits(bare, await listShas(bare.recall, args))
}

function statusOf({ aheadBy, behindBy }: Distance): Comparison['status'] {
  if (aheadBy > 0) return behindBy > 0 ? 'diverged' : 'ahead'
  return behindBy > 0 ? 'behind' : 'identical'
}

const pushedMax = 2048
const othersMax = 100

/**
 * What each change of one push brought, in the order of `changes` (contract 6.8). Of two
 * branches pushed together, the first is the one that brought the commits.
 */
export async function describePushes(bare: Bare, changes: readonly RefChange[]): Promise<Push[]> {
  const pushes: Push[] = []
  for (const [index, change] of changes.entries()) {
    pushes.push(await describePush(bare, change, changes.slice(index)))
  }
  return pushes
}

async function describePush(bare: Bare, change: RefChange, pending: readonly RefChange[]) {
  const [before, after] = await Promise.all([
    findCommitSha(bare, change.before),
    findCommitSha(bare, change.after),
  ])
  if (!after) return { commits: [], isForced: false }
  const isForced = before ? !(await isAncestor(bare, { base: before, head: after })) : false
  const isBranch = change.ref.startsWith('refs/heads/')
  const distinct = isBranch ? await listDistinct(bare, after, pending) : []
  const shas = before && isBranch ? await listPushed(bare, [after, `^${before}`]) : distinct
  const described = await describeCommits(bare, [...shas, after], new Set(distinct))
  const head = described.at(-1)
  return { commits: described.slice(0, -1), isForced, ...(head && { head }) } satisfies Push
}

/** The commit that a ref's value is in the end; undefined for 40 zeros and for tags of trees. */
async function findCommitSha(bare: Bare, sha: string): Promise<string | undefined> {
  if (sha === noSha) return undefined
  return (await bare.ask(`${checkSha(sha)}^{commit}`))?.sha
}

/** The commits that no branch had before this push. */
function listDistinct(bare: Bare, after: string, pending: readonly RefChange[]) {
  const others = pending.slice(0, othersMax)
  const hidden = others.map(({ ref }) => `--exclude=${ref}`)
  const branches = others.filter(({ ref }) => ref.startsWith('refs/heads/'))
  const known = branches.map(({ before }) => before).filter((sha) => sha !== noSha)
  return listPushed(bare, [after, '--not', ...hidden, '--glob=refs/heads/*', ...known])
}

async function listPushed(bare: Bare, args: readonly string[]) {
  const how = ['--topo-order', `--max-count=${pushedMax}`]
  const shas = await listShas(bare.run, [...how, ...args, '--'])
  return shas.reverse()
}

async function describeCommits(bare: Bare, shas: readonly string[], distinct: Set<string>) {
  const [commits, names] = await Promise.all([readCommits(bare, shas), listFileNames(bare, shas)])
  return commits.map((commit): PushedCommit => {
    const files = names.get(commit.sha) ?? { added: [], removed: [], modified: [] }
    return { ...commit, ...files, isDistinct: distinct.has(commit.sha) }
  })
}
