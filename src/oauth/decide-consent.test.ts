import { describe, expect, it } from 'vitest'
import { type ConsentFacts, needsConsent } from './decide-consent.ts'

const facts = (more: Partial<ConsentFacts> = {}): ConsentFacts => ({
  granted: new Set(['repo', 'repo_deployment']),
  asked: ['repo_deployment'],
  isPublic: false,
  prompt: undefined,
  isForAnother: false,
  codesWithinHour: 0,
  ...more,
})

describe('a person is asked', () => {
  it('not again for what was granted before, or is contained in it', () => {
    expect(needsConsent(facts())).toBe(false)
    expect(needsConsent(facts({ asked: undefined }))).toBe(false)
  })

  it('the first time, and for more than before', () => {
    expect(needsConsent(facts({ granted: undefined, asked: [] }))).toBe(true)
    expect(needsConsent(facts({ asked: ['repo_deployment', 'user'] }))).toBe(true)
  })

  it('where the client wants it, or means somebody else', () => {
    expect(needsConsent(facts({ prompt: 'select_account' }))).toBe(true)
    expect(needsConsent(facts({ isForAnother: true }))).toBe(true)
  })

  it('always for a program that anybody can pretend to be', () => {
    expect(needsConsent(facts({ isPublic: true }))).toBe(true)
  })

  it('when a client asks for the eleventh time within an hour', () => {
    expect(needsConsent(facts({ codesWithinHour: 9 }))).toBe(false)
    expect(needsConsent(facts({ codesWithinHour: 10 }))).toBe(true)
  })
})
