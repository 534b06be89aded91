import type { Health, QueuedDelivery, Turn } from '../deliveries/model.ts'

export type { Health, QueuedDelivery, Turn }

export type Lane = QueuedDelivery['lane']

export const lanes: readonly Lane[] = ['live', 'retry', 'bulk']

/** What a dispatcher is at; `hooksHeld` is null where no other process could hold any. */
export type Load = { readonly inFlight: number; readonly hooksHeld: number | null }

/** Something to send, which counts as in flight from now on, and what is known of its receiver. */
export type Taken = {
  readonly turn: Turn
  /** What is in memory was read while the hook was held under this number; under another it may have gaps. */
  readonly epoch: number
  readonly health: Health
}
