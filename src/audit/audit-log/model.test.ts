import { describe, expect, it } from 'vitest'
import { cursorIn, cursorOf, parsePhrase } from './model.ts'

describe('a phrase', () => {
  it('is words with values, in quotes where there is a space', () => {
    expect(parsePhrase('action:lock.set  actor:octocat environment:"eu west" is:refused')).toEqual({
      action: 'lock.set',
      actor: 'octocat',
      environment: 'eu west',
      is: 'refused',
    })
    expect(parsePhrase('since:2026-01-31')).toEqual({ since: '2026-01-31T00:00:00.000Z' })
    expect(parsePhrase('')).toEqual({})
  })

  it('is refused for another word, rather than show more than was asked for', () => {
    for (const phrase of ['octocat', 'user:octocat', 'action:', 'since:soon', 'is:done']) {
      expect(() => parsePhrase(phrase)).toThrow(phrase.split(':')[1] || phrase)
    }
    expect(() => parsePhrase(`actor:${'x'.repeat(1000)}`)).toThrow('too long')
  })
})

it('a page goes on where the one before ended', () => {
  expect(cursorIn({ after: cursorOf(42) })).toBe(42)
  expect(() => cursorIn({ after: '42' })).toThrow('"42"')
})
