import { describe, expect, it } from 'vitest'
import { isProduction, mayDelete } from './decide-create.ts'

describe('production_environment', () => {
  it('is true for the environment named exactly production, unless the caller says otherwise', () => {
    expect(isProduction('production', undefined)).toBe(true)
    expect(isProduction('Production', undefined)).toBe(false)
    expect(isProduction('production', false)).toBe(false)
    expect(isProduction('qa', true)).toBe(true)
  })
})

describe('deleting', () => {
  it('is refused only for an active deployment among others of its environment', () => {
    expect(mayDelete({ isActive: true, isOnlyOneInEnvironment: false })).toBe(false)
    expect(mayDelete({ isActive: true, isOnlyOneInEnvironment: true })).toBe(true)
    expect(mayDelete({ isActive: false, isOnlyOneInEnvironment: false })).toBe(true)
  })
})
