import { describe, expect, it } from 'vitest'
import {
  decideArrival,
  decideStart,
  type Lane,
  type StartFacts,
  type Waiting,
} from './decide-queue.ts'

const waiting = (id: number, facts: Partial<Waiting> = {}): Waiting => ({
  id,
  isRollback: false,
  since: 0,
  waitMsMax: 60_000,
  ...facts,
})
const rollback = (id: number) => waiting(id, { isRollback: true })
const lane = (facts: Partial<Lane> = {}): Lane => ({
  runningId: null,
  waiting: [],
  publishedId: 0,
  ...facts,
})

describe('a deployment that arrives', () => {
  it('is next when nothing goes on', () => {
    expect(decideArrival(lane(), waiting(41), 'reject')).toEqual({
      kind: 'enqueued',
      at: 0,
      replaced: [],
    })
  })

  it('is superseded when a newer one was published, however busy it is', () => {
    const arrival = decideArrival(lane({ publishedId: 43 }), waiting(41), 'queue')
    expect(arrival).toEqual({ kind: 'superseded', by: 43 })
  })

  describe('while one runs', () => {
    const busy = lane({ runningId: 41 })

    it('waits behind it', () => {
      expect(decideArrival(busy, waiting(42), 'replace_pending')).toMatchObject({
        kind: 'enqueued',
        at: 0,
      })
    })

    it('is rejected when the recipe says so', () => {
      expect(decideArrival(busy, waiting(42), 'reject')).toEqual({ kind: 'rejected', busyWith: 41 })
    })

    it('replaces those that wait', () => {
      const arrival = decideArrival(
        lane({ runningId: 41, waiting: [waiting(42)] }),
        waiting(43),
        'replace_pending',
      )
      expect(arrival).toEqual({ kind: 'enqueued', at: 0, replaced: [42] })
    })

    it('is superseded by a newer one that waits', () => {
      const arrival = decideArrival(
        lane({ runningId: 41, waiting: [waiting(43)] }),
        waiting(42),
        'replace_pending',
      )
      expect(arrival).toEqual({ kind: 'superseded', by: 43 })
    })

    it('stands in line by its id when everyone is to run', () => {
      const line = lane({ runningId: 41, waiting: [rollback(50), waiting(42), waiting(44)] })
      expect(decideArrival(line, waiting(43), 'queue')).toMatchObject({ at: 2, replaced: [] })
      expect(decideArrival(line, waiting(45), 'queue')).toMatchObject({ at: 3, replaced: [] })
    })
  })

  it('passes everyone when it is a rollback, and replaces nobody', () => {
    const line = lane({ runningId: 41, waiting: [rollback(42), waiting(43)], publishedId: 99 })
    expect(decideArrival(line, rollback(44), 'reject')).toEqual({
      kind: 'enqueued',
      at: 1,
      replaced: [],
    })
  })

  it('never replaces a rollback', () => {
    const line = lane({ runningId: 41, waiting: [rollback(42), waiting(43)] })
    expect(decideArrival(line, waiting(44), 'replace_pending')).toEqual({
      kind: 'enqueued',
      at: 1,
      replaced: [43],
    })
  })
})

describe('the first in line', () => {
  const facts = (given: Partial<StartFacts> = {}): StartFacts => ({
    now: 1000,
    lane: lane(),
    locked: 'no',
    hasRoom: true,
    ...given,
  })

  it('starts', () => {
    expect(decideStart(waiting(41), facts())).toEqual({ kind: 'start' })
  })

  it.each([
    ['another runs', { lane: lane({ runningId: 40 }) }],
    ['the agent is full', { hasRoom: false }],
    ['the environment is locked and the rule lets it wait', { locked: 'queue' as const }],
  ])('waits when %s', (_, given) => {
    expect(decideStart(waiting(41), facts(given))).toEqual({ kind: 'wait' })
  })

  it('ends when the environment was locked meanwhile', () => {
    expect(decideStart(waiting(41), facts({ locked: 'reject' }))).toEqual({ kind: 'locked' })
  })

  it('ends when it waited too long', () => {
    expect(decideStart(waiting(41), facts({ now: 60_000 }))).toEqual({ kind: 'expired' })
  })

  it('ends when a newer one was published meanwhile, unless it is a rollback', () => {
    const later = facts({ lane: lane({ publishedId: 43 }) })
    expect(decideStart(waiting(41), later)).toEqual({ kind: 'superseded', by: 43 })
    expect(decideStart(rollback(41), later)).toEqual({ kind: 'start' })
  })
})
