import type { App } from '../app.ts'
import type { Asked, FeedEvent, Headline, Page, Source } from './model.ts'
import { eventById, headersOf, newestEvent } from './queries.ts'
import type { Sight } from './sight.ts'
import { type Watching, watchOf } from './watch.ts'

const headersPerRead = 200
/** Looked at for one page; whoever may see little of them goes on with the next page. */
const headersMax = 2000
/** An event may be larger, and is then alone on its page. */
const pageBytesMax = 4 * 1024 * 1024

type Reading = Pick<App, 'store'>
type Wanted = (header: Headline) => Promise<boolean>

/** One page of what a caller may see, oldest first. No event is skipped, whatever is being written. */
export async function readPage(
  app: Reading,
  source: Source,
  asked: Asked,
  sight: Sight,
): Promise<Page> {
  const headlines = await readHeadlines(app, source, asked, sight)
  const events: FeedEvent[] = []
  for (const { id } of headlines.events) {
    const event = await app.store.read.first(eventById, { id })
    if (event) events.push(event)
  }
  return { ...headlines, events }
}

/** The same page, without what the events say: that may be much. */
export async function readHeadlines(
  app: Reading,
  source: Source,
  asked: Asked,
  sight: Sight,
): Promise<Page<Headline>> {
  const horizon = await app.store.findHorizon()
  const isWanted: Wanted = async ({ repository_id, name }) =>
    (asked.names?.has(name) ?? true) && (await sight(repository_id ?? 0, name))
  return await chooseEvents(app, { source, horizon, asked }, isWanted)
}

type Choice = { readonly source: Source; readonly horizon: number; readonly asked: Asked }

async function chooseEvents(app: Reading, choice: Choice, isWanted: Wanted) {
  const { after, limit } = choice.asked
  const events: Headline[] = []
  let [cursor, bytes, looked] = [after, 0, 0]
  for await (const header of headersFrom(app, choice)) {
    const wanted = await isWanted(header)
    if (wanted) bytes += header.bytes
    const isFull =
      wanted && (events.length === limit || (events.length > 0 && bytes > pageBytesMax))
    if (isFull || looked++ === headersMax) return { events, cursor, hasMore: true }
    if (wanted) events.push(header)
    cursor = header.id
  }
  return { events, cursor, hasMore: false }
}

async function* headersFrom({ store }: Reading, { source, horizon, asked }: Choice) {
  for (let after = asked.after; ; ) {
    const range = { id: source.id, after, horizon, limit: headersPerRead }
    const headers = await store.read.all(headersOf(source), range)
    yield* headers
    if (headers.length < headersPerRead) return
    after = headers.at(-1)?.id ?? after
  }
}

/** The end of the log as it is now. */
export async function findEnd({ store }: Reading): Promise<number> {
  const horizon = await store.findHorizon()
  return (await store.read.first(newestEvent, { horizon }))?.id ?? 0
}

/** As `readPage`; where there is nothing, waits so long for something to happen. */
export async function awaitPage(
  app: Watching,
  { source, asked, waitMs }: { source: Source; asked: Asked; waitMs: number },
  look: () => Promise<Sight>,
): Promise<Page> {
  const watch = watchOf(app)
  const deadline = performance.now() + waitMs
  for (let after = asked.after; ; ) {
    using turn = watch.take(source)
    const page = await readPage(app, source, { ...asked, after }, await look())
    const leftMs = deadline - performance.now()
    if (page.events.length > 0 || page.hasMore || leftMs <= 0 || watch.isStopped) return page
    after = page.cursor
    await turn.wait(leftMs)
  }
}
