import { expect, it } from 'vitest'
import { decideOrganizationAccess } from './decide-access.ts'
import { organizationAccess } from './model.ts'

const read = organizationAccess['organization:read']
const admin = organizationAccess['organization:admin']
const every = new Set(['admin:org', 'write:org', 'read:org'])

it('hides what is inside from whoever is no member, whatever their token may', () => {
  expect(decideOrganizationAccess(read, { role: undefined, scopes: every })).toEqual({
    kind: 'hide',
  })
})

it('asks members for the scope, and names it', () => {
  expect(decideOrganizationAccess(read, { role: 'admin', scopes: new Set() })).toEqual({
    kind: 'forbid',
    message: 'This token needs the scope read:org.',
  })
})

it('keeps administration for owners', () => {
  expect(decideOrganizationAccess(admin, { role: 'member', scopes: every }).kind).toBe('forbid')
  expect(decideOrganizationAccess(admin, { role: 'admin', scopes: every }).kind).toBe('allow')
  expect(decideOrganizationAccess(read, { role: 'member', scopes: every }).kind).toBe('allow')
})
