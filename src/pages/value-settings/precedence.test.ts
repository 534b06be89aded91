import { describe, expect, it } from 'vitest'
import { type Names, standingOf } from './precedence.ts'

const names = (given: Partial<Record<keyof Names, readonly string[]>>): Names => ({
  environments: new Map(given.environments?.map((name) => [name, ['production']])),
  repository: new Set(given.repository),
  organization: new Set(given.organization),
})

const alone = { insteadOf: undefined, notIn: [], isHidden: false }

describe('of several secrets of one name', () => {
  it('the environment’s is used there, and the repository’s elsewhere', () => {
    const both = names({ environments: ['KEY'], repository: ['KEY'], organization: ['KEY'] })
    expect(standingOf('environment', 'KEY', both)).toEqual({ ...alone, insteadOf: 'repository' })
    expect(standingOf('repository', 'KEY', both)).toEqual({
      ...{ insteadOf: 'organization', notIn: ['production'], isHidden: false },
    })
  })

  it('the organisation’s is never used where the repository has one', () => {
    const both = names({ environments: ['KEY'], repository: ['KEY'], organization: ['KEY'] })
    expect(standingOf('organization', 'KEY', both)).toEqual({ ...alone, isHidden: true })
  })

  it('the organisation’s is used but where an environment has one', () => {
    const both = names({ environments: ['KEY'], organization: ['KEY'] })
    expect(standingOf('organization', 'KEY', both)).toEqual({ ...alone, notIn: ['production'] })
    expect(standingOf('environment', 'KEY', both)).toEqual({ ...alone, insteadOf: 'organization' })
  })

  it('nothing is said where there is one alone', () => {
    const other = names({ environments: ['A'], repository: ['B'], organization: ['C'] })
    expect(standingOf('environment', 'A', other)).toEqual(alone)
    expect(standingOf('repository', 'B', other)).toEqual(alone)
    expect(standingOf('organization', 'C', other)).toEqual(alone)
  })
})
