import type { WebRoute } from '../pages/web/route.ts'
import { answerConsent, authorize } from './authorize.ts'
import { giveDeviceCode, tradeForToken } from './token-endpoint.ts'

export const oauthPages: readonly WebRoute[] = [
  { method: 'GET', path: '/login/oauth/authorize', for: 'user', handler: authorize },
  { method: 'POST', path: '/login/oauth/authorize', for: 'user', handler: answerConsent },
  { method: 'POST', path: '/login/oauth/access_token', for: 'program', handler: tradeForToken },
  { method: 'POST', path: '/login/device/code', for: 'program', handler: giveDeviceCode },
]
