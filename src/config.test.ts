import { expect, it } from 'vitest'
import { readConfig } from './config.ts'

it('starts from defaults that bind to this machine only', () => {
  const { config, origins } = readConfig({}, {})
  expect(config).toMatchObject({ host: '127.0.0.1', port: 3000, ssh_port: 2222 })
  expect(origins.port).toBe('default')
})

it('lets a flag win over a variable, and says which it was', () => {
  const { config, origins } = readConfig({ port: '4000' }, { SLIPWAY_PORT: '5000' })
  expect(config.port).toBe(4000)
  expect(origins.port).toBe('flag --port')
  expect(readConfig({}, { SLIPWAY_PORT: '5000' }).origins.port).toBe('variable SLIPWAY_PORT')
})

it('names a bad setting and where it stands', () => {
  expect(() => readConfig({}, { SLIPWAY_PORT: 'http' })).toThrow(
    /^port \(variable SLIPWAY_PORT\) cannot be "http"/,
  )
  expect(() => readConfig({ public_url: 'slipway.example.com' }, {})).toThrow(
    /^public_url \(flag --public-url\)/,
  )
})

it('names a variable that is none of ours', () => {
  expect(() => readConfig({}, { SLIPWAY_PROT: '1' })).toThrow('There is no setting SLIPWAY_PROT')
})

it('takes networks for the webhook allow-list and refuses what is none', () => {
  const given = { SLIPWAY_WEBHOOK_ALLOW: '127.0.0.0/8, ::1' }
  expect(readConfig({}, given).config.webhook_allow).toEqual(['127.0.0.0/8', '::1'])
  expect(() => readConfig({}, { SLIPWAY_WEBHOOK_ALLOW: '10.0.0.1/8' })).toThrow(
    '"10.0.0.1/8" is no network',
  )
  expect(() => readConfig({}, { SLIPWAY_WEBHOOK_ALLOW: 'localhost' })).toThrow(/webhook_allow/)
})
