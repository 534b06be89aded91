import { describe, expect, it } from 'vitest'
import { decideProgress, type Progress, sumUp } from './decide-check.ts'

const queued = { status: 'queued', conclusion: null } as const
const ended = (conclusion: string): Progress => ({ status: 'completed', conclusion })

describe('decideProgress', () => {
  it('completes a run by its conclusion, whatever status comes with it', () => {
    expect(decideProgress(queued, { conclusion: 'success', status: 'queued' })).toEqual(
      ended('success'),
    )
  })

  it('opens a completed run again by another status', () => {
    const told = { status: 'in_progress' } as const
    expect(decideProgress(ended('failure'), told)).toEqual({ ...told, conclusion: null })
  })

  it('takes no run for complete of which nobody said how it ended', () => {
    expect(decideProgress(queued, { status: 'completed' })).toBeUndefined()
    expect(decideProgress(queued, { completed_at: '2026-01-01T00:00:00Z' })).toBeUndefined()
    expect(decideProgress(ended('success'), { status: 'completed' })).toEqual(ended('success'))
  })

  it('leaves a run as it was when nothing is said of it', () => {
    expect(decideProgress(queued, {})).toBe(queued)
  })
})

describe('sumUp', () => {
  it('is complete when all runs are, and as good as the worst', () => {
    expect(sumUp([ended('success'), ended('skipped')])).toEqual(ended('success'))
    expect(sumUp([ended('success'), ended('failure'), ended('neutral')])).toEqual(ended('failure'))
    expect(sumUp([ended('neutral'), ended('skipped')])).toEqual(ended('neutral'))
  })

  it('is in progress while one run is, and queued before that', () => {
    expect(sumUp([ended('failure'), queued]).status).toBe('in_progress')
    expect(sumUp([queued, queued])).toEqual(queued)
    expect(sumUp([])).toEqual(queued)
  })
})
