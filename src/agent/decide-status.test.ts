import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { shortened, statusesOf, statusOf } from './decide-status.ts'

describe('the statuses of an ending', () => {
  const statesOf = (kind: Parameters<typeof statusesOf>[0]['kind']) =>
    statusesOf({ kind, description: 'why' }, 'http://log').map(({ state }) => state)

  it.each([
    ['succeeded', ['success']],
    ['failed', ['failure']],
    ['errored', ['error']],
    ['cancelled', ['error']],
    ['superseded', ['inactive']],
    ['withdrawn', []],
  ] as const)('%s is %j', (kind, states) => expect(statesOf(kind)).toEqual(states))

  it('give success its environment_url', () => {
    const ending = { kind: 'succeeded', description: 'v1', environment_url: 'http://app' } as const
    expect(statusesOf(ending, 'http://log')).toEqual([
      { state: 'success', description: 'v1', log_url: 'http://log', environment_url: 'http://app' },
    ])
  })

  it('never let a lock look like a release', () => {
    const [success, inactive] = statusesOf({ kind: 'applied', description: 'Locked' }, 'http://log')
    expect(success).toMatchObject({ state: 'success', auto_inactive: false })
    expect(inactive?.state).toBe('inactive')
  })
})

describe('a description', () => {
  it('is one line', () => {
    expect(statusOf('queued', ' two\n lines\t', '').description).toBe('two lines')
  })

  it('is cut with a sign that it was', () => {
    expect(shortened('x'.repeat(140))).toBe('x'.repeat(140))
    expect(shortened('x'.repeat(141))).toBe(`${'x'.repeat(139)}…`)
  })

  it('has at most 140 characters and is whole text, whatever it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), fc.nat(3), (text, shift) => {
        const cut = shortened('😀'.repeat(shift * 30) + text)
        expect(cut.length).toBeLessThanOrEqual(140)
        expect(Buffer.from(cut).toString()).toBe(cut)
      }),
    )
  })
})
