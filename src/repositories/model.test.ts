import { expect, it } from 'vitest'
import { permissionOf, type TeamPermission, teamPermissions, teamRankOf } from './model.ts'

const none = { isOwner: false, role: null, permission: null, team_rank: null } as const

it('gives owners and administrators of the owning organisation everything', () => {
  expect(permissionOf({ ...none, isOwner: true })).toBe('admin')
  expect(permissionOf({ ...none, role: 'admin', permission: 'pull' })).toBe('admin')
})

it('lets members read, and collaborators do what they were given', () => {
  expect(permissionOf({ ...none, role: 'member' })).toBe('pull')
  expect(permissionOf({ ...none, role: 'member', permission: 'push' })).toBe('push')
  expect(permissionOf({ ...none, permission: 'pull' })).toBe('pull')
})

it('lets the highest of what teams and others give win', () => {
  const given = (permission: TeamPermission) =>
    permissionOf({ ...none, role: 'member', team_rank: teamRankOf(permission) })
  expect(teamPermissions.map(given)).toEqual(['pull', 'pull', 'push', 'push', 'admin'])
  expect(permissionOf({ ...none, permission: 'push', team_rank: 1 })).toBe('push')
})

it('gives strangers nothing', () => {
  expect(permissionOf(none)).toBeUndefined()
})
