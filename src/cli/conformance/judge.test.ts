import { describe, expect, it } from 'vitest'
import { differences, isUnavailable, memberOf } from './judge.ts'

const of = (wanted: unknown, found: unknown) => differences(wanted, found, 'the body')

describe('what is expected of a body', () => {
  it('may be a part of it', () => {
    expect(of({ a: 1 }, { a: 1, b: 2 })).toEqual([])
    expect(of([{ id: 2 }], [{ id: 2 }, { id: 1 }])).toEqual([])
  })

  it('is missed by the name of the member', () => {
    expect(of({ a: { b: 1 } }, { a: { b: 2 } })).toEqual(['a.b is 2, not 1'])
    expect(of({ a: { b: 1 } }, undefined)).toEqual(['a.b is missing, not 1'])
    expect(of([{ id: 2 }], [{ id: 1 }])).toEqual(['0.id is 1, not 2'])
  })

  it('tells null from nothing', () => {
    expect(of({ a: null }, { a: null })).toEqual([])
    expect(of({ a: null }, {})).toEqual(['a is missing, not null'])
  })

  it('may be a pattern', () => {
    expect(of({ a: /^x/ }, { a: 'xy' })).toEqual([])
    expect(of({ a: /^x/ }, { a: 'y' })).toEqual(['a is "y", not /^x/'])
  })

  it('is not held to an empty list or object: that is for the count', () => {
    expect(of({ a: [] }, { a: [1] })).toEqual([])
  })
})

it('finds a member by its path', () => {
  expect(memberOf([{ config: { url: 'x' } }], '0.config.url')).toBe('x')
  expect(memberOf('text', 'message')).toBeUndefined()
})

describe('an operation that a server has not', () => {
  const judged = (status: number, answers: number, tried: string[] = [], answered: string[] = []) =>
    isUnavailable(
      { operation: 'a', status },
      { status: answers },
      { tried: new Set(tried), answered: new Set(answered) },
    )

  it('answers 404 where it should have worked', () => {
    expect(judged(201, 404, [], ['a'])).toBe(true)
    expect(judged(201, 422)).toBe(false)
  })

  it('is not held to refusals that it never worked to give', () => {
    expect(judged(422, 404)).toBe(true)
    expect(judged(422, 404, ['a'], ['a'])).toBe(false)
    expect(judged(422, 400)).toBe(false)
  })

  it('does not pass because everything is 404 there', () => {
    expect(judged(404, 404, ['a'])).toBe(true)
    expect(judged(404, 404, ['a'], ['a'])).toBe(false)
    expect(judged(404, 404)).toBe(false)
  })
})
