import type { EventRow } from '../tables/events.ts'

/** Whose events: a repository's, those of all repositories of an owner, or, for open pages, all that there are. */
export type Source =
  | { readonly type: 'repository' | 'owner'; readonly id: number }
  | { readonly type: 'all'; readonly id: 0 }

/** An event as the feed tells it: who it is about, and the bytes that hooks get. */
export type FeedEvent = Pick<
  EventRow,
  'id' | 'guid' | 'name' | 'action' | 'ordering_key' | 'sequence' | 'payload' | 'created_at'
> & { readonly repository_id: number | null }

/** An event without what it says. */
export type Headline = Pick<EventRow, 'id' | 'name' | 'action' | 'ordering_key'> & {
  readonly repository_id: number | null
}

export type Asked = {
  /** Only events after this one. */
  readonly after: number
  readonly limit: number
  /** Only these kinds; undefined is every kind. */
  readonly names: ReadonlySet<string> | undefined
}

export type Page<Event = FeedEvent> = {
  readonly events: readonly Event[]
  /** Where to go on: the last event that was looked at, shown or not. */
  readonly cursor: number
  /** Whether there is more already. */
  readonly hasMore: boolean
}
