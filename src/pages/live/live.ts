import type { Readable } from 'node:stream'
import type { App } from '../../app.ts'
import { sightOf } from '../../feed/sight.ts'
import { openStream } from '../../feed/stream.ts'
import { Problem } from '../../lib/problem.ts'
import type { Session } from '../../sessions/model.ts'
import { findSessionAgain } from '../../sessions/sessions.ts'
import { actorOf } from '../dashboard/dashboard.ts'

/** All tabs of a browser share one; without that, no browser opens more at once. */
const perSessionMax = 6
const listenersMax = 2000
const headlinesPerRead = 100

/**
 * That something happened, and where, for as long as the session lasts and of what this person may see
 * at that moment. The session's oldest ends where it has as many as it may; throws `unavailable` where
 * the server has.
 */
export function openLive(app: App, session: Session, after: number): Readable {
  const all = listenersOf(app)
  makeRoom(all, session.id)
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
  enter(all, session.id, stream)
  return stream
}

/** Who listens, by session, on each server: the longest first. */
const listeners = new WeakMap<App['signals'], Map<number, Set<Readable>>>()

function listenersOf({ signals }: Pick<App, 'signals'>): Map<number, Set<Readable>> {
  const known = listeners.get(signals) ?? new Map<number, Set<Readable>>()
  listeners.set(signals, known)
  return known
}

/**
 * A page that was just opened comes before one that was opened long ago: that may be gone, and the
 * server not have heard of it yet.
 */
function makeRoom(all: ReadonlyMap<number, ReadonlySet<Readable>>, sessionId: number): void {
  const own = all.get(sessionId)
  if (own && own.size >= perSessionMax) own.values().next().value?.destroy()
  const count = [...all.values()].reduce((sum, { size }) => sum + size, 0)
  if (count >= listenersMax) {
    throw new Problem('unavailable', 'Too many pages listen already; close some of them')
  }
}

function enter(all: Map<number, Set<Readable>>, sessionId: number, stream: Readable): void {
  const own = all.get(sessionId) ?? new Set()
  all.set(sessionId, own.add(stream))
  stream.once('close', () => {
    own.delete(stream)
    if (own.size === 0 && all.get(sessionId) === own) all.delete(sessionId)
  })
}
