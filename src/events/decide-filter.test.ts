import { describe, expect, it } from 'vitest'
import { isHeard } from './decide-filter.ts'

const all = { environments: [], states: [], tasks: [], production_only: false }
const facts = (changes = {}) => ({
  environment: 'production/eu',
  task: 'deploy',
  isProduction: true,
  state: 'success',
  ...changes,
})

describe('a filter', () => {
  it('that says nothing lets everything in', () => {
    expect(isHeard(all, facts())).toBe(true)
  })

  it('names environments and tasks by patterns', () => {
    const production = { ...all, environments: ['staging', 'production/*'] }
    expect(isHeard(production, facts())).toBe(true)
    expect(isHeard(production, facts({ environment: 'production' }))).toBe(false)
    expect(isHeard({ ...all, environments: ['prod**'] }, facts())).toBe(true)
    expect(isHeard({ ...all, tasks: ['deploy:*'] }, facts())).toBe(false)
    expect(isHeard({ ...all, tasks: ['deploy*'] }, facts({ task: 'deploy:docs' }))).toBe(true)
  })

  it('of states concerns statuses, and not the deployment that has none yet', () => {
    const ends = { ...all, states: ['failure', 'error'] }
    expect(isHeard(ends, facts())).toBe(false)
    expect(isHeard(ends, facts({ state: 'error' }))).toBe(true)
    expect(isHeard(ends, facts({ state: undefined }))).toBe(true)
  })

  it('can leave only production', () => {
    const production = { ...all, production_only: true }
    expect(isHeard(production, facts())).toBe(true)
    expect(isHeard(production, facts({ isProduction: false }))).toBe(false)
  })

  it('does not concern what is about no deployment', () => {
    expect(isHeard({ ...all, environments: ['x'], production_only: true }, undefined)).toBe(true)
  })
})
