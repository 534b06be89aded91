import { expect, it } from 'vitest'
import { decideFineGrained, type FineGrainedFacts } from './decide-fine-grained.ts'

const own: FineGrainedFacts = {
  user: { login: 'octo', isPerson: true },
  owner: { login: 'octo', isUser: true, isJoined: false },
  ofOrganizations: [],
  ofRepositories: ['deployments'],
  stray: undefined,
  isForSome: true,
  isForAll: false,
  lifetimeMs: null,
}
const dayMs = 86_400_000
const acme = { login: 'acme', isUser: false, isJoined: true }
const ofAcme = { ...own, owner: acme, ofOrganizations: ['members'], lifetimeMs: 90 * dayMs }

it('is for what the user has, or an organization that the user is in', () => {
  expect(decideFineGrained(own)).toBeUndefined()
  expect(decideFineGrained(ofAcme)).toBeUndefined()
  const stranger = { ...ofAcme, owner: { ...acme, isJoined: false } }
  expect(decideFineGrained(stranger)).toContain('octo is not in acme')
  expect(decideFineGrained({ ...own, stray: 'mona/x' })).toContain('mona/x does not belong to octo')
})

it("is a person's", () => {
  const organization = { ...own, user: { login: 'acme', isPerson: false } }
  expect(decideFineGrained(organization)).toContain('acme is no user')
})

it('says where its permissions are to count', () => {
  const nowhere = { ...own, isForSome: false }
  expect(decideFineGrained(nowhere)).toContain('deployments is about repositories')
  expect(decideFineGrained({ ...nowhere, isForAll: true })).toBeUndefined()
  expect(decideFineGrained({ ...nowhere, ofRepositories: [] })).toBeUndefined()
  expect(decideFineGrained({ ...own, isForAll: true })).toContain('not both')
  const members = { ...own, ofOrganizations: ['members'] }
  expect(decideFineGrained(members)).toContain('members is about an organization')
})

it('ends within 366 days where it is for an organization', () => {
  expect(decideFineGrained({ ...ofAcme, lifetimeMs: 366 * dayMs })).toBeUndefined()
  expect(decideFineGrained({ ...ofAcme, lifetimeMs: 367 * dayMs })).toContain('366 days at most')
  expect(decideFineGrained({ ...ofAcme, lifetimeMs: null })).toContain('366 days at most')
})
