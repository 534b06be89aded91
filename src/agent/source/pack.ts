import { createReadStream } from 'node:fs'
import { mkdir, mkdtemp, readdir, readlink, realpath, rm, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { eachLine, type Program, programPath, runProgram, startProgram } from '../../lib/program.ts'
import type { Build } from '../recipe/model.ts'
import type { PackedRelease, PackOrder, PackResult } from './model.ts'
import { archiveArgs, type GitPlace, gitProgram } from './plan-git.ts'

const packTimeoutMs = 10 * 60_000
const outputBytesMax = 1024 * 1024

/** Exactly one commit, built when the recipe says so, as one tar file. */
export async function packRelease(
  place: GitPlace,
  about: { readonly sha: string; readonly workFolder: string },
  order: PackOrder,
): Promise<PackResult> {
  await mkdir(about.workFolder, { recursive: true, mode: 0o700 })
  const folder = await mkdtemp(join(about.workFolder, 'pack-'))
  await using undo = new AsyncDisposableStack()
  undo.defer(() => rm(folder, { recursive: true, force: true }))
  const file = join(folder, 'release.tar')
  const { build, source } = order.recipe
  const ignore = build ? [] : source.ignore
  const archive = archiveArgs(about.sha, { path: source.path, ignore }, file)
  const packed = await run(gitProgram(place, archive), order.signal)
  if (packed) return packed
  const built = build ? await buildInto(file, folder, { build, order }) : null
  if (built) return built
  const { size } = await stat(file)
  const done = undo.move()
  return packedOf(file, size, () => done.disposeAsync())
}

const packedOf = (file: string, bytes: number, dispose: () => Promise<void>): PackedRelease => ({
  kind: 'packed',
  bytes,
  read: () => createReadStream(file, { highWaterMark: 256 * 1024 }),
  [Symbol.asyncDispose]: dispose,
})

/** Runs a program of ours; what is wrong, or null. */
async function run(program: Program, signal: AbortSignal): Promise<PackResult | null> {
  const result = await runProgram(program, { timeoutMs: packTimeoutMs, outputBytesMax, signal })
  if (result.code === 0) return null
  if (signal.aborted) return { kind: 'stopped' }
  const words = result.stderr.trim().split('\n').at(-1)
  return {
    kind: 'errored',
    reason: `packing the release failed: ${words || 'out of time or space'}`,
  }
}

/** Unpacks the commit into a clean folder, runs the build there and packs only its output. */
async function buildInto(
  file: string,
  folder: string,
  { build, order }: { build: Build; order: PackOrder },
): Promise<PackResult | null> {
  const { signal, log } = order
  const [checkout, home] = [join(folder, 'checkout'), join(folder, 'home')]
  await Promise.all([mkdir(checkout), mkdir(home)])
  const env = { PATH: programPath, HOME: home, LC_ALL: 'C.UTF-8' }
  const unpacked = await run({ argv: ['tar', '-xf', file, '-C', checkout], env }, signal)
  if (unpacked) return unpacked
  if (build.cache.length > 0) log('build.cache is not kept yet: building from nothing')
  const given = { ...env, CI: 'true', ...order.env, ...build.env }
  const argv = ['sh', '-ec', build.run]
  const failed = await runBuild({ argv, env: given, cwd: checkout }, build, order)
  if (failed) return failed
  const output = join(checkout, build.output)
  const stray = await findStray(output)
  if (stray) return { kind: 'errored', reason: stray }
  return await run({ argv: ['tar', '-cf', file, '-C', output, '.'], env }, signal)
}

async function runBuild(
  program: Program,
  { timeoutMs }: Build,
  { log, signal }: PackOrder,
): Promise<PackResult | null> {
  const running = await startProgram(program)
  running.stdin.end()
  eachLine(running.stdout, log)
  eachLine(running.stderr, log)
  let isLate = false
  const kill = () => running.kill()
  const timer = setTimeout(() => {
    isLate = true
    kill()
  }, timeoutMs)
  signal.addEventListener('abort', kill)
  if (signal.aborted) kill()
  const code = await running.exited
  clearTimeout(timer)
  signal.removeEventListener('abort', kill)
  // What the build left in the background must not outlive it.
  kill()
  if (signal.aborted) return { kind: 'stopped' }
  if (isLate) return { kind: 'failed', reason: `the build took longer than ${timeoutMs / 1000} s` }
  return code === 0
    ? null
    : { kind: 'failed', reason: `the build ended with ${code ?? 'a signal'}` }
}

/** A link that leads out of the build's output would carry a file of the agent to the hosts. */
async function findStray(output: string): Promise<string | null> {
  const isFolder = await stat(output).then(
    (is) => is.isDirectory(),
    () => false,
  )
  if (!isFolder) return `the build made no folder "${relative(join(output, '..'), output)}"`
  const root = await realpath(output)
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isSymbolicLink()) continue
    const path = join(entry.parentPath, entry.name)
    const target = await realpath(path).catch(() => null)
    const isInside = target !== null && (target === root || target.startsWith(root + sep))
    if (!isInside) {
      return `the build's output has a link that leads out of it: ${relative(root, path)} -> ${await readlink(path)}`
    }
  }
  return null
}
