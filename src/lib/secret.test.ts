import { inspect } from 'node:util'
import { expect, it } from 'vitest'
import { Secret } from './secret.ts'

it('prints as *** in every way a log could print it', () => {
  const secret = new Secret('slp_hidden')
  const printed = [`${secret}`, JSON.stringify({ secret }), inspect({ secret }), String(secret)]
  expect(printed.join()).not.toContain('hidden')
  expect(printed).toEqual(['***', '{"secret":"***"}', '{ secret: *** }', '***'])
})

it('gives its value to whoever asks by name', () => {
  expect(new Secret('slp_hidden').reveal()).toBe('slp_hidden')
})
