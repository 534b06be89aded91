import { onceFor } from '../recent/once-for.ts'
import { GitError } from './git-process/process.ts'
import {
  type ChangeOptions,
  type Listed,
  type Named,
  noSha,
  type ObjectType,
  type Ref,
  type RefChange,
  type RefOutcome,
} from './model.ts'
import { type Bare, checkSha, findRef, isRefName } from './resolve.ts'

const listing = '--format=%(objectname) %(objecttype) %(*objectname) %(refname)'

type Space = 'refs/heads/' | 'refs/tags/'

/** In the order of names. */
const listBelow = (bare: Bare, space: Space): Promise<readonly Listed[]> =>
  bare.refFiles.recallBelow(bare.dir, space, async () => {
    const { stdout } = await bare.run(['for-each-ref', listing, '--', space])
    return stdout.split('\n').filter(Boolean).map(parseListed)
  })

function parseListed(line: string): Listed {
  const [sha = '', type = '', peeled = '', ref = ''] = line.split(' ')
  return { ref, sha, type: type as ObjectType, peeled: peeled || sha }
}

/** All branches by name; the same list for as long as nothing changed there. */
export const listBranches = (bare: Bare): Promise<readonly Named[]> =>
  listNamed(bare, 'refs/heads/')

/** All tags by name, each with the commit it names in the end. */
export const listTags = (bare: Bare): Promise<readonly Named[]> => listNamed(bare, 'refs/tags/')

const listNamed = async (bare: Bare, space: Space): Promise<readonly Named[]> =>
  namedIn(await listBelow(bare, space))

const namedIn = onceFor((listed: readonly Listed[]): readonly Named[] =>
  listed.map(({ ref, peeled }) => ({ name: ref.replace(/^refs\/\w+\//, ''), sha: peeled })),
)

/** Branches and tags whose full name starts with `prefix` (`refs/heads/feat`), as GitHub's matching-refs. */
export async function matchRefs(bare: Bare, prefix: string): Promise<Ref[]> {
  const spaces: readonly Space[] = ['refs/heads/', 'refs/tags/']
  const space = spaces.find((known) => prefix.startsWith(known))
  if (!space) return []
  const listed = await listBelow(bare, space)
  const matching = listed.filter(({ ref }) => ref.startsWith(prefix))
  return matching.map(({ ref, sha, type }) => ({ ref, sha, type }))
}

const headsMax = 10

/** The branches whose tip is `sha`, ten at most: what a `status` event names (contract 6.8). */
export async function listHeadsAt(bare: Bare, sha: string): Promise<Named[]> {
  const branches = await listBranches(bare)
  return branches.filter((branch) => branch.sha === sha).slice(0, headsMax)
}

/** False when `name` cannot be a branch. */
export async function setDefaultBranch(bare: Bare, name: string): Promise<boolean> {
  if (!isRefName(name)) return false
  await bare.run(['symbolic-ref', 'HEAD', `refs/heads/${name}`])
  return true
}

/**
 * Creates (`before` is 40 zeros), moves or deletes (`after` is) a ref, but only from where it is
 * known to be, so that a push at the same time is never lost.
 */
export async function changeRef(
  bare: Bare,
  change: RefChange,
  { isRecorded = false }: ChangeOptions = {},
): Promise<RefOutcome> {
  const { ref, before, after } = change
  checkRefName(ref)
  const isNew = before === noSha
  // To refuse it would end git's process, so what seems to be there is looked for first.
  if (isNew && bare.refFiles.wasThere(bare.dir, ref) && (await findRef(bare, ref))) return 'moved'
  const { unflushed } = bare
  const isFlushed = !(unflushed && isRecorded && isNew)
  const update = { ref, after: checkSha(after), before: checkSha(before), isFlushed }
  if (await bare.update(update)) {
    if (!isFlushed) unflushed?.()
    return 'changed'
  }
  if (isNew && (await findRef(bare, ref))) return 'moved'
  // Asked once more for its reason, by a git that knows nothing from before.
  const input = `update ${ref} ${after} ${before}\n`
  const { code, stderr } = await bare.run(['update-ref', '--stdin'], { input, okCodes: [0, 128] })
  if (code === 0) return 'changed'
  if (/' exists; cannot create '/.test(stderr)) return 'blocked'
  const isMoved = / but expected |unable to resolve reference|already exists|File exists/
  if (isMoved.test(stderr)) return 'moved'
  throw new GitError(`git update-ref ended with 128: ${stderr}`)
}

/** Full names of branches and tags, and of nothing that git would read otherwise. */
export const isFullRefName = (ref: string): boolean =>
  /^refs\/(heads|tags)\/(?!refs(\/|$))/.test(ref) && isRefName(ref.replace(/^refs\/\w+\//, ''))

function checkRefName(ref: string): void {
  if (!isFullRefName(ref)) throw new GitError(`'${ref.slice(0, 80)}' is no branch and no tag`)
}
