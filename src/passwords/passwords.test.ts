import { expect, it } from 'vitest'
import { hashPassword, isPassword } from './passwords.ts'

it('knows the password it hashed and no other', async () => {
  const hashed = await hashPassword('correct horse battery')
  expect(hashed).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  expect(await isPassword('correct horse battery', hashed)).toBe(true)
  expect(await isPassword('correct horse', hashed)).toBe(false)
})

it('never hashes alike twice', async () => {
  expect(await hashPassword('same password')).not.toBe(await hashPassword('same password'))
})

it('refuses what is too short, and compares with nonsense without failing', async () => {
  await expect(hashPassword('short')).rejects.toThrow('8 to 1024 characters')
  expect(await isPassword('anything', 'nonsense')).toBe(false)
})
