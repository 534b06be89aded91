import { expect, it } from 'vitest'
import { readConfig } from '../config.ts'
import { providerSettingsOf } from './model.ts'

const settingsOf = (flags: Record<string, string>) =>
  providerSettingsOf(readConfig(flags, {}).config)

it('needs an issuer and a client id, and says which is missing', () => {
  expect(settingsOf({})).toBeUndefined()
  expect(() => settingsOf({ oidc_client_id: 'x' })).toThrow('SLIPWAY_OIDC_ISSUER is missing')
  const oidc_issuer = 'https://forge.example.com'
  expect(() => settingsOf({ oidc_issuer })).toThrow('SLIPWAY_OIDC_CLIENT_ID is missing')
  expect(settingsOf({ oidc_issuer, oidc_client_id: 'x' })).toMatchObject({
    ...{ issuer: 'https://forge.example.com/', name: 'forge.example.com', clientSecret: undefined },
    ...{ scopes: 'openid profile email', admission: { isForAll: false } },
  })
})

it.each([
  ['https://auth.example.com/application/o/slipway/', true],
  ['http://127.0.0.1:3000', true],
  ['http://localhost:3000', true],
  ['http://[::1]:3000', true],
  ['http://forge.example.com', false],
  ['http://127.0.0.1.example.com', false],
  ['http://10.0.0.1', false],
  ['https://forge.example.com?x=1', false],
  ['https://user@forge.example.com', false],
  ['forge.example.com', false],
])('asks %s: %s', (oidc_issuer, isFine) => {
  const read = () => settingsOf({ oidc_issuer, oidc_client_id: 'x' })?.issuer
  if (isFine) expect(read()).toBe(new URL(oidc_issuer).href)
  else expect(read).toThrow('oidc_issuer')
})

it('refuses scopes without openid, and a rule that says nothing', () => {
  expect(() => settingsOf({ oidc_scopes: 'profile' })).toThrow('openid must be among them')
  expect(() => settingsOf({ oidc_new_users: 'example.com' })).toThrow('"example.com" says nothing')
})
