import { expect, it } from 'vitest'
import { createOrganization } from '../../src/accounts/accounts.ts'
import { type EngineName, engines } from '../support/engines.ts'
import { refusalOf } from '../support/refusal.ts'
import { sealedFor } from '../support/sealed-box.ts'
import { startServer } from '../support/server.ts'

/** https://docs.github.com/rest/actions/secrets and /variables, of organizations */

const org = 'acme'

/** acme, which is octo's, has the private repository shop and the public one site. */
async function open(engine: EngineName = 'sqlite') {
  const server = await startServer({ engine })
  await createOrganization(server.app, org, await server.user('octo'))
  const shop = await server.repository(org, 'shop', { private: true })
  await server.repository(org, 'site')
  const octokit = await server.octokit('octo', ['repo', 'admin:org'])
  const { actions } = octokit
  const secretsAt = async (repo: string) =>
    (await actions.listRepoOrganizationSecrets({ owner: org, repo })).data.secrets.map(
      ({ name }) => name,
    )
  const variablesAt = async (repo: string) =>
    (await actions.listRepoOrganizationVariables({ owner: org, repo })).data.variables.map(
      ({ name }) => name,
    )
  return { server, shop, octokit, actions, secretsAt, variablesAt }
}

it.each(engines)('repositories see the secrets that are for them, on %s', async (engine) => {
  const { actions, shop, secretsAt } = await open(engine)
  const { key, key_id } = (await actions.getOrgPublicKey({ org })).data
  const encrypted_value = await sealedFor(key, 'hunter2')
  const put = (secret_name: string, visibility: 'all' | 'private' | 'selected', more = {}) =>
    actions.createOrUpdateOrgSecret({
      ...{ org, secret_name, encrypted_value, key_id, visibility },
      ...more,
    })
  await put('everywhere', 'all')
  await put('hidden', 'private')
  await put('chosen', 'selected', { selected_repository_ids: [shop.id] })
  expect(await secretsAt('shop')).toEqual(['EVERYWHERE', 'HIDDEN', 'CHOSEN'])
  expect(await secretsAt('site')).toEqual(['EVERYWHERE'])
  const { data } = await actions.getOrgSecret({ org, secret_name: 'chosen' })
  expect(data.selected_repositories_url).toMatch(/\/orgs\/acme\/actions\/secrets\/CHOSEN\/repos/)
  await put('chosen', 'selected')
  expect(await secretsAt('shop')).toContain('CHOSEN')
  await put('chosen', 'all')
  await put('chosen', 'selected')
  expect(await secretsAt('shop')).not.toContain('CHOSEN')
})

it('a secret is shared anew without its value, with repositories by ids in numbers or text', async () => {
  const { octokit, actions, shop, secretsAt } = await open()
  const put = (body: Record<string, unknown>) =>
    octokit.request('PUT /orgs/acme/actions/secrets/chosen', body)
  const selected = { visibility: 'selected', selected_repository_ids: [String(shop.id)] }
  expect((await refusalOf(put(selected))).status).toBe(404)
  const { key, key_id } = (await actions.getOrgPublicKey({ org })).data
  const encrypted_value = await sealedFor(key, 'hunter2')
  expect((await put({ ...selected, encrypted_value, key_id })).status).toBe(201)
  expect(await secretsAt('shop')).toEqual(['CHOSEN'])
  expect((await put({ visibility: 'all' })).status).toBe(204)
  expect(await secretsAt('site')).toEqual(['CHOSEN'])
  expect((await put(selected)).status).toBe(204)
  expect([await secretsAt('shop'), await secretsAt('site')]).toEqual([['CHOSEN'], []])
  for (const body of [{}, { ...selected, key_id }, { ...selected, selected_repository_ids: ['x'] }])
    expect((await refusalOf(put(body))).status).toBe(422)
})

it.each(engines)('and the variables that are for them, on %s', async (engine) => {
  const { actions, shop, variablesAt } = await open(engine)
  const create = (name: string, visibility: 'all' | 'private' | 'selected') =>
    actions.createOrgVariable({ org, name, value: 'x', visibility })
  await create('everywhere', 'all')
  await create('chosen', 'selected')
  expect(await variablesAt('shop')).toEqual(['EVERYWHERE'])
  const chosen = { org, name: 'chosen' }
  await actions.addSelectedRepoToOrgVariable({ ...chosen, repository_id: shop.id })
  expect(await variablesAt('shop')).toEqual(['EVERYWHERE', 'CHOSEN'])
  await actions.updateOrgVariable({ ...chosen, selected_repository_ids: [] })
  expect(await variablesAt('shop')).toEqual(['EVERYWHERE'])
  await actions.updateOrgVariable({ ...chosen, visibility: 'private' })
  expect(await variablesAt('shop')).toEqual(['EVERYWHERE', 'CHOSEN'])
})

it('only owners keep them, with the scope for it, and only for their own repositories', async () => {
  const { server, octokit, actions } = await open()
  const other = await server.repository('octo', 'other')
  await server.user('mona')
  await octokit.orgs.setMembershipForUser({ org, username: 'mona' })
  const statusFor = async (login: string, scopes: string[]) => {
    const client = await server.octokit(login, scopes)
    return (await refusalOf(client.actions.listOrgSecrets({ org }))).status
  }
  expect(await statusFor('mona', ['admin:org'])).toBe(403)
  expect(await statusFor('octo', ['repo', 'write:org'])).toBe(403)
  const variable = { org, name: 'a', value: 'x', visibility: 'selected' as const }
  const made = actions.createOrgVariable({ ...variable, selected_repository_ids: [other.id] })
  expect((await refusalOf(made)).status).toBe(422)
  expect((await actions.listOrgVariables({ org })).data.total_count).toBe(0)
})
