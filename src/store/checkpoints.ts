import { Worker } from 'node:worker_threads'
import type { GroupCommit } from './group-commit.ts'

export type ToWorker = 'restart' | 'stop'
export type FromWorker = 'full' | 'restarted'

/**
 * Moves the log's pages into the database on a thread of its own, so that the
 * flushes of a checkpoint block nobody. When the log has grown and been copied,
 * writers pause for as long as the thread takes to begin the log anew: whoever
 * writes first after a checkpoint flushes the new log's header, and that must
 * not be the event loop.
 */
export function startCheckpoints(path: string, commits: GroupCommit) {
  const worker = new Worker(new URL('./checkpoint-worker.ts', import.meta.url), {
    workerData: { path },
    execArgv: ['--disable-warning=ExperimentalWarning'],
    resourceLimits: { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 1 },
  })
  worker.unref()
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
  worker.on('message', (message: FromWorker) => {
    if (message === 'full') void commits.alone(restart)
  })

  async function restart(): Promise<void> {
    const restarted = new Promise<void>((resolve) => worker.once('message', () => resolve()))
    worker.postMessage('restart' satisfies ToWorker)
    await Promise.race([restarted, exited])
  }

  return {
    async stop(): Promise<void> {
      worker.ref()
      worker.postMessage('stop' satisfies ToWorker)
      await exited
    },
  }
}
