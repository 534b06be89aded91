import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { Problem } from '../lib/problem.ts'
import { parseBody } from './body.ts'
import { httpUrl, line } from './text.ts'

const schema = z.strictObject({
  ref: z.string(),
  count: z.int().optional(),
  state: z.enum(['open', 'closed']).optional(),
  description: line(5).optional(),
  url: httpUrl().optional(),
  permissions: z.record(z.string(), z.string()).optional(),
})

function refusalOf(body: string) {
  try {
    parseBody(Buffer.from(body), schema, 'Thing')
  } catch (error) {
    if (error instanceof Problem)
      return { code: error.code, message: error.message, errors: error.errors }
  }
  throw new Error('it was not refused')
}

describe('parseBody', () => {
  it('gives what the schema makes of it', () => {
    expect(parseBody(Buffer.from('{"ref":"main"}'), schema, 'Thing')).toEqual({ ref: 'main' })
  })

  it('refuses what is not JSON, and JSON that is not an object', () => {
    expect(refusalOf('{').message).toBe('Problems parsing JSON')
    expect(refusalOf('[]')).toMatchObject({
      code: 'bad_request',
      message: 'Body should be a JSON object',
    })
  })

  it("names what wasn't supplied, in GitHub's words", () => {
    expect(refusalOf('{}').message).toBe('Invalid request.\n\n"ref" wasn\'t supplied.')
  })

  it('says when nothing at all was sent, where something must be', () => {
    const message = "Invalid request.\n\nFor 'links/0/schema', nil is not an object."
    expect([refusalOf('').message, refusalOf('null').message]).toEqual([message, message])
  })

  it('shows a value of the wrong type', () => {
    expect(refusalOf('{"ref":null}').message).toBe(
      "Invalid request.\n\nFor 'properties/ref', nil is not a string.",
    )
    expect(refusalOf('{"ref":"a","permissions":null}').message).toBe(
      "Invalid request.\n\nFor 'properties/permissions', nil is not an object.",
    )
    expect(refusalOf('{"ref":"x","count":"1"}').message).toBe(
      'Invalid request.\n\nFor \'properties/count\', "1" is not a number.',
    )
  })

  it('refuses keys it does not know where the schema is strict', () => {
    expect(refusalOf('{"ref":"x","extra":1}').message).toBe(
      'Invalid request.\n\n"extra" is not a permitted key.',
    )
  })

  it('answers Validation Failed for values out of bounds, one entry a field', () => {
    const body = { ref: 'x', state: 'ajar', description: 'too long', url: 'ftp://x' }
    expect(refusalOf(JSON.stringify(body))).toEqual({
      code: 'invalid',
      message: 'Validation Failed',
      errors: [
        {
          resource: 'Thing',
          field: 'state',
          code: 'custom',
          message: 'state is not included in the list',
        },
        {
          resource: 'Thing',
          field: 'description',
          code: 'custom',
          message: 'description is too long (maximum is 5 characters)',
        },
        { resource: 'Thing', field: 'url', code: 'custom', message: 'url must use http(s) scheme' },
      ],
    })
  })

  it('refuses control characters in a line', () => {
    expect(refusalOf('{"ref":"x","description":"a\\u0000"}').errors).toMatchObject([
      { message: 'description may not contain control characters' },
    ])
  })
})
