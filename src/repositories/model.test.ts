import { expect, it } from 'vitest'
import { permissionOf } from './model.ts'

const none = { isOwner: false, role: null, permission: null } as const

it('gives owners and administrators of the owning organisation everything', () => {
  expect(permissionOf({ ...none, isOwner: true })).toBe('admin')
  expect(permissionOf({ ...none, role: 'admin', permission: 'pull' })).toBe('admin')
})

it('lets members read, and collaborators do what they were given', () => {
  expect(permissionOf({ ...none, role: 'member' })).toBe('pull')
  expect(permissionOf({ ...none, role: 'member', permission: 'push' })).toBe('push')
  expect(permissionOf({ ...none, permission: 'pull' })).toBe('pull')
})

it('gives strangers nothing', () => {
  expect(permissionOf(none)).toBeUndefined()
})
