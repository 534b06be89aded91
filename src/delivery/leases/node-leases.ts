import { randomUUID } from 'node:crypto'
import { Worker } from 'node:worker_threads'
import type { LeasesApp } from './leases.ts'
import {
  type Leases,
  type LeaseTimes,
  type Notice,
  nodeIdOf,
  parseNotice,
  shared,
  textOf,
} from './model.ts'
import {
  claimHooks,
  findCrowd,
  findOwnHooks,
  giveBackAll,
  giveBackHook,
  removeNode,
} from './queries.ts'

type Options = {
  readonly app: LeasesApp
  readonly url: string
  readonly times: LeaseTimes
}

export type KeeperData = {
  readonly url: string
  readonly name: string
  readonly times: LeaseTimes
  readonly memory: SharedArrayBuffer
}
export type ToKeeper = { readonly kind: 'tell'; readonly text: string } | { readonly kind: 'stop' }
export type FromKeeper =
  | { readonly kind: 'renewed' }
  | { readonly kind: 'told'; readonly text: string }
  | { readonly kind: 'failed'; readonly message: string }

const hooksPerClaim = 256
const beatEveryMs = 1000
const claimEveryMs = 1000
/** While the keeper is still connecting, which nobody is asked for. */
const claimSoonMs = 100
/** Everything that is ours by the rows is read again this often, should a notice or an answer have been lost. */
const readAgainMs = 60_000

/**
 * One of several nodes on one PostgreSQL. A thread of its own (`keeper-worker.ts`) renews the
 * node's lease and listens, so that a busy event loop loses nothing; this side asks the memory they
 * share whether the lease still holds, and does so by the monotonic clock, which goes on while the
 * process is stopped.
 */
export class NodeLeases implements Leases {
  readonly #app: LeasesApp
  readonly #name = randomUUID()
  readonly #memory: BigInt64Array
  readonly #keeper: Worker
  readonly #exited: Promise<void>
  readonly #beating: NodeJS.Timeout
  #incarnation = 0n
  readonly #epochs = new Map<number, number>()
  #readAgainAt = 0

  constructor({ app, url, times }: Options) {
    this.#app = app
    const memory = new SharedArrayBuffer(shared.slots * BigInt64Array.BYTES_PER_ELEMENT)
    this.#memory = new BigInt64Array(memory)
    this.#keeper = new Worker(new URL('./keeper-worker.ts', import.meta.url), {
      workerData: { url, name: this.#name, times, memory } satisfies KeeperData,
    })
    this.#keeper.unref()
    this.#beat()
    this.#beating = setInterval(() => this.#beat(), beatEveryMs).unref()
    this.#exited = new Promise((resolve) => this.#keeper.once('exit', () => resolve()))
    this.#keeper.on('message', (message: FromKeeper) => this.#hear(message))
    // Without it we would take events in and never send them. Whoever watches the process starts it anew.
    this.#keeper.on('error', (error) => {
      process.nextTick(() => {
        throw new Error('The keeper of the leases is broken', { cause: error })
      })
    })
    app.signals.on('deliveries', this.#tellDeliveries)
    app.signals.on('hook', this.#tellHook)
  }

  get claimEveryMs(): number {
    return this.#holds() ? claimEveryMs : claimSoonMs
  }

  async claim(): Promise<readonly number[]> {
    this.#begin()
    if (!this.#holds()) return []
    try {
      return await this.#take()
    } catch (error) {
      // It may have been done and only the answer was lost: what is ours by the rows is to be known here.
      this.#readAgainAt = 0
      throw error
    }
  }

  findEpoch(hookId: number): number | undefined {
    return this.#holds() ? this.#epochs.get(hookId) : undefined
  }

  count(): number {
    return this.#holds() ? this.#epochs.size : 0
  }

  lose(hookId: number, epoch: number): void {
    if (this.#epochs.get(hookId) !== epoch) return
    this.#epochs.delete(hookId)
    // It may be ours still, where the fence was passed for a moment only: the rows say so.
    this.#readAgainAt = 0
  }

  async giveBack(hookIds: readonly number[]): Promise<void> {
    const ours = hookIds.filter((id) => this.#epochs.delete(id))
    const node_id = this.#id()
    const readAgainAt = this.#readAgainAt
    this.#readAgainAt = 0
    await this.#app.store.transaction(async (tx) => {
      for (const hook_id of ours) await tx.first(giveBackHook, { hook_id, node_id })
    })
    this.#readAgainAt = readAgainAt
  }

  /** Others may go on at once. */
  async [Symbol.asyncDispose](): Promise<void> {
    const { store, signals, log } = this.#app
    signals.off('deliveries', this.#tellDeliveries)
    signals.off('hook', this.#tellHook)
    clearInterval(this.#beating)
    this.#epochs.clear()
    const node = { node_id: this.#id() }
    try {
      await store.transaction(async (tx) => {
        await tx.all(giveBackAll, node)
        await tx.all(removeNode, node)
      })
      this.#tell({ kind: 'deliveries' })
    } catch (error) {
      // The lease runs out by itself.
      log.warn({ err: error }, 'leases.not_given_back')
    }
    this.#keeper.postMessage({ kind: 'stop' } satisfies ToKeeper)
    await this.#exited
  }

  async #take(): Promise<readonly number[]> {
    const { store } = this.#app
    const node_id = this.#id()
    const room = roomIn(await store.read.first(findCrowd, { node_id }))
    const claim = { node_id, limit: Math.min(hooksPerClaim, room) }
    const taken = claim.limit > 0 ? await store.transaction((tx) => tx.all(claimHooks, claim)) : []
    const isToReadAgain = performance.now() >= this.#readAgainAt
    const read = isToReadAgain ? await store.read.all(findOwnHooks, { node_id }) : taken
    for (const { hook_id, lease_epoch } of read) this.#epochs.set(hook_id, lease_epoch)
    if (isToReadAgain) this.#readAgainAt = performance.now() + readAgainMs
    return read.map(({ hook_id }) => hook_id)
  }

  readonly #tellDeliveries = (): void => this.#tell({ kind: 'deliveries' })
  readonly #tellHook = (id: number): void => this.#tell({ kind: 'hook', id })

  /** A busy event loop keeps its hooks; one that will never run again must not. */
  #beat(): void {
    Atomics.store(this.#memory, shared.beatAt, process.hrtime.bigint())
  }

  #tell(notice: Notice): void {
    this.#keeper.postMessage({ kind: 'tell', text: textOf(notice) } satisfies ToKeeper)
  }

  #hear(message: FromKeeper): void {
    const { signals, log } = this.#app
    switch (message.kind) {
      case 'renewed':
        signals.emit('elsewhere', null)
        return
      case 'told': {
        const notice = parseNotice(message.text)
        signals.emit('elsewhere', notice.kind === 'hook' ? notice.id : null)
        return
      }
      case 'failed':
        log.warn({ reason: message.message }, 'leases.unrenewed')
        return
    }
  }

  /** After a lapse nothing is held any more, whatever the rows say. */
  #begin(): void {
    const incarnation = Atomics.load(this.#memory, shared.incarnation)
    if (incarnation === this.#incarnation) return
    this.#incarnation = incarnation
    this.#epochs.clear()
  }

  #holds(): boolean {
    if (Atomics.load(this.#memory, shared.incarnation) !== this.#incarnation) return false
    return process.hrtime.bigint() < Atomics.load(this.#memory, shared.fenceAt)
  }

  #id(): string {
    return nodeIdOf(this.#name, this.#incarnation)
  }
}

type Crowd = Record<'nodes' | 'held' | 'mine' | 'waiting', number | null>

/** How many more this node may take, for the others to have as many. */
function roomIn(crowd: Crowd | undefined): number {
  const { nodes, held, mine, waiting } = crowd ?? { nodes: 0, held: 0, mine: 0, waiting: 0 }
  const share = Math.ceil(((held ?? 0) + (waiting ?? 0)) / Math.max(nodes ?? 1, 1))
  return share - (mine ?? 0)
}
