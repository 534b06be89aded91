import { expect, it } from 'vitest'
import { masked } from './mask.ts'

it('hides what is named like a secret, wherever it is', () => {
  const payload = {
    region: 'eu',
    deploy_token: 'hunter2',
    hosts: [{ name: 'web1', dbPassword: 'hunter2', apiKey: ['hunter2'] }],
  }
  expect(masked(payload)).toEqual({
    region: 'eu',
    deploy_token: '••••••',
    hosts: [{ name: 'web1', dbPassword: '••••••', apiKey: '••••••' }],
  })
})

it('looks into a text that is JSON, and leaves every other as it is', () => {
  expect(masked('{"secret":"hunter2","n":1}')).toBe('{"secret":"••••••","n":1}')
  expect(masked('{not json')).toBe('{not json')
  expect(masked('weekly')).toBe('weekly')
})
