import { createPrivateKey } from 'node:crypto'
import { SignJWT } from 'jose'
import { findOrganization } from '../../src/accounts/accounts.ts'
import type { Account } from '../../src/accounts/model.ts'
import { issueToken } from '../../src/auth/tokens.ts'
import { installApp } from '../../src/installations/installations.ts'
import type { Installation } from '../../src/installations/model.ts'
import {
  createApp,
  createManifestCode,
  parseManifest,
  type WithHook,
} from '../../src/manifests/manifests.ts'
import type { Scene } from './scenes.ts'

const permissions = { deployments: 'write', administration: 'write' }

export async function driveApps(scene: Scene) {
  const { server, owner, repository } = scene
  const manifest = parseManifest({ ...asked, name: `Ship ${repository.name}` })
  const app = await createApp(server.app, { owner, manifest })
  const acme = await findOrganization(server.app.store.read, 'acme')
  const place = { ...scene, app, jwt: await signed(app) }
  const installation = await install(place, owner)
  await install(place, acme)
  await lookAtInstallations(place, installation)
  await actAsBot(place, installation)
  await actForPerson(place, installation)
  await endInstallation(place, installation)
}

/** Where pages of the same address may be, only the API's own address will do. */
export async function registerByManifest({ server, owner, octo, nobody }: Omit<Scene, 'base'>) {
  const manifest = parseManifest({ ...asked, name: 'By manifest', public: false })
  const code = (await createManifestCode(server.app, owner, manifest)).reveal()
  await nobody(`POST /app-manifests/${code}/conversions`, 201)
  await nobody(`POST /app-manifests/${code}/conversions`, 404)
  await octo('GET /apps/by-manifest', 200)
  await nobody('GET /apps/by-manifest', 404)
  await nobody('GET /apps/gone', 404)
}

const asked = { url: '', public: true, default_permissions: permissions }

type Place = Scene & { readonly app: WithHook; readonly jwt: string }

/** A JWT as GitHub's documentation makes one. */
async function signed({ registered, privateKey }: WithHook): Promise<string> {
  const seconds = Math.floor(Date.now() / 1000)
  return await new SignJWT({ iss: String(registered.id), iat: seconds - 60, exp: seconds + 500 })
    .setProtectedHeader({ alg: 'RS256' })
    .sign(createPrivateKey(privateKey.reveal()))
}

/** On the account, for the scene's repository alone where that is its own. */
const install = ({ server, app, repository }: Place, account: Account) =>
  installApp(server.app, app.registered, {
    account,
    repositories: account.id === repository.owner_id ? [repository] : 'all',
  })

async function lookAtInstallations(
  { bearer, jwt, octo, nobody, base }: Place,
  { id }: Installation,
) {
  const itself = bearer(jwt)
  await itself('GET /app', 200)
  await octo('GET /app', 401)
  await nobody('GET /app', 401)
  await itself('GET /app/installations?per_page=1', 200)
  await octo('GET /app/installations', 401)
  await itself('GET /app/installation-requests', 200)
  await itself(`GET /app/installations/${id}`, 200)
  await itself('GET /app/installations/999999', 404)
  await itself('GET /users/octo/installation', 200)
  await itself('GET /users/mona/installation', 404)
  await itself('GET /orgs/acme/installation', 200)
  await itself('GET /orgs/gone/installation', 404)
  await itself(`GET ${base}/installation`, 200)
  await octo(`GET ${base}/installation`, 401)
}

async function actAsBot(
  { bearer, jwt, octo, nobody, app, base, repository }: Place,
  { id }: Installation,
) {
  const itself = bearer(jwt)
  const body = { repositories: [repository.name], permissions: { deployments: 'write' } }
  const taking = `POST /app/installations/${id}/access_tokens`
  const { text } = await itself(taking, 201, { body })
  await itself(taking, 201)
  await itself(taking, 422, { body: { repositories: ['gone'] } })
  await itself(taking, 422, { body: { permissions: { contents: 'write' } } })
  const bot = bearer(JSON.parse(text).token)
  await bot('GET /installation/repositories', 200)
  await octo('GET /installation/repositories', 403)
  await bot(`GET /users/${encodeURIComponent(`${app.registered.slug}[bot]`)}`, 200)
  const made = await bot(`POST ${base}/deployments`, 201, {
    body: { ref: 'main', required_contexts: [] },
  })
  const one = `${base}/deployments/${made.json.id}`
  await bot(`POST ${one}/statuses`, 201, { body: { state: 'success' } })
  await octo(`GET ${one}`, 200)
  await bot(`GET ${base}/hooks`, 403)
  await bot('DELETE /installation/token', 204)
  await nobody('GET /installation/repositories', 401)
  await octo('DELETE /installation/token', 403)
}

async function actForPerson(place: Place, { id }: Installation) {
  const { server, bearer, octo, mona, nobody, app, owner, repository } = place
  const wanted = { kind: 'app-user', app_id: app.registered.id, account_id: owner.id } as const
  const issued = await server.app.store.transaction((tx) => issueToken(server.app, tx, wanted))
  const person = bearer(issued.token.reveal())
  await person('GET /user/installations', 200)
  await octo('GET /user/installations', 403)
  const repositories = `/user/installations/${id}/repositories`
  await person(`GET ${repositories}`, 200)
  await person('GET /user/installations/999999/repositories', 404)
  await octo(`PUT ${repositories}/${repository.id}`, 204)
  await mona(`PUT ${repositories}/${repository.id}`, 404)
  await octo(`DELETE ${repositories}/${repository.id}`, 422)
  const spare = await server.repository('octo', `spare-${repository.name}`)
  await octo(`PUT ${repositories}/${spare.id}`, 204)
  await octo(`DELETE ${repositories}/${spare.id}`, 204)

  const { client_id } = app.registered
  const credentials = btoa(`${client_id}:${app.clientSecret.reveal()}`)
  const headers = { authorization: `Basic ${credentials}` }
  const body = { access_token: issued.token.reveal(), target: 'octo' }
  const scoping = `POST /applications/${client_id}/token/scoped`
  await nobody(scoping, 200, { body, headers })
  await nobody(scoping, 404, { body: { ...body, access_token: 'x' }, headers })
  await nobody(scoping, 422, { body: { ...body, repositories: ['gone'] }, headers })
  await nobody(scoping, 401, { body })
}

async function endInstallation({ bearer, jwt }: Place, { id }: Installation) {
  const itself = bearer(jwt)
  await itself(`PUT /app/installations/${id}/suspended`, 204)
  await itself(`POST /app/installations/${id}/access_tokens`, 403)
  await itself(`DELETE /app/installations/${id}/suspended`, 204)
  await itself(`DELETE /app/installations/${id}`, 204)
  await itself(`DELETE /app/installations/${id}`, 404)
}
