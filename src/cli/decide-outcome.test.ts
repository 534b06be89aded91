import { describe, expect, it } from 'vitest'
import { decideMissing, decideStanding, pollWaitMs } from './decide-outcome.ts'

describe('where a deployment stands', () => {
  it.each([
    ['running', []],
    ['running', ['queued']],
    ['running', ['in_progress', 'queued']],
    ['running', ['waiting']],
    ['succeeded', ['success', 'in_progress']],
    ['failed', ['failure', 'in_progress']],
    ['failed', ['error']],
    ['running', ['in_progress', 'failure']],
  ] as const)('is %s after %j, newest first', (standing, states) => {
    expect(decideStanding(states)).toBe(standing)
  })

  it('is success when a later deployment has taken the place of one that succeeded', () => {
    expect(decideStanding(['inactive', 'success', 'queued'])).toBe('succeeded')
  })

  it('is replaced when it became inactive before it was ever deployed', () => {
    expect(decideStanding(['inactive', 'queued'])).toBe('replaced')
  })
})

describe('looking again', () => {
  it('is frequent at first and settles at 5 seconds', () => {
    expect([0, 1, 4, 9, 1000].map(pollWaitMs)).toEqual([500, 650, 1428, 5000, 5000])
  })
})

describe('the contexts in the way', () => {
  const reported = [
    { context: 'ci/test', state: 'failure' },
    { context: 'ci/lint', state: 'success' },
    { context: 'ci/build', state: 'pending' },
  ]

  it('are those that did not succeed', () => {
    expect(decideMissing(undefined, reported)).toEqual([
      { context: 'ci/test', state: 'failure' },
      { context: 'ci/build', state: 'pending' },
    ])
  })

  it('are those as well that were required and never reported, which the server does not list', () => {
    const required = ['ci/lint', 'security']
    expect(decideMissing(required, [{ context: 'ci/lint', state: 'success' }])).toEqual([
      { context: 'security', state: 'never reported' },
    ])
  })

  it('are named once, however many runs there were', () => {
    const twice = [
      { context: 'ci', state: 'pending' },
      { context: 'ci', state: 'failure' },
    ]
    expect(decideMissing(['ci'], twice)).toEqual([{ context: 'ci', state: 'failure' }])
  })
})
