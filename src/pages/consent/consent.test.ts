import { expect, it } from 'vitest'
import { knownScopes } from '../../auth/scopes.ts'
import { clientOfOauthApp } from '../../oauth/oauth-apps/model.ts'
import { permissionList } from './consent.ts'

const client = clientOfOauthApp({
  id: 1,
  owner_id: 1,
  name: 'Board',
  url: 'https://board.example.com',
  description: null,
  callback_url: 'https://board.example.com/callback',
  client_id: '1',
  client_secret_hash: null,
  device_flow: 0,
  created_at: '',
  updated_at: '',
})
const app = { ...client, kind: 'github-app', permissions: '{"deployments":"write"}' } as const

it('says what a token for deployments gives, and that it is not code', () => {
  const list = permissionList(client, ['repo_deployment'])
  expect(list).toContain('Read and write deployments and their statuses')
  expect(list).toContain('Not code: it can neither read nor change it')
})

it('has words for every scope of ours, for none, and for what we do not have', () => {
  for (const scope of knownScopes)
    expect(permissionList(client, [scope])).toMatch(/<strong>\w.+<\/strong>/)
  expect(permissionList(client, [])).toContain('See what is public')
  expect(permissionList(client, ['codespace'])).toContain('Nothing on this server')
})

it('lists what a GitHub App may do where it is installed', () => {
  expect(permissionList(app, [])).toContain(
    '<strong>Read and write</strong> deployments and their statuses',
  )
})
