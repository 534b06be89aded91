import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import type { App } from '../../app.ts'
import { noSha } from '../model.ts'
import { decideRepair } from './decide-repair.ts'
import { removeEmptyRefs } from './empty-refs.ts'
import { type Mark, parseMark, type RefStory, storiesIn, textOf } from './model.ts'
import { findMark, lastEntry, pushesBehind, putMark } from './queries.ts'

type Flushing = Pick<App, 'store' | 'git' | 'log'>

const everyMs = 2_000
const syncMs = 120_000

/**
 * Lets new refs be flushed together, some time after they were recorded. Their record in the audit
 * log is on the disk before anybody is told, and is what makes them good at the first start
 * after a power cut. A database that several nodes share, or a machine that does not tell its boots
 * apart (`boot` is undefined), has each ref flushed by git as it is made. Call it before anything else
 * changes refs.
 */
export async function startLateFlush(
  app: Flushing,
  boot: string | undefined,
): Promise<AsyncDisposable> {
  const mark = await readMark(app)
  const isAsItWas = mark?.boot === boot
  if (mark && !isAsItWas) {
    await makeGood(app, mark)
    await writeMark(app, '')
  }
  if (boot === undefined || app.store.sharedUrl !== null)
    return { [Symbol.asyncDispose]: async () => {} }
  const marks = openMarks(app, boot, isAsItWas ? mark : undefined)
  // Until it has, git flushes. No start has to wait for it.
  void marks.begin()
  const timer = setInterval(() => void marks.move(), everyMs).unref()
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await marks.end()
    },
  }
}

/** As Linux tells it (proc(5)); a virtual machine that was restored elsewhere has another one. */
export function findBoot(): string | undefined {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  } catch {
    return undefined
  }
}

/** Moves the mark behind what is on the disk, one move after another. `left` was found at the start. */
function openMarks(app: Flushing, boot: string, left: Mark | undefined) {
  let hasChanged = left !== undefined
  let isLost = false
  let marked = left?.entry
  let moving = Promise.resolve()

  async function moveOn(): Promise<void> {
    if (isLost) return
    // In this order: a ref is changed, then told of here, then recorded.
    const isFlushNeeded = hasChanged
    hasChanged = false
    const entry = (await app.store.readOnce.first(lastEntry, {}))?.id ?? 0
    if (entry === marked && !isFlushNeeded) return
    if (isFlushNeeded && !(await isSynced(app, rootOf(app)))) {
      // Nobody knows what is on the disk, nor will a later flush tell. The mark stays, and git flushes what comes.
      isLost = true
      app.git.flushLater(undefined)
      return
    }
    await writeMark(app, textOf({ boot, entry }))
    marked = entry
  }

  async function begin(): Promise<void> {
    isLost = !(await canSync(app))
    // What a server left that ended just now is flushed with what comes.
    if (!left) await moveOn()
    if (!isLost) app.git.flushLater(changed)
  }

  function changed(): void {
    hasChanged = true
  }

  function inTurn(act: () => Promise<void>): Promise<void> {
    moving = moving.then(act).catch((error: unknown) => {
      hasChanged = true
      app.log.error({ err: error }, 'git.flush_not_marked')
    })
    return moving
  }

  /** Without a flush, which may take long: the next start flushes what was left. */
  async function end(): Promise<void> {
    app.git.flushLater(undefined)
    if (!hasChanged && !isLost) await writeMark(app, '')
  }

  return { begin: () => inTurn(begin), move: () => inTurn(moveOn), end: () => inTurn(end) }
}

const run = promisify(execFile)
const rootOf = ({ git }: Flushing) => dirname(git.path(1))
/** A file system that is made of nothing is flushed at once. */
const canSync = (app: Flushing) => isSynced(app, '/proc')

/** Puts all that was written to the file system of `path` on the disk: syncfs(2), by coreutils. */
async function isSynced({ log }: Flushing, path: string): Promise<boolean> {
  try {
    await run('sync', ['-f', path], { timeout: syncMs })
    return true
  } catch (error) {
    log.warn({ err: error }, 'git.not_synced')
    return false
  }
}

async function readMark({ store }: Flushing): Promise<Mark | undefined> {
  return parseMark((await store.readOnce.first(findMark, {}))?.value ?? '')
}

async function writeMark({ store }: Flushing, value: string): Promise<void> {
  await store.transaction((tx) => tx.all(putMark, { value }))
}

const linesPerStep = 1000

async function makeGood(app: Flushing, mark: Mark): Promise<void> {
  const removed = await removeEmptyRefs(rootOf(app))
  if (removed.length > 0) app.log.warn({ paths: removed }, 'git.empty_refs_removed')
  for (const story of storiesIn(await readLines(app, mark))) await repair(app, story)
}

/** What was recorded in the seconds before the power cut. */
async function readLines({ store }: Flushing, { entry }: Mark) {
  const lines = []
  for (let last = entry; ; ) {
    const some = await store.readOnce.all(pushesBehind, { entry: last, limit: linesPerStep })
    lines.push(...some)
    if (some.length < linesPerStep) return lines
    last = some.at(-1)?.id ?? last
  }
}

async function repair({ git, log }: Flushing, { repositoryId, ref, steps }: RefStory) {
  if (!git.isRefName(ref) || !(await git.exists(repositoryId))) return
  const told = { repository_id: repositoryId, ref }
  try {
    const found = (await git.ref(repositoryId, ref))?.sha
    const decided = decideRepair(steps, found)
    const [before, after] = [found ?? noSha, decided?.after ?? noSha]
    if (!decided || before === after) return
    const outcome = await git.changeRef(repositoryId, { ref, before, after })
    log.warn({ ...told, before, after, outcome }, 'git.ref_made_good')
  } catch (error) {
    // Such as for a commit that is not in a copy of the folder. The others are not to wait for it.
    log.error({ ...told, err: error }, 'git.ref_not_made_good')
  }
}
