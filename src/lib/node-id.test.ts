import fc from 'fast-check'
import { expect, it } from 'vitest'
import { nodeId, parseNodeId } from './node-id.ts'

it('makes the ids that GitHub has been seen to make', () => {
  expect(nodeId('DES', 191211383, 962858309)).toBe('DES_kwDOC2Wnd845ZA1F')
  expect(nodeId('DE', 0x0cac37b9, 0x6b6bd9a6)).toBe('DE_kwDODKw3uc5ra9mm')
})

it('names commits and refs as GitHub does', () => {
  const sha = '7fd1a60b01f91b314f59955a4e4d4e80d8edf11d'
  expect(nodeId('C', 1296269, sha)).toMatch(/^C_kwDOABPHjdoAKDdmZDFh/)
  expect(nodeId('REF', 724712, 'refs/heads/main')).toBe('REF_kwDOAAsO6K9yZWZzL2hlYWRzL21haW4')
})

it('can be read back, whatever the ids', () => {
  const number = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })
  const id = fc.oneof(number, fc.string({ maxLength: 70 }))
  fc.assert(
    fc.property(fc.array(id, { minLength: 1, maxLength: 3 }), (ids) => {
      expect(parseNodeId(nodeId('EN', ...ids))).toEqual({ prefix: 'EN', ids })
    }),
  )
})

it('refuses what it did not make', () => {
  const beyondNumbers = `EN_${Buffer.from([0x92, 0, 0xcf, ...Array(8).fill(255)]).toString('base64url')}`
  for (const text of [
    beyondNumbers,
    '',
    'EN_',
    'EN_kw',
    'EN_kwDOC2Wnd84',
    '010:Deployment1',
    'EN_!!!!',
  ]) {
    expect(parseNodeId(text)).toBeUndefined()
  }
})
