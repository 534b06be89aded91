import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { sealKeyBytes, sealWith } from './seal.ts'

const { seal, open } = sealWith(randomBytes(sealKeyBytes))

it('opens what it sealed', () => {
  expect(open(seal('häßlich 🔑', 'hook:1'), 'hook:1')).toBe('häßlich 🔑')
})

it('never seals the same text twice alike', () => {
  expect(seal('s', 'hook:1')).not.toBe(seal('s', 'hook:1'))
})

it('refuses another context, another key and changed bytes', () => {
  const sealed = seal('secret', 'hook:1')
  expect(() => open(sealed, 'hook:2')).toThrow()
  expect(() => sealWith(randomBytes(sealKeyBytes)).open(sealed, 'hook:1')).toThrow()
  expect(() =>
    open(
      sealed.replace(/^./, (c) => (c === 'A' ? 'B' : 'A')),
      'hook:1',
    ),
  ).toThrow()
})
