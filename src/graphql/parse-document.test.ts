import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DocumentFault } from './model.ts'
import { parseDocument } from './parse-document.ts'

const firstOf = (text: string) => parseDocument(text).operations[0]

function faultOf(text: string): string {
  try {
    parseDocument(text)
  } catch (error) {
    if (error instanceof DocumentFault) return error.message
    throw error
  }
  return 'none'
}

describe('a document', () => {
  it('is a query with or without a name', () => {
    expect(firstOf('{viewer{login}}')).toMatchObject({ kind: 'query', name: '' })
    expect(firstOf('query UserCurrent{viewer{login}}')).toMatchObject({
      name: 'UserCurrent',
      selections: [
        { name: 'viewer', selections: [{ name: 'login', at: { line: 1, column: 26 } }] },
      ],
    })
  })

  it('has aliases, arguments, variables and fragments', () => {
    const { operations, fragments } = parseDocument(`
      fragment repo on Repository { id, owner { login } } # a comment
      query Both($owner: String!, $names: [String!] = null, $name: String = "x") {
        one: repository(owner: $owner, name: "a \\"b\\"") { ...repo }
        ... on Query { viewer { login } }
      }`)
    expect([...fragments.keys()]).toEqual(['repo'])
    const [one, inline] = operations[0]?.selections ?? []
    expect(one).toMatchObject({ key: 'one', name: 'repository', selections: [{ name: 'repo' }] })
    expect(one?.kind === 'field' && [...one.args]).toEqual([
      ['owner', { kind: 'variable', name: 'owner' }],
      ['name', { kind: 'literal', value: 'a "b"' }],
    ])
    expect(inline).toMatchObject({ kind: 'inline', on: 'Query' })
    expect(operations[0]?.defaults.get('name')).toEqual({ kind: 'literal', value: 'x' })
  })

  it('may have lists and objects for values', () => {
    const text = '{a(first: 3, states: [OPEN, $other], orderBy: {field: NAME, by: {is: [1]}}) {b}}'
    const [field] = firstOf(text)?.selections ?? []
    expect(field?.kind === 'field' && [...field.args.keys()]).toEqual([
      'first',
      'states',
      'orderBy',
    ])
  })

  it('that is none says where', () => {
    expect(faultOf('{viewer{login}')).toBe('Parse error on "end of document" at [1, 15]')
    expect(faultOf('{a}\n{}')).toBe('Parse error on "}" at [2, 2]')
    for (const text of [
      '?',
      '{a(b:[1)}',
      '{a(b:"\\x")}',
      'select {a}',
      '{a @include(if: true)}',
      '"{"',
    ]) {
      expect([text, faultOf(text)]).toEqual([text, expect.stringMatching(/^Parse error/)])
    }
  })

  it('has its limits', () => {
    expect(faultOf('{a'.repeat(30))).toMatch('Parse error')
    expect(faultOf(`query($a:${'['.repeat(30_000)}`)).toMatch('Parse error')
    expect(faultOf(`{a(b:${'['.repeat(30_000)}`)).toMatch('Parse error')
    expect(faultOf(' '.repeat(70_000))).toMatch('65536 characters')
  })

  it('of any text is read or refused', () => {
    const words = ['{', '}', '(', ')', ':', '...', 'on', '$', '"x"', 'a', '1', '!', '#', 'fragment']
    const text = fc.array(fc.constantFrom(...words), { maxLength: 30 })
    const check = (any: string) => {
      expect(faultOf(any)).toBeTypeOf('string')
    }
    fc.assert(fc.property(text, (parts) => check(parts.join(' '))))
    fc.assert(fc.property(fc.string(), check))
  })
})
