import type { EventRow } from '../tables/events.ts'

/** Whose events: a repository's, or those of all repositories of an owner. */
export type Source = { readonly type: 'repository' | 'owner'; readonly id: number }

/** An event as the feed tells it: who it is about, and the bytes that hooks get. */
export type FeedEvent = Pick<
  EventRow,
  'id' | 'guid' | 'name' | 'action' | 'ordering_key' | 'sequence' | 'payload' | 'created_at'
> & { readonly repository_id: number | null }

export type Asked = {
  /** Only events after this one. */
  readonly after: number
  readonly limit: number
  /** Only these kinds; undefined is every kind. */
  readonly names: ReadonlySet<string> | undefined
}

export type Page = {
  readonly events: readonly FeedEvent[]
  /** Where to go on: the last event that was looked at, shown or not. */
  readonly cursor: number
  /** Whether there is more already. */
  readonly hasMore: boolean
}
