import { expect, it } from 'vitest'
import { parsePerson } from './parse-person.ts'

const settings = { name: 'Forge', loginClaim: 'preferred_username', groupsClaim: 'groups' }
const parsed = (claims: object) => parsePerson({ sub: '1', ...claims }, settings)

it.each([
  ['mona', 'mona'],
  ['Mona.Lisa_the cat', 'Mona-Lisa-the-cat'],
  ['mona@example.com', 'mona'],
  ['@mona', 'mona'],
  ['--mona--', 'mona'],
  ['<script>alert(1)</script>', 'script-alert-1-script'],
  ['../../etc', 'etc'],
  ['\u202emona', 'mona'],
  ['\u{1f680}', ''],
  [42, ''],
])('makes of %j the login %j', (preferred_username, login) => {
  expect(parsed({ preferred_username }).login).toBe(login)
})

it('never cuts a name to a login that may be somebody else’s', () => {
  expect(parsed({ preferred_username: 'x'.repeat(300) }).login).toHaveLength(300)
})

it('keeps a name that people can read', () => {
  expect(parsed({ preferred_username: 'a\0\nb' }).name).toBe('a  b')
  expect(parsed({ preferred_username: 'x'.repeat(300) }).name).toHaveLength(255)
  expect(parsed({}).name).toBe('1')
})

it('believes an address only when the provider has seen that it is theirs', () => {
  const email = 'a@example.com'
  expect(parsed({ email, email_verified: true }).email).toBe(email)
  expect(parsed({ email, email_verified: 'true' }).email).toBeUndefined()
  expect(parsed({ email }).email).toBeUndefined()
})

it('takes for groups what is text, be it one or many', () => {
  expect(parsed({ groups: ['a', 1, null, ['b']] }).groups).toEqual(['a'])
  expect(parsed({ groups: 'a' }).groups).toEqual(['a'])
  expect(parsed({ groups: { a: true } }).groups).toEqual([])
})

it.each([undefined, '', 1, 'a\0b', 'é', 'x'.repeat(256)])('lets %j be nobody', (sub) => {
  expect(() => parsed({ sub })).toThrow('who you are')
})
