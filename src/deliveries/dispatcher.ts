import type { App } from '../app.ts'
import { addressPolicyFor } from '../network/address-policy.ts'
import { Sender } from '../sender/sender.ts'
import { Backlog } from './backlog.ts'
import { type Delivering, deliver } from './deliver.ts'
import type { Turn } from './model.ts'

export type DispatcherApp = Pick<App, 'store' | 'now' | 'log' | 'seal' | 'signals' | 'webhookAllow'>

/** Requests in flight in all, well below what a process may open. */
const inFlightMax = 1024
/** A signal may be missed; a look at the newest rows costs little. */
const pollMs = 2000
/** Everything that is pending is compared with memory this often. */
const readAllMs = 60_000
/** After a failure of ours, so that it does not become a busy loop. */
const failureMs = 5000

/**
 * Sends what is pending, for as long as the process lives. What is in flight is known in memory
 * only: one process holds the store, and whatever it had not recorded is still pending at the next
 * start (delivery 4.3).
 */
export class Dispatcher implements AsyncDisposable {
  readonly #app: Delivering
  readonly #signals: App['signals']
  readonly #backlog: Backlog
  readonly #stop = new AbortController()
  readonly #inFlight = new Set<Promise<void>>()
  readonly #changedHooks = new Set<number>()
  #reading: Promise<void> | null = null
  #isWoken = false
  #readAllAt = 0
  #timer: NodeJS.Timeout | undefined

  constructor(app: DispatcherApp) {
    const policy = addressPolicyFor(app.webhookAllow)
    this.#app = { ...app, sender: new Sender({ policy }), stopping: this.#stop.signal }
    this.#signals = app.signals
    this.#backlog = new Backlog(app.store)
  }

  start(): void {
    this.#signals.on('deliveries', this.#wake)
    this.#signals.on('hook', this.#onHook)
    this.#wake()
  }

  /** Begins nothing new, and waits for what is in flight: at most an attempt's deadline. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    this.#signals.off('deliveries', this.#wake)
    this.#signals.off('hook', this.#onHook)
    clearTimeout(this.#timer)
    await this.#reading
    await Promise.all(this.#inFlight)
    this.#app.sender[Symbol.dispose]()
  }

  readonly #onHook = (hookId: number): void => {
    this.#changedHooks.add(hookId)
    this.#wake()
  }

  /** Many calls while rows are being read make one more reading. */
  readonly #wake = (): void => {
    this.#isWoken = true
    this.#reading ??= this.#read().finally(() => {
      this.#reading = null
      if (this.#isWoken && !this.#stop.signal.aborted) this.#wake()
    })
  }

  async #read(): Promise<void> {
    while (this.#isWoken && !this.#stop.signal.aborted) {
      this.#isWoken = false
      try {
        await this.#readRows()
      } catch (error) {
        this.#app.log.error({ err: error }, 'dispatcher.unreadable')
        break
      }
      this.#sendAll()
    }
    this.#setTimer()
  }

  async #readRows(): Promise<void> {
    for (const hookId of this.#changedHooks) {
      await this.#backlog.readHook(hookId)
      this.#changedHooks.delete(hookId)
    }
    if (performance.now() >= this.#readAllAt) {
      await this.#backlog.readAll()
      this.#readAllAt = performance.now() + readAllMs
    }
    await this.#backlog.readNew()
  }

  #sendAll(): void {
    const now = this.#app.now().getTime()
    while (this.#inFlight.size < inFlightMax && !this.#stop.signal.aborted) {
      const turn = this.#backlog.next(now)
      if (!turn) return
      const sending = this.#send(turn).finally(() => {
        this.#inFlight.delete(sending)
        this.#sendAll()
        this.#setTimer()
      })
      this.#inFlight.add(sending)
    }
  }

  async #send(turn: Turn): Promise<void> {
    const { delivery } = turn
    try {
      const { again, status } = await deliver(this.#app, turn)
      await this.#backlog.release(delivery, again, status)
    } catch (error) {
      this.#app.log.error({ err: error, delivery_id: delivery.id }, 'delivery.broken')
      const nextAt = this.#app.now().getTime() + failureMs
      await this.#backlog.release(delivery, { ...delivery, nextAt }, undefined)
    }
  }

  #setTimer(): void {
    clearTimeout(this.#timer)
    if (this.#stop.signal.aborted) return
    const dueMs = this.#backlog.wakeAt - this.#app.now().getTime()
    this.#timer = setTimeout(this.#wake, Math.min(Math.max(dueMs, 1), pollMs))
  }
}
