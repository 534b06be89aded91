import type { WebRoute } from '../web/route.ts'
import { answerReviews } from './answer.ts'
import { showInbox } from './inbox.ts'

export const inboxPages: readonly WebRoute[] = [
  { method: 'GET', path: '/reviews', for: 'user', handler: showInbox },
  { method: 'POST', path: '/reviews', for: 'user', handler: answerReviews },
]
