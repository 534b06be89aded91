import { describe, expect, it } from 'vitest'
import { explainRefusal, retryAfterMsOf } from './explain.ts'

const answer = (status: number, body: unknown, headers: Record<string, string> = {}) => ({
  status,
  headers: new Map(Object.entries(headers)),
  text: typeof body === 'string' ? body : JSON.stringify(body),
})

describe('a refusal', () => {
  it.each([
    [401, 'check that it is whole and has not expired'],
    [403, 'may not do this'],
    [404, 'Not found, or the token may not see it'],
  ])('of %i says what to do', (status, sentence) => {
    expect(explainRefusal('GET /repos/o/r', answer(status, { message: 'Said' })).message).toContain(
      sentence,
    )
  })

  it('carries what the server said', () => {
    const body = {
      message: 'Validation Failed',
      errors: [
        {
          resource: 'DeploymentStatus',
          field: 'state',
          code: 'custom',
          message: 'state is not included in the list',
        },
        'a sentence',
        { field: 'ref', code: 'missing' },
      ],
      documentation_url: 'https://docs',
    }
    const problem = explainRefusal('POST /x', answer(422, body, { 'x-github-request-id': 'AA:BB' }))
    expect(problem).toMatchObject({
      status: 422,
      kind: 'refused',
      documentation_url: 'https://docs',
      request_id: 'AA:BB',
    })
    expect(problem.message).toBe(
      'The server answered 422: Validation Failed: state is not included in the list; a sentence; ref missing (POST /x)',
    )
  })

  it('survives an answer that is not JSON', () => {
    expect(explainRefusal('GET /x', answer(502, '<html>')).message).toBe(
      'The server answered 502: no reason given (GET /x)',
    )
  })

  it('passes when it is the server that fails, not when the request is wrong', () => {
    expect(
      [502, 422].map((status) => explainRefusal('GET /x', answer(status, {})).isPassing),
    ).toEqual([true, false])
  })
})

describe('a rate limit', () => {
  it('says when to come back', () => {
    const problem = explainRefusal(
      'GET /x',
      answer(429, { message: 'slow down' }, { 'retry-after': '90' }),
    )
    expect(problem).toMatchObject({ kind: 'rate_limited', retryAfterMs: 90_000, isPassing: true })
    expect(problem.message).toContain('try again in 90 s')
  })

  it('is read from a used-up limit too, and from a date', () => {
    const reset = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '100' }
    expect(retryAfterMsOf(answer(403, {}, reset), 40_000)).toBe(60_000)
    const date = { 'retry-after': 'Thu, 01 Jan 1970 00:01:40 GMT' }
    expect(retryAfterMsOf(answer(503, {}, date), 40_000)).toBe(60_000)
  })

  it('is not seen in an ordinary 403', () => {
    expect(retryAfterMsOf(answer(403, {}, { 'x-ratelimit-remaining': '10' }), 0)).toBeUndefined()
  })
})
