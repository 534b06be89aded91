import type { App } from '../app.ts'
import { type DueHold, findDueHolds, findNextDueAt } from '../holds/holds.ts'
import { settleDue } from './settle.ts'

/** Looked at in one go. */
const batchMax = 100
/** What another process changed is heard of by no signal; this is one look at the head of an index. */
const sleepMsMax = 60_000
/** After a failure of ours, so that it does not become a busy loop. */
const failureMs = 5000

/**
 * Looks at held deployments when they are due, for as long as the process lives. When that is
 * stands in their rows, so a restart forgets nothing, and of several processes the first acts.
 */
export class GateKeeper implements AsyncDisposable {
  readonly #app: App
  #timer: NodeJS.Timeout | undefined
  #turn: Promise<void> | undefined
  #isWoken = false
  #isStopped = false

  constructor(app: App) {
    this.#app = app
  }

  start(): void {
    this.#app.signals.on('holds', this.#wake)
    this.#wake()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopped = true
    this.#app.signals.off('holds', this.#wake)
    clearTimeout(this.#timer)
    await this.#turn
  }

  readonly #wake = (): void => {
    this.#isWoken = true
    if (this.#isStopped) return
    this.#turn ??= this.#look().finally(() => {
      this.#turn = undefined
      if (this.#isWoken) this.#wake()
    })
  }

  async #look(): Promise<void> {
    this.#isWoken = false
    clearTimeout(this.#timer)
    const sleepMs = await this.#settleAll()
    if (!this.#isStopped) this.#timer = setTimeout(this.#wake, sleepMs)
  }

  /** Gives how long there is nothing more to do. */
  async #settleAll(): Promise<number> {
    try {
      const { read } = this.#app.store
      const now = this.#app.now()
      const due = await findDueHolds(read, now, batchMax)
      let failures = 0
      for (const hold of due) {
        if (!this.#isStopped && !(await this.#settle(hold))) failures++
      }
      if (failures > 0) return failureMs
      if (due.length === batchMax) return 0
      const next = await findNextDueAt(read, now)
      const waitMs = next ? next.getTime() - this.#app.now().getTime() : sleepMsMax
      return Math.min(Math.max(waitMs, 0), sleepMsMax)
    } catch (error) {
      this.#app.log.error({ err: error }, 'gates.unreadable')
      return failureMs
    }
  }

  /** Whether it could be looked at: one that cannot must not stop the others. */
  async #settle(hold: DueHold): Promise<boolean> {
    try {
      await settleDue(this.#app, hold)
      return true
    } catch (error) {
      this.#app.log.error({ err: error, ...hold }, 'gates.unsettled')
      return false
    }
  }
}
