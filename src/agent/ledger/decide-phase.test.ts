import { describe, expect, it } from 'vitest'
import { isRunning, mayFollow } from './decide-phase.ts'
import type { Phase } from './model.ts'

const phases: readonly Phase[] = [
  'received',
  'settled',
  'accepted',
  'queued',
  'preparing',
  'publishing',
  'verifying',
  'rolling_back',
  'finishing',
  'ended',
]

describe('the state machine', () => {
  it('leaves no way out of an end', () => {
    const after = phases.filter((to) => mayFollow('ended', to) || mayFollow('settled', to))
    expect(after).toEqual([])
  })

  it('can end whatever was accepted', () => {
    const stuck = phases.filter(
      (from) => !['received', 'settled', 'ended'].includes(from) && !mayFollow(from, 'ended'),
    )
    expect(stuck).toEqual([])
  })

  it('never prepares again after something was published', () => {
    const back = phases.filter((from) => mayFollow(from, 'preparing'))
    expect(back).toEqual(['queued', 'preparing'])
  })

  it('never publishes again after going back', () => {
    expect(mayFollow('rolling_back', 'publishing')).toBe(false)
  })

  it('knows when hosts may have been touched', () => {
    expect(phases.filter(isRunning)).toEqual([
      'preparing',
      'publishing',
      'verifying',
      'rolling_back',
      'finishing',
    ])
  })
})
