import { sealedFor } from '../support/sealed-box.ts'
import type { Scene } from './scenes.ts'

type Cast = Omit<Scene, 'base'>

export async function keepMembers({ octo, mona, nobody }: Cast) {
  await octo('PATCH /orgs/acme', 200, { body: { name: 'Acme', has_repository_projects: false } })
  await octo('PATCH /orgs/acme', 422, { body: { name: 'x'.repeat(256) } })
  await mona('PATCH /orgs/acme', 404, { body: {} })
  await octo('GET /orgs/acme/members', 200)
  await octo('GET /orgs/acme/members/mona', 404)
  await octo('PUT /orgs/acme/memberships/mona', 200, { body: { role: 'admin' } })
  await octo('PUT /orgs/acme/memberships/mona', 422, { body: { role: 'queen' } })
  await octo('PUT /orgs/acme/memberships/acme', 422)
  await octo('GET /orgs/acme/members?role=admin&per_page=1', 200)
  await octo('GET /orgs/acme/members/mona', 204)
  await mona('GET /orgs/acme/memberships/octo', 200)
  await octo('DELETE /orgs/acme/members/mona', 204)
  await octo('PUT /orgs/acme/memberships/mona', 200)
  await mona('PUT /orgs/acme/memberships/octo', 403, { body: {} })
  await mona('PUT /orgs/acme/public_members/mona', 204)
  await octo('PUT /orgs/acme/public_members/mona', 403)
  await octo('PUT /orgs/acme/public_members/gone', 404)
  await nobody('PUT /orgs/acme/public_members/mona', 401)
  await nobody('GET /orgs/acme/public_members', 200)
  await nobody('GET /orgs/acme/public_members/mona', 204)
  await nobody('GET /orgs/gone/public_members', 404)
  await mona('DELETE /orgs/acme/public_members/mona', 204)
  await nobody('GET /orgs/acme/public_members/mona', 404)
  await octo('DELETE /orgs/acme/memberships/mona', 204)
  await octo('DELETE /orgs/acme/memberships/mona', 404)
  await octo('DELETE /orgs/acme/memberships/octo', 403)
  await mona('GET /orgs/acme/members', 404)
  await nobody('GET /orgs/acme/members', 401)
}

export async function keepTeams({ octo, mona, nobody }: Cast) {
  const all = '/orgs/acme/teams'
  const web = `${all}/web`
  const { json } = await octo(`POST ${all}`, 201, { body: { name: 'Web', privacy: 'closed' } })
  await octo(`POST ${all}`, 422, { body: { name: 'WEB' } })
  await octo(`POST ${all}`, 422, { body: { name: '…' } })
  await octo(`POST ${all}`, 422, { body: {} })
  await octo(`POST ${all}`, 201, { body: { name: 'Low', parent_team_id: json.id } })
  await octo(`GET ${all}`, 200)
  await octo(`GET ${all}?per_page=1`, 200)
  await octo(`GET ${web}`, 200)
  await octo(`GET ${web}/teams`, 200)
  await octo(`GET ${all}/gone`, 404)
  await octo(`PATCH ${web}`, 200, { body: { description: 'Pages' } })
  await octo(`PATCH ${web}`, 422, { body: { privacy: 'secret' } })
  await octo('GET /user/teams', 200)
  await nobody('GET /user/teams', 401)
  await octo(`PUT ${web}/memberships/mona`, 200, { body: { role: 'maintainer' } })
  await octo(`PUT ${web}/memberships/acme`, 422)
  await octo(`GET ${web}/memberships/mona`, 200)
  await octo(`GET ${web}/memberships/gone`, 404)
  await octo(`GET ${web}/members?role=maintainer`, 200)
  await octo(`GET ${web}/invitations`, 200)
  await giveRepositories({ octo, nobody, web })
  await octo(`DELETE ${web}/memberships/mona`, 204)
  await mona(`DELETE ${web}/memberships/octo`, 403)
  await octo(`DELETE ${all}/low`, 204)
  await octo(`DELETE ${web}`, 204)
  await octo(`DELETE ${web}`, 404)
  await mona(`POST ${all}`, 201, { body: { name: 'Mine' } })
  await nobody(`GET ${all}`, 401)
}

async function giveRepositories({
  octo,
  nobody,
  web,
}: Pick<Cast, 'octo' | 'nobody'> & { web: string }) {
  const one = `${web}/repos/acme/shop`
  const headers = { accept: 'application/vnd.github.v3.repository+json' }
  await octo('POST /orgs/acme/repos', 201, { body: { name: 'shop', private: true } })
  await octo(`PUT ${one}`, 204, { body: { permission: 'maintain' } })
  await octo(`PUT ${one}`, 422, { body: { permission: 'everything' } })
  await octo(`PUT ${web}/repos/octo/other`, 422)
  await octo(`GET ${one}`, 204)
  await octo(`GET ${one}`, 200, { headers })
  await octo(`GET ${web}/repos`, 200)
  await octo('GET /repos/acme/shop/teams', 200)
  await nobody(`PUT ${one}`, 401)
  await octo(`DELETE ${one}`, 204)
  await octo(`GET ${one}`, 404)
}

export async function shareSecrets({ octo, mona, nobody }: Cast) {
  const all = '/orgs/acme/actions/secrets'
  const { json } = await octo(`GET ${all}/public-key`, 200)
  const sealed = {
    encrypted_value: await sealedFor(json.key, 'hunter2'),
    key_id: json.key_id,
    visibility: 'selected',
  }
  await octo(`PUT ${all}/first`, 201, { body: { ...sealed, visibility: 'private' } })
  await octo(`PUT ${all}/first`, 204, { body: sealed })
  await octo(`PUT ${all}/second`, 422, { body: { ...sealed, visibility: 'some' } })
  await octo(`PUT ${all}/second`, 422, { body: { ...sealed, selected_repository_ids: [999_999] } })
  await octo(`GET ${all}`, 200)
  await octo(`GET ${all}/first`, 200)
  await select(octo, `${all}/first`)
  await octo('GET /repos/acme/shop/actions/organization-secrets', 200)
  await octo(`DELETE ${all}/first`, 204)
  await octo(`DELETE ${all}/first`, 404)
  await mona(`GET ${all}`, 403)
  await nobody(`GET ${all}`, 401)
}

export async function shareVariables({ octo, mona, nobody }: Cast) {
  const all = '/orgs/acme/actions/variables'
  const body = { name: 'region', value: 'eu', visibility: 'selected' }
  await octo(`POST ${all}`, 201, { body })
  await octo(`POST ${all}`, 409, { body })
  await octo(`POST ${all}`, 422, { body: { name: 'other', value: 'x' } })
  await octo(`GET ${all}`, 200)
  await octo(`GET ${all}/region`, 200)
  await select(octo, `${all}/region`)
  await octo('GET /repos/acme/shop/actions/organization-variables', 200)
  await octo(`PATCH ${all}/region`, 204, { body: { visibility: 'all' } })
  await octo(`GET ${all}/region/repositories`, 409)
  await octo(`DELETE ${all}/region`, 204)
  await mona(`POST ${all}`, 403, { body })
  await nobody(`POST ${all}`, 401, { body })
}

/** A repository of the organisation, added, set and removed. */
async function select(octo: Cast['octo'], one: string) {
  const { json } = await octo('GET /repos/acme/shop', 200)
  const all = `${one}/repositories`
  await octo(`PUT ${all}/${json.id}`, 204)
  await octo(`PUT ${all}/999999`, 404)
  await octo(`GET ${all}`, 200)
  await octo(`PUT ${all}`, 204, { body: { selected_repository_ids: [json.id] } })
  await octo(`PUT ${all}`, 422, { body: { selected_repository_ids: [999_999] } })
  await octo(`PUT ${all}`, 422, { body: {} })
  await octo(`DELETE ${all}/${json.id}`, 204)
}

export async function administrate({ octo, mona, nobody }: Cast) {
  const hubot = '/admin/users/hubot'
  await octo('POST /admin/users', 201, { body: { login: 'hubot', email: 'hubot@example.com' } })
  await octo('POST /admin/users', 422, { body: { login: 'HUBOT' } })
  await octo('POST /admin/users', 422, { body: { login: '-' } })
  await mona('POST /admin/users', 404, { body: { login: 'other' } })
  await nobody('POST /admin/users', 401, { body: { login: 'other' } })
  await octo('PUT /users/hubot/site_admin', 204)
  await octo('DELETE /users/hubot/site_admin', 204)
  await octo('DELETE /users/octo/site_admin', 403)
  await octo('PUT /users/hubot/suspended', 204, { body: { reason: 'On leave' } })
  await octo('PUT /users/octo/suspended', 403)
  await octo('DELETE /users/hubot/suspended', 204)
  await octo(`POST ${hubot}/authorizations`, 201, { body: { scopes: ['repo'] } })
  await octo(`POST ${hubot}/authorizations`, 422, { body: { scopes: ['everything'] } })
  await octo(`DELETE ${hubot}/authorizations`, 204)
  const organization = { login: 'globex', admin: 'hubot', profile_name: 'Globex' }
  await octo('POST /admin/organizations', 201, { body: organization })
  await octo('POST /admin/organizations', 422, { body: organization })
  await octo('PATCH /admin/organizations/globex', 202, { body: { login: 'initech' } })
  await octo(`PATCH ${hubot}`, 202, { body: { login: 'marvin' } })
  await octo(`PATCH ${hubot}`, 404, { body: { login: 'marvin' } })
  await octo('PATCH /admin/users/marvin', 422, { body: { login: 'octo' } })
  await octo('DELETE /admin/users/octo', 403)
  await octo('DELETE /admin/users/marvin', 204)
}
