import { expect, it } from 'vitest'
import { basicCredentials } from './basic.ts'

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`

it('reads a user and a password, which may have colons', () => {
  expect(basicCredentials(basic('octo:a:b'))).toEqual({ user: 'octo', password: 'a:b' })
  expect(basicCredentials(basic(':').replace('Basic', 'BASIC'))).toEqual({ user: '', password: '' })
})

it('reads nothing from anything else', () => {
  for (const text of [undefined, '', 'Bearer b2N0bzph', basic('octo'), `${basic('a:b')} c`])
    expect(basicCredentials(text)).toBeUndefined()
})
