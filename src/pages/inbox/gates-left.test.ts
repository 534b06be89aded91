import { expect, it } from 'vitest'
import { gatesLeft } from './gates-left.ts'

const now = new Date('2026-01-31T12:00:00.000Z')

it('names what was waited for, without timers that are over', () => {
  const said =
    'Waits for a review by mona or acme/ops; Waits until 2026-01-31T11:59:59.000Z; Waits until 2026-01-31T12:30:00.000Z'
  expect(gatesLeft({ said, lock: null }, now)).toEqual([
    { reason: 'Waits for a review by mona or acme/ops', until: null },
    { reason: 'Wait timer', until: '2026-01-31T12:30:00.000Z' },
  ])
})

it('tells of the lock that is there now, not of one from before', () => {
  const said = 'Locked by hubot: Backup'
  expect(gatesLeft({ said, lock: null }, now)).toEqual([])
  const lock = { by: 'octocat', reason: 'Incident', until: null }
  expect(gatesLeft({ said, lock }, now)).toEqual([
    { reason: 'Locked by octocat: Incident', until: null },
  ])
  expect(gatesLeft({ said: '', lock: { ...lock, until: now.toISOString() } }, now)).toEqual([])
})
