import { Readable } from 'node:stream'
import { Problem } from '../lib/problem.ts'
import { readHeadlines, readPage } from './feed.ts'
import type { Asked, Source } from './model.ts'
import { cursorOf, eventFrame, headlineFrame } from './payload.ts'
import type { Sight } from './sight.ts'
import { type Watching, watchOf } from './watch.ts'

type Streaming = {
  readonly source: Source
  readonly asked: Asked
  /** What the caller may see as things are now; a Problem ends the stream. */
  readonly look: () => Promise<Sight>
  /** Whole events, as hooks get them, or only that they happened. */
  readonly tells?: 'events' | 'headlines'
  readonly times?: Times
}

type Times = {
  /** Proxies close connections on which nothing moves. */
  readonly heartbeatMs: number
  /** A client that takes nothing for so long is dropped: it comes back with `Last-Event-ID`. */
  readonly stalledMs: number
}

const usualTimes: Times = { heartbeatMs: 20_000, stalledMs: 30_000 }
const reconnectMs = 2000
/** Beyond this nothing is read for a client until it has taken some of it. */
const bufferedBytesMax = 64 * 1024

/** Events as they happen, for as long as the client listens and may see them. */
export function openStream(app: Watching, streaming: Streaming): Readable {
  const { stalledMs } = streaming.times ?? usualTimes
  const closed = new AbortController()
  const frames = framesOf(app, streaming, closed.signal)
  const stream: Readable = Readable.from(
    taken(frames, stalledMs, () => stream.destroy()),
    {
      objectMode: false,
      highWaterMark: bufferedBytesMax,
    },
  )
  // It closes when the generator has returned, and that waits for what happens next: let it go first.
  const close = stream._destroy.bind(stream)
  stream._destroy = (error, done) => {
    closed.abort()
    close(error, done)
  }
  return stream
}

/** Passes on what is taken in time. */
async function* taken(frames: AsyncIterable<string>, stalledMs: number, drop: () => void) {
  for await (const frame of frames) {
    const stalled = setTimeout(drop, stalledMs)
    try {
      yield frame
    } finally {
      clearTimeout(stalled)
    }
  }
}

async function* framesOf(
  app: Watching,
  { source, asked, look, tells = 'events', times = usualTimes }: Streaming,
  closed: AbortSignal,
): AsyncGenerator<string> {
  const watch = watchOf(app)
  yield `retry: ${reconnectMs}\n\n`
  for (let after = asked.after; !closed.aborted && !watch.isStopped; ) {
    using turn = watch.take(source)
    const sight = await look().catch(endOfSight)
    if (!sight) return
    const part = await readers[tells](app, source, { ...asked, after }, sight)
    after = part.cursor
    yield* part.frames
    if (part.hasMore || part.frames.length > 0) continue
    const outcome = await turn.wait(times.heartbeatMs, closed)
    // The client learns how far it has read, also past what it may not see.
    if (outcome === 'nothing') yield `: still here\nid: ${cursorOf(after)}\n\n`
  }
}

const readers = {
  async events(...asked: Parameters<typeof readPage>) {
    const page = await readPage(...asked)
    return { ...page, frames: page.events.map(eventFrame) }
  },
  async headlines(...asked: Parameters<typeof readHeadlines>) {
    const page = await readHeadlines(...asked)
    return { ...page, frames: page.events.map(headlineFrame) }
  },
}

/** Whoever may look no longer comes back and hears why. */
function endOfSight(error: unknown): undefined {
  if (!(error instanceof Problem)) throw error
}
