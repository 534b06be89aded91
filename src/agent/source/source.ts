import { createHash } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { matchesAny } from '../../lib/glob.ts'
import { Problem } from '../../lib/problem.ts'
import { type ProgramResult, runProgram } from '../../lib/program.ts'
import type { GitAccess, Role } from '../ssh/model.ts'
import type { FetchedSource, FetchRequest } from './model.ts'
import { packRelease } from './pack.ts'
import {
  blobArgs,
  commitArgs,
  containsArgs,
  fetchArgs,
  type GitPlace,
  gitProgram,
  headArgs,
  initArgs,
  parseHead,
  sizeArgs,
} from './plan-git.ts'

export type Sources = {
  fetch(request: FetchRequest): Promise<FetchedSource>
}

export type SourceSettings = {
  /** For the clones, one a remote; kept from one deployment to the next. */
  readonly folder: string
  /** For checkouts and archives; each goes with its deployment. */
  readonly workFolder: string
  readonly access: (git: FetchRequest['git']) => GitAccess
  readonly explain: (stderr: string, role: Role) => string
}

const fetchTimeoutMs = 10 * 60_000
const commandTimeoutMs = 60_000
const outputBytesMax = 4 * 1024 * 1024
const fileBytesMax = 256 * 1024

/** The clones of the agent. Two fetches of the same remote wait for each other. */
export function openSources(settings: SourceSettings): Sources {
  const turns = new Map<string, Promise<unknown>>()
  return {
    fetch: async (request) => {
      const place = placeOf(settings, request)
      const turn = (turns.get(place.folder) ?? Promise.resolve()).then(() =>
        fetchInto(place, settings, request),
      )
      // The next in line waits for the end of this one, good or bad.
      turns.set(
        place.folder,
        turn.catch(() => null),
      )
      return await turn
    },
  }
}

function placeOf({ folder, access }: SourceSettings, { git }: FetchRequest): GitPlace {
  const { url, sshCommand } = access(git)
  const name = createHash('sha256').update(url).digest('hex').slice(0, 32)
  return { folder: join(folder, `${name}.git`), url, sshCommand }
}

async function fetchInto(
  place: GitPlace,
  settings: SourceSettings,
  request: FetchRequest,
): Promise<FetchedSource> {
  const { sha, signal } = request
  if (!/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(sha)) {
    throw new Problem('invalid', `"${sha}" is not a full commit id`)
  }
  await mkdir(settings.folder, { recursive: true, mode: 0o700 })
  await runOrThrow(place, initArgs(place.folder), settings, signal)
  await runOrThrow(place, fetchArgs(place.url), settings, signal)
  const reachableFrom = await findAllowedRef(place, request)
  return {
    sha,
    reachableFrom,
    readFile: async (path, from) => {
      const at = from === 'deployed_sha' ? sha : await findDefaultBranch(place, settings, signal)
      return await readFile(place, at, path)
    },
    pack: (order) => packRelease(place, { sha, workFolder: settings.workFolder }, order),
  }
}

const git = (place: GitPlace, args: readonly string[], signal?: AbortSignal) =>
  runProgram(gitProgram(place, args), {
    timeoutMs: args[0] === 'fetch' ? fetchTimeoutMs : commandTimeoutMs,
    outputBytesMax,
    ...(signal ? { signal } : {}),
  })

async function runOrThrow(
  place: GitPlace,
  args: readonly string[],
  { explain }: SourceSettings,
  signal: AbortSignal,
): Promise<ProgramResult> {
  const result = await git(place, args, signal)
  if (result.code === 0) return result
  throw new Problem('unavailable', `git ${args[0]} failed: ${explainGit(result.stderr, explain)}`)
}

/** Git's own last words hide what ssh said before them. */
function explainGit(stderr: string, explain: SourceSettings['explain']): string {
  const words = stderr
    .split('\n')
    .filter(
      (line) =>
        !/^fatal: Could not read from remote|^Please make sure|^and the repository/.test(line),
    )
  return explain(words.join('\n'), 'git')
}

async function findAllowedRef(place: GitPlace, { sha, refs }: FetchRequest): Promise<string> {
  const isThere = (await git(place, commitArgs(sha))).code === 0
  const listed = isThere ? (await git(place, containsArgs(sha))).stdout.toString() : ''
  const containing = listed.split('\n').filter((ref) => ref !== '')
  const allowed = containing.find((ref) => isAllowed(ref, refs))
  if (allowed) return allowed
  const from = refs.length === 0 ? 'any branch or tag' : `an allowed ref (${refs.join(', ')})`
  throw new Problem('forbidden', `${sha.slice(0, 7)} is not reachable from ${from}`)
}

const isAllowed = (ref: string, refs: readonly string[]) =>
  refs.length === 0 ||
  matchesAny(refs, ref.replace(/^refs\/(heads|tags)\//, '')) ||
  matchesAny(refs, ref)

async function findDefaultBranch(
  place: GitPlace,
  settings: SourceSettings,
  signal: AbortSignal,
): Promise<string> {
  const { stdout } = await runOrThrow(place, headArgs(place.url), settings, signal)
  const head = parseHead(stdout.toString())
  if (head === null) throw new Problem('invalid', 'The repository has no default branch')
  const commit = await git(place, ['rev-parse', '--verify', '--end-of-options', `${head}^{commit}`])
  if (commit.code === 0) return commit.stdout.toString().trim()
  throw new Problem('invalid', `The default branch ${head} has no commit`)
}

async function readFile(place: GitPlace, sha: string, path: string) {
  const size = await git(place, sizeArgs(sha, path))
  if (size.code !== 0) return null
  if (Number(size.stdout.toString()) > fileBytesMax) {
    throw new Problem('invalid', `${path} at ${sha.slice(0, 7)} is larger than 256 KB`)
  }
  const blob = await git(place, blobArgs(sha, path))
  return blob.code === 0 ? { text: blob.stdout.toString(), sha } : null
}
