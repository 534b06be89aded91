import { requireUser } from '../auth/auth.ts'
import type { Route } from '../auth/route.ts'
import { type Answer, created, noContent, ok } from '../http/answer.ts'
import { parseBody } from '../http/body.ts'
import { linkHeader, pageOf } from '../http/page.ts'
import { notFound } from '../lib/problem.ts'
import { idIn, type RepositoryCall, repositoryRoute } from '../repositories/repositories.ts'
import { createDeployKey, findDeployKeys, removeDeployKey } from './deploy-keys.ts'
import { newDeployKey } from './model.ts'
import { deployKeyPayload } from './payload.ts'
import { deployKeyById } from './queries.ts'

const docsOf = (operation: string) => `https://docs.github.com/rest/deploy-keys#${operation}`
const reads = (operation: string) => ({ access: 'keys:read' as const, docs: docsOf(operation) })
const writes = (operation: string) => ({ access: 'keys:write' as const, docs: docsOf(operation) })

export const deployKeyRoutes: readonly Route[] = [
  ...repositoryRoute('GET', '/keys', reads('list-deploy-keys'), listKeys),
  ...repositoryRoute('POST', '/keys', writes('create-a-deploy-key'), postKey),
  ...repositoryRoute('GET', '/keys/:key_id', reads('get-a-deploy-key'), getKey),
  ...repositoryRoute('DELETE', '/keys/:key_id', writes('delete-a-deploy-key'), deleteKey),
]

async function listKeys({ app, repository, urls, query }: RepositoryCall): Promise<Answer> {
  const { keys, total } = await findDeployKeys(app.store.read, repository, pageOf(query))
  const url = `${urls.api}/repositories/${repository.id}/keys`
  return ok(
    keys.map((key) => deployKeyPayload(key, repository, urls)),
    linkHeader(url, query, total),
  )
}

async function postKey(call: RepositoryCall): Promise<Answer> {
  const { app, repository, urls } = call
  const request = parseBody(call.body, newDeployKey, 'PublicKey')
  const key = await createDeployKey(app, requireUser(call.actor), repository, request)
  return created(deployKeyPayload(key, repository, urls))
}

async function getKey({ app, repository, urls, params }: RepositoryCall): Promise<Answer> {
  const ids = { repository_id: repository.id, id: idIn(params['key_id']) }
  const key = await app.store.read.first(deployKeyById, ids)
  if (!key) throw notFound()
  return ok(deployKeyPayload(key, repository, urls))
}

async function deleteKey({ app, repository, actor, params }: RepositoryCall): Promise<Answer> {
  await removeDeployKey(app, requireUser(actor), repository, idIn(params['key_id']))
  return noContent
}
