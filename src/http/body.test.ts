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

const messageOf = (error: unknown) =>
  typeof error === 'object' && error !== null && 'message' in error ? error.message : error

function refusalOf(body: string, by: z.ZodType = schema) {
  try {
    parseBody(Buffer.from(body), by, 'Thing')
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

  it('names all that was missing, and all that is too much, at once', () => {
    const pair = z.strictObject({ name: z.string(), kind: z.enum(['a', 'b']), at: z.string() })
    expect(refusalOf('{"at":""}', pair).message).toBe(
      'Invalid request.\n\n"name", "kind" weren\'t supplied.',
    )
    expect(refusalOf('{"name":"","kind":"a","at":"","x":1,"y":2}', pair).message).toBe(
      'Invalid request.\n\n"x", "y" are not permitted keys.',
    )
  })

  it('takes a word out of a list for a string before it looks into the list', () => {
    expect(refusalOf('{"ref":"x","state":1}').message).toBe(
      "Invalid request.\n\nFor 'properties/state', 1 is not a string.",
    )
    expect(refusalOf('{"ref":"x","state":null}').message).toBe(
      "Invalid request.\n\nFor 'properties/state', nil is not a string.",
    )
  })

  it('has words of its own for every limit', () => {
    const limited = z.object({
      name: z.string().min(1).max(3).optional(),
      list: z.array(z.string()).max(2).optional(),
      line: z.int().min(0).max(9).optional(),
      at: z.iso.datetime({ offset: true }).optional(),
    })
    const told = (body: string) => refusalOf(body, limited).errors.map((one) => messageOf(one))
    expect(told('{"name":"","line":-1,"at":"yesterday"}')).toEqual([
      "name can't be blank",
      'line must be at least 0',
      'at must be a time like 2026-01-31T12:00:00Z',
    ])
    expect(told('{"name":"abcd","list":["a","b","c"],"line":10}')).toEqual([
      'name is too long (maximum is 3 characters)',
      'list is too long (maximum is 2 items)',
      'line must be at most 9',
    ])
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
      'Invalid request.\n\nFor \'properties/count\', "1" is not an integer.',
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
