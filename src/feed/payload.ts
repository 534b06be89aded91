import type { FeedEvent, Page } from './model.ts'

/** Where to read on, as `Last-Event-ID` and `cursor` have it; callers take it as it is. */
export const cursorOf = (id: number): string => `v1_${id}`

/** The event in JSON on one line; its payload is the very bytes that hooks get. */
function eventJson(event: FeedEvent): string {
  const { id, guid, name, action, repository_id, created_at } = event
  const subject = event.ordering_key?.split(':').at(-1)
  const sequence = subject === undefined ? null : `${subject}.${event.sequence}`
  const head = { id, guid, event: name, action, repository_id, sequence, created_at }
  const payload = Buffer.from(event.payload).toString('utf8')
  return `${JSON.stringify(head).slice(0, -1)},"payload":${payload}}`
}

export function pageJson({ events, cursor, hasMore }: Page): string {
  const tail = JSON.stringify({ cursor: cursorOf(cursor), has_more: hasMore })
  return `{"events":[${events.map(eventJson).join(',')}],${tail.slice(1)}`
}

/** An event of `text/event-stream` (WHATWG HTML, 9.2), under GitHub's name of it. */
export const eventFrame = (event: FeedEvent): string =>
  `id: ${cursorOf(event.id)}\nevent: ${event.name}\ndata: ${eventJson(event)}\n\n`
