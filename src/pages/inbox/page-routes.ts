import type { WebRoute } from '../web/route.ts'
import { answerReviews } from './answer.ts'
import { countReviews, showInbox } from './inbox.ts'

export const inboxPages: readonly WebRoute[] = [
  { method: 'GET', path: '/reviews', for: 'user', handler: showInbox },
  { method: 'GET', path: '/reviews/count', for: 'user', handler: countReviews },
  { method: 'POST', path: '/reviews', for: 'user', handler: answerReviews },
]
