import { expect, it } from 'vitest'
import { newHostKey, parseHostKey, publicKeyOf } from './host-key.ts'

it('makes keys of which every single one can be read', () => {
  const keys = Array.from({ length: 2000 }, () => parseHostKey(newHostKey(), 'The key'))
  const encoded = keys.map((key) => publicKeyOf(key))
  for (const text of encoded)
    expect(text).toMatch(/^ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI[\w+/]{43}$/)
  expect(new Set(encoded).size).toBe(encoded.length)
})
