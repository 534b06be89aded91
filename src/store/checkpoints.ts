import { Worker } from 'node:worker_threads'
import type { GroupCommit } from './group-commit.ts'

export type ToWorker = 'copy' | 'restart' | 'stop'
export type FromWorker = 'copied' | 'restarted'

type Log = {
  readonly path: string
  /** How long the log is, in pages of 4 KB. */
  readonly findPages: () => number
}

const everyMs = 1_000
/** Above which the log is copied and begun anew. */
const pagesMax = 4_000

/**
 * Moves the log's pages into the database on a thread of its own, so that the
 * flushes of a checkpoint block nobody. When the log has grown and been copied,
 * writers pause for as long as the thread takes to begin the log anew: whoever
 * writes first after a checkpoint flushes the new log's header, and that must
 * not be the event loop. The thread, whose memory is an eighth of a server at
 * rest, begins when the log is long for the first time.
 */
export function startCheckpoints({ path, findPages }: Log, commits: GroupCommit) {
  let thread: ReturnType<typeof startThread> | undefined
  let going: Promise<void> | undefined
  const timer = setInterval(() => {
    if (going !== undefined || findPages() < pagesMax) return
    going = copyAndRestart().finally(() => {
      going = undefined
    })
  }, everyMs)
  timer.unref()

  async function copyAndRestart(): Promise<void> {
    thread ??= startThread(path)
    const { ask } = thread
    await ask('copy')
    await commits.alone(() => ask('restart'))
  }

  return {
    async stop(): Promise<void> {
      clearInterval(timer)
      await going
      await thread?.stop()
    },
  }
}

function startThread(path: string) {
  const worker = new Worker(new URL('./checkpoint-worker.ts', import.meta.url), {
    workerData: { path },
    execArgv: ['--disable-warning=ExperimentalWarning'],
    resourceLimits: { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 1 },
  })
  worker.unref()
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()))

  /** Resolves when it is done, or the thread has ended. The process lives for as long. */
  async function ask(message: ToWorker): Promise<void> {
    const answered = new Promise<void>((resolve) => worker.once('message', () => resolve()))
    worker.ref()
    worker.postMessage(message)
    await Promise.race([answered, exited])
    worker.unref()
  }

  async function stop(): Promise<void> {
    worker.ref()
    worker.postMessage('stop' satisfies ToWorker)
    await exited
  }
  return { ask, stop }
}
