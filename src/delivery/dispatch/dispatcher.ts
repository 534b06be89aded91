import { AsyncLocalStorage } from 'node:async_hooks'
import type { App } from '../../app.ts'
import { addressPolicyFor } from '../../network/address-policy.ts'
import { type Delivered, deliver, deliveringWith } from '../deliveries/deliveries.ts'
import type { Leases } from '../leases/model.ts'
import { Sender, type SenderOptions } from '../sender/sender.ts'
import { Backlog } from './backlog.ts'
import type { Load, Taken } from './model.ts'

export type DispatcherApp = Pick<
  App,
  | 'store'
  | 'now'
  | 'log'
  | 'seal'
  | 'signals'
  | 'urls'
  | 'webhookAllow'
  | 'webhookProxy'
  | 'sendsTraceparent'
> &
  Pick<SenderOptions, 'resolve'>

/** A signal may be missed; a look at the newest rows costs little. */
const pollMs = 1000
/** Claims that are prompted by rows of other nodes' hooks. */
const claimAgainMs = 50
/** After a failure of ours, so that it does not become a busy loop. */
const failureMs = 5000
const forgetEveryMs = 30_000

/**
 * Sends what is pending for the hooks that this process holds, for as long as it lives. What is in
 * flight is known in memory only: whatever it had not recorded is still pending, for whoever holds
 * the hook next (delivery 4.3, 4.4).
 */
export class Dispatcher implements AsyncDisposable {
  readonly #app: Parameters<typeof deliver>[0]
  readonly #signals: App['signals']
  readonly #leases: Leases
  readonly #slots: () => number
  readonly #backlog: Backlog
  /** Whoever wakes us may be a request, whose trace our work is no part of. */
  readonly #apart = AsyncLocalStorage.snapshot()
  readonly #stop = new AbortController()
  readonly #inFlight = new Map<Promise<void>, Taken>()
  readonly #changedHooks = new Set<number>()
  #reading: Promise<void> | null = null
  #isWoken = false
  #claimAt = 0
  #claimedAt = Number.NEGATIVE_INFINITY
  #forgetAt = 0
  #timer: NodeJS.Timeout | undefined

  constructor(app: DispatcherApp, leases: Leases, slots: () => number) {
    const policy = addressPolicyFor(app.webhookAllow)
    const { resolve, webhookProxy: proxy = null } = app
    const sender = new Sender({ policy, proxy, ...(resolve && { resolve }) })
    this.#app = deliveringWith(app, { sender, stopping: this.#stop.signal })
    this.#signals = app.signals
    this.#leases = leases
    this.#slots = slots
    this.#backlog = new Backlog(app.store, slots)
  }

  start(): void {
    this.#signals.on('deliveries', this.#wake)
    this.#signals.on('hook', this.#onHook)
    this.#signals.on('elsewhere', this.#onHook)
    this.#wake()
  }

  /** How many attempts are under way, and how many hooks are held for them. */
  load(): Load {
    return { inFlight: this.#inFlight.size, hooksHeld: this.#leases.count() }
  }

  /** The deliveries of which attempts are under way. */
  inFlight(): readonly number[] {
    return [...this.#inFlight.values()].map(({ turn }) => turn.delivery.id)
  }

  /** Begins nothing new, and waits for what is in flight: at most an attempt's deadline. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    this.#signals.off('deliveries', this.#wake)
    this.#signals.off('hook', this.#onHook)
    this.#signals.off('elsewhere', this.#onHook)
    clearTimeout(this.#timer)
    await this.#reading
    await Promise.all(this.#inFlight.keys())
    this.#app.sender[Symbol.dispose]()
    await this.#leases[Symbol.asyncDispose]()
  }

  readonly #onHook = (hookId: number | null): void => {
    if (hookId !== null) this.#changedHooks.add(hookId)
    this.#wake()
  }

  /** Many calls while rows are being read make one more reading. */
  readonly #wake = (): void => {
    this.#isWoken = true
    this.#reading ??= this.#apart(() => this.#read()).finally(() => {
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
    if (performance.now() >= this.#claimAt) await this.#claim()
    await this.#readChanged()
    for (const hookId of await this.#backlog.readNew()) this.#changedHooks.add(hookId)
    await this.#readChanged()
    await this.#backlog.readMore()
    await this.#forgetIdle()
  }

  async #claim(): Promise<void> {
    this.#claimedAt = performance.now()
    this.#claimAt = this.#claimedAt + failureMs
    for (const hookId of await this.#leases.claim()) this.#changedHooks.add(hookId)
    this.#claimAt = this.#claimedAt + this.#leases.claimEveryMs * (0.75 + Math.random() / 2)
  }

  /** A hook leaves the set only once it was read, should the database be away. */
  async #readChanged(): Promise<void> {
    for (const hookId of this.#changedHooks) {
      if (this.#stop.signal.aborted) return
      const epoch = this.#leases.findEpoch(hookId)
      if (epoch !== undefined) await this.#backlog.readHook(hookId, epoch)
      // Another's hook may be one that its node has let go of.
      else this.#claimAt = Math.min(this.#claimAt, this.#claimedAt + claimAgainMs)
      this.#changedHooks.delete(hookId)
      // What was read is sent while the rest is read, and requests are answered.
      this.#sendAll()
      if (this.#changedHooks.size > 0) await new Promise((resolve) => setImmediate(resolve))
    }
  }

  async #forgetIdle(): Promise<void> {
    if (performance.now() < this.#forgetAt) return
    this.#forgetAt = performance.now() + forgetEveryMs
    const idle = this.#backlog.forgetIdle(this.#app.now().getTime())
    if (idle.length > 0) await this.#leases.giveBack(idle)
  }

  #sendAll(): void {
    const now = this.#app.now().getTime()
    while (this.#inFlight.size < this.#slots() && !this.#stop.signal.aborted) {
      const taken = this.#backlog.next(now)
      if (!taken) return
      const sending = this.#send(taken).finally(() => {
        this.#inFlight.delete(sending)
        this.#sendAll()
        this.#setTimer()
      })
      this.#inFlight.set(sending, taken)
    }
  }

  async #send(taken: Taken): Promise<void> {
    const { turn, health, epoch } = taken
    const { delivery } = turn
    const { hookId } = delivery
    const findEpoch = () => (this.#leases.findEpoch(hookId) === epoch ? epoch : undefined)
    const delivered = await deliver(this.#app, { turn, health, findEpoch }).catch(
      (error): Delivered => {
        this.#app.log.error({ err: error, delivery_id: delivery.id }, 'delivery.broken')
        const again = { ...delivery, nextAt: this.#app.now().getTime() + failureMs }
        return { kind: 'broken', again }
      },
    )
    if (delivered.kind === 'not_ours') this.#leases.lose(hookId, epoch)
    this.#backlog.release(taken, delivered, this.#app.now().getTime())
  }

  #setTimer(): void {
    clearTimeout(this.#timer)
    if (this.#stop.signal.aborted) return
    const dueMs = this.#backlog.wakeAt - this.#app.now().getTime()
    const claimMs = this.#claimAt - performance.now()
    const waitMs = Math.min(Math.max(Math.min(dueMs, claimMs), 1), pollMs)
    this.#timer = setTimeout(this.#wake, waitMs)
  }
}
