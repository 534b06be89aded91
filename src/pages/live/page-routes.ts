import { findEnd } from '../../feed/feed.ts'
import { idInCursor, streamHeaders } from '../../feed/payload.ts'
import { Problem } from '../../lib/problem.ts'
import type { Visit, WebAnswer, WebRoute } from '../web/route.ts'
import { openLive } from './live.ts'

/** Not `for: 'user'`: a browser would follow a redirect to the sign-in page, and take that for the stream. */
export const livePages: readonly WebRoute[] = [
  { method: 'GET', path: '/live', for: 'anyone', handler: listen },
]

async function listen({ app, session, query, lastEventId }: Visit): Promise<WebAnswer> {
  if (!session) throw new Problem('unauthenticated', 'Sign in first')
  const cursor = lastEventId ?? query['after']
  const after = cursor === undefined ? await findEnd(app) : idInCursor(cursor)
  return { kind: 'stream', stream: openLive(app, session, after), headers: streamHeaders }
}
