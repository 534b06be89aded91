import { callbackPath } from '../../identities/flows.ts'
import type { WebRoute } from '../web/route.ts'
import { link, unlink } from './identity-pages.ts'
import { linkPath, unlinkPath } from './identity-section.ts'
import { changePassword, showPassword } from './password-pages.ts'
import { comeBack, setOut } from './provider-pages.ts'
import {
  leave,
  listSessions,
  revokeOtherSessions,
  revokeSession,
  showLeave,
} from './session-pages.ts'
import { showSignIn, signIn } from './sign-in-pages.ts'

export const signInPages: readonly WebRoute[] = [
  { method: 'GET', path: '/login', for: 'anyone', handler: showSignIn },
  { method: 'POST', path: '/session', for: 'anyone', handler: signIn },
  { method: 'POST', path: '/login/openid', for: 'anyone', handler: setOut },
  { method: 'GET', path: callbackPath, for: 'anyone', handler: comeBack },
  { method: 'GET', path: '/logout', for: 'user', handler: showLeave },
  { method: 'POST', path: '/logout', for: 'user', handler: leave },
  { method: 'GET', path: '/settings/sessions', for: 'user', handler: listSessions },
  { method: 'POST', path: '/settings/sessions', for: 'user', handler: revokeSession },
  {
    method: 'POST',
    path: '/settings/sessions/others',
    for: 'user',
    handler: revokeOtherSessions,
  },
  { method: 'GET', path: '/settings/password', for: 'user', handler: showPassword },
  { method: 'POST', path: '/settings/password', for: 'user', handler: changePassword },
  { method: 'POST', path: linkPath, for: 'user', handler: link },
  { method: 'POST', path: unlinkPath, for: 'user', handler: unlink },
]
