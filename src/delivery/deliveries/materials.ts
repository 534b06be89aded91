import { openRecent, type Recent } from '../../recent/recent.ts'
import { idsOf, type RowOf } from '../../store/query.ts'
import type { Store } from '../../store/store.ts'
import { findEvent, findParts, partsMax } from './queries.ts'

type Parts = RowOf<typeof findParts>
type Event = RowOf<typeof findEvent>

/** All that a request is made of: the event as it was, the delivery and its hook as they are. */
export type Material = Parts & { readonly event: Event }

/** Without a row where its repository was deleted meanwhile. */
type Found = { readonly row: Event | undefined }

type Asking = PromiseWithResolvers<Parts | undefined>

const eventsBytesMax = 8 * 1024 * 1024
/** What an event takes beside its payload: a row of short texts, and a buffer of its own. Measured. */
const eventBytes = 1300

/**
 * Reads what requests are made of. Deliveries that begin together are read by one query, and an
 * event, which never changes, once for all of its deliveries.
 */
export class Materials {
  readonly #read: Store['readOnce']
  readonly #events: Recent<Found>
  readonly #asked = new Map<number, Asking>()

  constructor({ readOnce }: Pick<Store, 'readOnce'>) {
    this.#read = readOnce
    this.#events = openRecent({
      bytesMax: eventsBytesMax,
      bytesOf: ({ row }) => eventBytes + (row?.payload.byteLength ?? 0),
    })
  }

  /** Undefined for a delivery that is gone. */
  async find(id: number): Promise<Material | undefined> {
    const parts = await this.#ask(id)
    const event = parts && (await this.#findEvent(parts.event_id))
    // The row is nobody else's, and long to copy.
    return event && Object.assign(parts, { event })
  }

  #ask(id: number): Promise<Parts | undefined> {
    const asking = this.#asked.get(id) ?? Promise.withResolvers<Parts | undefined>()
    this.#asked.set(id, asking)
    if (this.#asked.size === 1) queueMicrotask(() => void this.#readAsked())
    if (this.#asked.size === partsMax) void this.#readAsked()
    return asking.promise
  }

  async #readAsked(): Promise<void> {
    const asked = new Map(this.#asked)
    this.#asked.clear()
    if (asked.size === 0) return
    try {
      const rows = await this.#read.all(findParts, idsOf([...asked.keys()], partsMax))
      for (const row of rows) asked.get(row.id)?.resolve(row)
      for (const asking of asked.values()) asking.resolve(undefined)
    } catch (error) {
      for (const asking of asked.values()) asking.reject(error)
    }
  }

  async #findEvent(id: number): Promise<Event | undefined> {
    const find = async () => ({ row: await this.#read.first(findEvent, { id }) })
    return (await this.#events.recall(String(id), find)).row
  }
}
