import type { WebRoute } from '../web/route.ts'
import { createOrganization, listOrganizations } from './organizations.ts'
import { changeUser, createUser, listUsers } from './users.ts'

export const adminPages: readonly WebRoute[] = [
  { method: 'GET', path: '/admin/users', for: 'user', handler: listUsers },
  { method: 'POST', path: '/admin/users', for: 'user', handler: createUser },
  { method: 'POST', path: '/admin/users/:username/:change', for: 'user', handler: changeUser },
  { method: 'GET', path: '/admin/organizations', for: 'user', handler: listOrganizations },
  { method: 'POST', path: '/admin/organizations', for: 'user', handler: createOrganization },
]
