import { Problem } from '../lib/problem.ts'
import type { FeedEvent, Headline, Page } from './model.ts'

/** Where to read on, as `Last-Event-ID` and `cursor` have it; callers take it as it is. */
export const cursorOf = (id: number): string => `v1_${id}`

/** Throws `bad_request`. */
export function idInCursor(cursor: string): number {
  if (cursor === '') return 0
  const [, id] = cursor.match(/^v1_(\d{1,15})$/) ?? []
  if (id !== undefined) return Number(id)
  const message = `cursor must be one that the feed gave, or "end", not "${cursor.slice(0, 100)}"`
  throw new Problem('bad_request', message)
}

/** The event in JSON on one line; its payload is the very bytes that hooks get. */
function eventJson(event: FeedEvent): string {
  const { id, guid, name, action, repository_id, created_at } = event
  const subject = event.ordering_key?.split(':').at(-1)
  const sequence = subject === undefined ? null : `${subject}.${event.sequence}`
  const head = { id, guid, event: name, action, repository_id, sequence, created_at }
  const payload = Buffer.from(event.payload).toString('utf8')
  return `${JSON.stringify(head).slice(0, -1)},"payload":${payload}}`
}

export const streamHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  // Or nginx keeps events until there are enough of them.
  'x-accel-buffering': 'no',
}

export function pageJson({ events, cursor, hasMore }: Page): string {
  const tail = JSON.stringify({ cursor: cursorOf(cursor), has_more: hasMore })
  return `{"events":[${events.map(eventJson).join(',')}],${tail.slice(1)}`
}

/** An event of `text/event-stream` (WHATWG HTML, 9.2), under GitHub's name of it. */
export const eventFrame = (event: FeedEvent): string =>
  `id: ${cursorOf(event.id)}\nevent: ${event.name}\ndata: ${eventJson(event)}\n\n`

/** What an open page needs to know: that something changed, and where. */
export function headlineFrame({ id, repository_id, name, action, ordering_key }: Headline): string {
  const [, deployment] = ordering_key?.match(/^deployment:(\d+)$/) ?? []
  const headline = {
    ...{ repository_id, name, action },
    ...(deployment === undefined ? {} : { deployment_id: Number(deployment) }),
  }
  return `id: ${cursorOf(id)}\ndata: ${JSON.stringify(headline)}\n\n`
}
