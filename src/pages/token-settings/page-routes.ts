import type { WebRoute } from '../web/route.ts'
import { createClassicToken, showClassicForm } from './classic-token.ts'
import { createFineGrained, showFineGrainedForm } from './fine-grained-token.ts'
import { listTokens, revoke } from './token-list.ts'

const classic = '/settings/tokens'
const fineGrained = '/settings/personal-access-tokens'

export const tokenPages: readonly WebRoute[] = [
  { method: 'GET', path: classic, for: 'user', handler: listTokens },
  { method: 'GET', path: `${classic}/new`, for: 'user', handler: showClassicForm },
  { method: 'POST', path: classic, for: 'user', handler: createClassicToken },
  { method: 'POST', path: `${classic}/:id/revoke`, for: 'user', handler: revoke },
  { method: 'GET', path: fineGrained, for: 'user', handler: toList },
  { method: 'GET', path: `${fineGrained}/new`, for: 'user', handler: showFineGrainedForm },
  { method: 'POST', path: fineGrained, for: 'user', handler: createFineGrained },
]

/** GitHub lists them apart; here they stand in one list. */
async function toList() {
  return { kind: 'redirect', to: classic } as const
}
