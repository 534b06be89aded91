import { expect, it } from 'vitest'
import { decideOrganizationAccess } from './decide-access.ts'
import { organizationAccess } from './model.ts'

const read = organizationAccess['organization:read']
const admin = organizationAccess['organization:admin']
const hooks = organizationAccess['organization-hooks:read']
const lack = 'This token needs the scope read:org.'
const enough = { lack: undefined }

it('hides what is inside from whoever is no member, whatever their token may', () => {
  expect(decideOrganizationAccess(read, { role: undefined, ...enough })).toEqual({ kind: 'hide' })
})

it('tells members what their token is short of', () => {
  expect(decideOrganizationAccess(read, { role: 'admin', lack })).toEqual({
    kind: 'forbid',
    message: lack,
  })
})

it('keeps administration for owners', () => {
  expect(decideOrganizationAccess(admin, { role: 'member', ...enough }).kind).toBe('forbid')
  expect(decideOrganizationAccess(admin, { role: 'admin', ...enough }).kind).toBe('allow')
  expect(decideOrganizationAccess(read, { role: 'member', ...enough }).kind).toBe('allow')
})

it('hides hooks from whoever may not manage them', () => {
  expect(decideOrganizationAccess(hooks, { role: 'admin', lack }).kind).toBe('hide')
  expect(decideOrganizationAccess(hooks, { role: 'member', ...enough }).kind).toBe('hide')
  expect(decideOrganizationAccess(hooks, { role: 'admin', ...enough }).kind).toBe('allow')
})
