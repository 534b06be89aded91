import type { Route } from '../auth/route.ts'
import { type Answer, createdEmpty, noContent, ok } from '../http/answer.ts'
import { parseBody } from '../http/body.ts'
import { linkHeader, pageOf } from '../http/page.ts'
import { invalidField } from '../lib/problem.ts'
import { type RepositoryCall, repositoryRoute } from '../repositories/repositories.ts'
import { sealedSecret, settingName } from './model.ts'
import { publicKeyPayload, secretPayload } from './payload.ts'
import { countSecrets, secretsOf } from './queries.ts'
import {
  ensureKeyPair,
  findSecret,
  type Level,
  levels,
  nameIn,
  placeOf,
  putSecret,
  removeSecret,
} from './secrets.ts'

const docsOf = (operation: string) => `https://docs.github.com/rest/actions/secrets#${operation}`
const reads = (operation: string) => ({
  access: 'secrets:read' as const,
  docs: docsOf(operation),
})
const writes = (operation: string) => ({
  access: 'secrets:write' as const,
  docs: docsOf(operation),
})

export const secretRoutes: readonly Route[] = levels.flatMap(routesAt)

/** Contract 5.1. */
function routesAt(level: Level): Route[] {
  const { kind, base } = level
  const a = kind === 'environment' ? 'an-environment' : 'a-repository'
  const all = `${base}/secrets`
  const one = `${all}/:secret_name`
  const at = (handler: Handler) => (call: RepositoryCall) => handler(call, level)
  return [
    ...repositoryRoute('GET', all, reads(`list-${kind}-secrets`), at(listSecrets)),
    ...repositoryRoute('GET', `${all}/public-key`, reads(`get-${a}-public-key`), at(getPublicKey)),
    ...repositoryRoute('GET', one, reads(`get-${a}-secret`), at(getSecret)),
    ...repositoryRoute('PUT', one, writes(`create-or-update-${a}-secret`), at(storeSecret)),
    ...repositoryRoute('DELETE', one, writes(`delete-${a}-secret`), at(deleteSecret)),
  ]
}

type Handler = (call: RepositoryCall, level: Level) => Promise<Answer>

async function listSecrets(call: RepositoryCall, level: Level): Promise<Answer> {
  const { app, urls, query, repository } = call
  const { read } = app.store
  const { limit, offset } = pageOf(query)
  const holder = await level.find(read, call)
  const of = { holder_id: holder.id }
  const [secrets, count] = await Promise.all([
    read.all(secretsOf(holder), { ...of, limit, offset }),
    read.first(countSecrets(holder), of),
  ])
  const total = count?.count ?? 0
  const url = `${urls.api}/repositories/${repository.id}${level.pathOf(call)}/secrets`
  const body = { total_count: total, secrets: secrets.map(secretPayload) }
  return ok(body, linkHeader(url, query, total))
}

async function getPublicKey(call: RepositoryCall, level: Level): Promise<Answer> {
  return ok(publicKeyPayload(await ensureKeyPair(call.app, placeOf(level, call))))
}

async function getSecret(call: RepositoryCall, level: Level): Promise<Answer> {
  const { read } = call.app.store
  const holder = await level.find(read, call)
  return ok(secretPayload(await findSecret(read, holder, nameIn(call.params['secret_name']))))
}

async function storeSecret(call: RepositoryCall, level: Level): Promise<Answer> {
  const request = parseBody(call.body, sealedSecret, 'Secret')
  const name = parseName(call.params['secret_name'])
  const outcome = await putSecret(call.app, placeOf(level, call), name, request)
  return outcome === 'created' ? createdEmpty : noContent
}

function parseName(text: string | undefined): string {
  const parsed = settingName.safeParse(text)
  if (parsed.success) return parsed.data
  const message = `name ${parsed.error.issues[0]?.message}`
  throw invalidField({ resource: 'Secret', field: 'name', code: 'custom', message })
}

async function deleteSecret(call: RepositoryCall, level: Level): Promise<Answer> {
  await removeSecret(call.app, placeOf(level, call), nameIn(call.params['secret_name']))
  return noContent
}
