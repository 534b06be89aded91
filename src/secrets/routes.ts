import type { Call, Route } from '../auth/route.ts'
import { nameIn, settingName } from '../holders/model.ts'
import { audiencePayload } from '../holders/payload.ts'
import { type Level, levelsOf, type Place, selectionRoutes } from '../holders/route.ts'
import { type Answer, createdEmpty, noContent, ok } from '../http/answer.ts'
import { parseBody } from '../http/body.ts'
import { linkHeader, pageOf } from '../http/page.ts'
import { invalidField } from '../lib/problem.ts'
import { type RepositoryCall, repositoryRoute } from '../repositories/repositories.ts'
import { sealedSecret, sharedSecret } from './model.ts'
import { publicKeyPayload, secretPayload } from './payload.ts'
import {
  ensureKeyPair,
  findSecret,
  findSecrets,
  findSharedSecrets,
  putSecret,
  removeSecret,
  shareSecret,
} from './secrets.ts'

const sharedDocs = 'list-repository-organization-secrets'

export const secretRoutes: readonly Route[] = [
  ...levelsOf('secrets').flatMap(routesAt),
  ...repositoryRoute(
    'GET',
    '/actions/organization-secrets',
    { access: 'secrets:read', docs: `https://docs.github.com/rest/actions/secrets#${sharedDocs}` },
    listShared,
  ),
]

/** Contract 5.1. */
function routesAt(level: Level): Route[] {
  const { kind, a, reads, writes } = level
  const one = '/:secret_name'
  const selectable = { kept: 'secret', parameter: 'secret_name', find: findSecret } as const
  return [
    ...reads('GET', '', `list-${kind}-secrets`, listSecrets),
    ...reads('GET', '/public-key', `get-${a}-public-key`, getPublicKey),
    ...reads('GET', one, `get-${a}-secret`, getSecret),
    ...writes('PUT', one, `create-or-update-${a}-secret`, storeSecret),
    ...writes('DELETE', one, `delete-${a}-secret`, deleteSecret),
    ...(kind === 'organization' ? selectionRoutes(level, selectable) : []),
  ]
}

async function listSecrets({ app, query }: Call, place: Place): Promise<Answer> {
  const { read } = app.store
  const found = await findSecrets(read, await place.find(read), pageOf(query))
  const { total } = found
  const secrets = found.secrets.map((row) => ({
    ...secretPayload(row),
    ...audiencePayload(row, place),
  }))
  return ok({ total_count: total, secrets }, linkHeader(place.url, query, total))
}

/** The organisation's that the repository may use. */
async function listShared({ app, query, repository, urls }: RepositoryCall): Promise<Answer> {
  const page = pageOf(query)
  const { secrets, total } = await findSharedSecrets(app.store.read, repository.id, page)
  const url = `${urls.api}/repositories/${repository.id}/actions/organization-secrets`
  const body = { total_count: total, secrets: secrets.map(secretPayload) }
  return ok(body, linkHeader(url, query, total))
}

async function getPublicKey({ app }: Call, place: Place): Promise<Answer> {
  return ok(publicKeyPayload(await ensureKeyPair(app, place)))
}

async function getSecret({ app, params }: Call, place: Place): Promise<Answer> {
  const { read } = app.store
  const secret = await findSecret(read, await place.find(read), nameIn(params['secret_name']))
  return ok({ ...secretPayload(secret), ...audiencePayload(secret, place) })
}

async function storeSecret({ app, body, params }: Call, place: Place): Promise<Answer> {
  const shared = place.kind === 'organization' ? parseBody(body, sharedSecret, 'Secret') : undefined
  const name = params['secret_name']
  if (shared && shared.encrypted_value === undefined && shared.key_id === undefined) {
    await shareSecret(app, place, nameIn(name), shared)
    return noContent
  }
  const request = { ...shared, ...parseBody(body, sealedSecret, 'Secret') }
  const outcome = await putSecret(app, place, parseName(name), request)
  return outcome === 'created' ? createdEmpty : noContent
}

function parseName(text: string | undefined): string {
  const parsed = settingName.safeParse(text)
  if (parsed.success) return parsed.data
  const message = `name ${parsed.error.issues[0]?.message}`
  throw invalidField({ resource: 'Secret', field: 'name', code: 'custom', message })
}

async function deleteSecret({ app, params }: Call, place: Place): Promise<Answer> {
  await removeSecret(app, place, nameIn(params['secret_name']))
  return noContent
}
