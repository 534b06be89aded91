import { describe, expect, it } from 'vitest'
import { type Candidate, environmentOf, isAnnounced, supersededBy } from './decide-status.ts'

describe('the environment of a status', () => {
  it('is the one asked for', () => {
    expect(environmentOf('qa', { environment: 'staging' })).toBe('qa')
  })

  it('is otherwise the one the deployment is in by now', () => {
    expect(environmentOf(undefined, { environment: 'staging' })).toBe('staging')
    expect(environmentOf('', { environment: 'staging' })).toBe('staging')
  })
})

const older: Candidate = {
  id: 1,
  repository_id: 1,
  environment_key: 'staging',
  transient_environment: 0,
  production_environment: 0,
  target: '',
  state: 'success',
}
const deployment: Candidate = { ...older, id: 2, state: 'in_progress' }
const success = { state: 'success', autoInactive: true } as const

const supersedes = (other: Candidate) => supersededBy(success, deployment, [other]).length === 1

describe('auto_inactive', () => {
  it('makes an older successful deployment of the environment inactive', () => {
    expect(supersededBy(success, deployment, [older])).toEqual([older])
  })

  it('spares another repository', () => {
    expect(supersedes({ ...older, repository_id: 9 })).toBe(false)
  })

  it('spares another environment', () => {
    expect(supersedes({ ...older, environment_key: 'qa' })).toBe(false)
  })

  it('spares another target, and the environment as a whole', () => {
    expect(supersedes({ ...older, target: 'eu' })).toBe(false)
    const west = { ...deployment, target: 'us-west' }
    expect(supersededBy(success, west, [older])).toEqual([])
    const before = { ...older, target: 'us-west' }
    expect(supersededBy(success, west, [before])).toEqual([before])
  })

  it('spares what is not prior: newer deployments, and the deployment itself', () => {
    expect(supersedes({ ...older, id: 3 })).toBe(false)
    expect(supersedes({ ...deployment, state: 'success' })).toBe(false)
  })

  it('spares transient deployments', () => {
    expect(supersedes({ ...older, transient_environment: 1 })).toBe(false)
  })

  it('spares production deployments', () => {
    expect(supersedes({ ...older, production_environment: 1 })).toBe(false)
  })

  it('spares deployments that are not successful', () => {
    for (const state of ['pending', 'failure', 'error', 'inactive', 'queued', null] as const) {
      expect(supersedes({ ...older, state })).toBe(false)
    }
  })

  it('happens on success alone, and not when the caller says no', () => {
    for (const state of ['pending', 'in_progress', 'failure', 'error', 'inactive'] as const) {
      expect(supersededBy({ state, autoInactive: true }, deployment, [older])).toEqual([])
    }
    const asked = { state: 'success', autoInactive: false } as const
    expect(supersededBy(asked, deployment, [older])).toEqual([])
  })

  it('does not mind what the successful deployment itself is', () => {
    const production = { ...deployment, production_environment: 1 } as const
    expect(supersededBy(success, production, [older])).toEqual([older])
  })
})

it('announces every state but inactive', () => {
  expect(isAnnounced('success')).toBe(true)
  expect(isAnnounced('waiting')).toBe(true)
  expect(isAnnounced('inactive')).toBe(false)
})
