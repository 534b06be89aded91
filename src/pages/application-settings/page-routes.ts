import type { WebRoute } from '../web/route.ts'
import { listAuthorized, revoke } from './authorized.ts'
import { change, remove, replaceSecret, showOne } from './oauth-app.ts'
import { list, register, showNew } from './oauth-apps.ts'

const authorized = '/settings/applications'
const own = '/settings/developers'

export const applicationPages: readonly WebRoute[] = [
  { method: 'GET', path: authorized, for: 'user', handler: listAuthorized },
  // Where the root of the API, and programs, send people to see what they let them do.
  {
    method: 'GET',
    path: '/settings/connections/applications/:client_id',
    for: 'user',
    handler: lead,
  },
  { method: 'POST', path: `${authorized}/:client_id/revoke`, for: 'user', handler: revoke },
  ...[own, '/organizations/:org/settings/applications'].flatMap((base): WebRoute[] => [
    { method: 'GET', path: base, for: 'user', handler: list },
    { method: 'GET', path: `${base}/new`, for: 'user', handler: showNew },
    { method: 'POST', path: base, for: 'user', handler: register },
    { method: 'GET', path: `${base}/:client_id`, for: 'user', handler: showOne },
    { method: 'POST', path: `${base}/:client_id`, for: 'user', handler: change },
    { method: 'POST', path: `${base}/:client_id/secret`, for: 'user', handler: replaceSecret },
    { method: 'POST', path: `${base}/:client_id/delete`, for: 'user', handler: remove },
  ]),
]

async function lead() {
  return { kind: 'redirect', to: authorized } as const
}
