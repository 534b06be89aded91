import type { RefUpdate } from './update-ref.ts'

/** Whether git changed the refs, all of them or none. */
type Change = (dir: string, updates: readonly RefUpdate[]) => Promise<boolean>

type Waiting = {
  readonly update: RefUpdate
  readonly resolve: (isChanged: boolean) => void
  readonly reject: (error: unknown) => void
}

/** A longer one would have many wait for one refusal. */
const batchMax = 32

/**
 * Changes that need not wait for the disk: those of one turn of the event loop, or that came while
 * git was at work, go to it in one transaction, which wakes it once. What it refuses together is
 * asked one by one, for one refusal undoes all.
 */
export function openRefBatches(change: Change) {
  const queues = new Map<string, Waiting[]>()

  function add(dir: string, update: RefUpdate): Promise<boolean> {
    const { promise, resolve, reject } = Promise.withResolvers<boolean>()
    const known = queues.get(dir)
    const queue = known ?? []
    queue.push({ update, resolve, reject })
    if (!known) {
      queues.set(dir, queue)
      setImmediate(() => void work(dir, queue))
    }
    return promise
  }

  async function work(dir: string, queue: Waiting[]): Promise<void> {
    while (queue.length > 0) await changeTogether(dir, queue.splice(0, batchMax))
    queues.delete(dir)
  }

  async function changeTogether(dir: string, batch: readonly Waiting[]): Promise<void> {
    try {
      const updates = batch.map(({ update }) => update)
      if (await change(dir, updates)) for (const { resolve } of batch) resolve(true)
      else await changeEach(dir, batch)
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
  }

  async function changeEach(dir: string, batch: readonly Waiting[]): Promise<void> {
    const isAlone = batch.length === 1
    for (const { update, resolve } of batch) resolve(!isAlone && (await change(dir, [update])))
  }

  return { add }
}
