import type { Readable } from 'node:stream'
import type { App } from '../app.ts'
import { actorOf } from '../dashboard/dashboard.ts'
import { sightOf } from '../feed/sight.ts'
import { openStream } from '../feed/stream.ts'
import { Problem } from '../lib/problem.ts'
import type { Session } from '../sessions/model.ts'
import { findSessionAgain } from '../sessions/sessions.ts'

/** All tabs of a browser share one; without that, no browser opens more at once. */
const perSessionMax = 6
const listenersMax = 2000
const headlinesPerRead = 100

/**
 * That something happened, and where, for as long as the session lasts and of what this person may see
 * at that moment. Throws `unavailable` when this session, or the server, has as many as it may.
 */
export function openLive(app: App, session: Session, after: number): Readable {
  const leave = enter(app, session.id)
  const look = async () => {
    const now = await findSessionAgain(app, session)
    if (!now) throw new Problem('unauthenticated', 'The session has ended; sign in again')
    return sightOf(app, actorOf(now))
  }
  const stream = openStream(app, {
    source: { type: 'all', id: 0 },
    asked: { after, limit: headlinesPerRead, names: undefined },
    tells: 'headlines',
    look,
  })
  return stream.once('close', leave)
}

/** How many listen, by session, on each server. */
const listeners = new WeakMap<App['signals'], Map<number, number>>()

function enter({ signals }: Pick<App, 'signals'>, sessionId: number): () => void {
  const counts = listeners.get(signals) ?? new Map<number, number>()
  listeners.set(signals, counts)
  const own = counts.get(sessionId) ?? 0
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0)
  if (own >= perSessionMax || all >= listenersMax) {
    throw new Problem('unavailable', 'Too many pages listen already; close some of them')
  }
  counts.set(sessionId, own + 1)
  return () => leave(counts, sessionId)
}

function leave(counts: Map<number, number>, sessionId: number): void {
  const left = (counts.get(sessionId) ?? 0) - 1
  if (left > 0) counts.set(sessionId, left)
  else counts.delete(sessionId)
}
