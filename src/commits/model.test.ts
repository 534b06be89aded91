import { expect, it } from 'vitest'
import { parseBody } from '../http/body.ts'
import { combinedStateOf, newCommitStatus } from './model.ts'

it('says failure as soon as one context failed', () => {
  expect(combinedStateOf(['success', 'pending', 'failure'])).toBe('failure')
  expect(combinedStateOf(['success', 'error'])).toBe('failure')
})

it('says success only when all contexts do, and there is one', () => {
  expect(combinedStateOf(['success', 'success'])).toBe('success')
  expect(combinedStateOf(['success', 'pending'])).toBe('pending')
  expect(combinedStateOf([])).toBe('pending')
})

it('takes null for absent, and refuses what is out of bounds', () => {
  const parse = (body: object) =>
    parseBody(Buffer.from(JSON.stringify(body)), newCommitStatus, 'Status')
  const nothing = { state: 'success', target_url: null, description: null, context: null }
  expect(parse(nothing)).toEqual(nothing)
  expect(parse({ state: 'success', target_url: '', sha: 'ignored' })).toEqual({
    state: 'success',
    target_url: null,
  })
  expect(() => parse({})).toThrow('"state" wasn\'t supplied')
  for (const wrong of [
    { state: 'inactive' },
    { state: 'success', target_url: 'ftp://x' },
    { state: 'success', description: 'x'.repeat(141) },
    { state: 'success', context: 'a\nb' },
  ]) {
    expect(() => parse(wrong)).toThrow('Validation Failed')
  }
})
