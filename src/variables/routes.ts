import type { Route } from '../auth/route.ts'
import { type Answer, createdEmpty, noContent, ok } from '../http/answer.ts'
import { parseBody } from '../http/body.ts'
import { linkHeader, pageOf } from '../http/page.ts'
import { type RepositoryCall, repositoryRoute } from '../repositories/repositories.ts'
import { type Level, levels, nameIn, placeOf } from '../secrets/secrets.ts'
import { newVariable, variableEdit } from './model.ts'
import { variablePayload } from './payload.ts'
import { countVariables, variablesOf } from './queries.ts'
import { createVariable, editVariable, findVariable, removeVariable } from './variables.ts'

const docsOf = (operation: string) => `https://docs.github.com/rest/actions/variables#${operation}`
const reads = (operation: string) => ({
  access: 'secrets:read' as const,
  docs: docsOf(operation),
})
const writes = (operation: string) => ({
  access: 'secrets:write' as const,
  docs: docsOf(operation),
})

export const variableRoutes: readonly Route[] = levels.flatMap(routesAt)

/** Contract 5.1. */
function routesAt(level: Level): Route[] {
  const { kind, base } = level
  const a = kind === 'environment' ? 'an-environment' : 'a-repository'
  const all = `${base}/variables`
  const one = `${all}/:name`
  const at = (handler: Handler) => (call: RepositoryCall) => handler(call, level)
  return [
    ...repositoryRoute('GET', all, reads(`list-${kind}-variables`), at(listVariables)),
    ...repositoryRoute('POST', all, writes(`create-${a}-variable`), at(postVariable)),
    ...repositoryRoute('GET', one, reads(`get-${a}-variable`), at(getVariable)),
    ...repositoryRoute('PATCH', one, writes(`update-${a}-variable`), at(patchVariable)),
    ...repositoryRoute('DELETE', one, writes(`delete-${a}-variable`), at(deleteVariable)),
  ]
}

type Handler = (call: RepositoryCall, level: Level) => Promise<Answer>

/** GitHub gives fewer of these than of anything else (contract 8.6). */
const pageSizes = { usual: 10, max: 30 }

async function listVariables(call: RepositoryCall, level: Level): Promise<Answer> {
  const { app, urls, query, repository } = call
  const { read } = app.store
  const { limit, offset } = pageOf(query, pageSizes)
  const holder = await level.find(read, call)
  const of = { holder_id: holder.id }
  const [variables, count] = await Promise.all([
    read.all(variablesOf(holder), { ...of, limit, offset }),
    read.first(countVariables(holder), of),
  ])
  const total = count?.count ?? 0
  const url = `${urls.api}/repositories/${repository.id}${level.pathOf(call)}/variables`
  const body = { total_count: total, variables: variables.map(variablePayload) }
  return ok(body, linkHeader(url, query, total, pageSizes))
}

async function postVariable(call: RepositoryCall, level: Level): Promise<Answer> {
  const request = parseBody(call.body, newVariable, 'Variable')
  await createVariable(call.app, placeOf(level, call), request)
  return createdEmpty
}

async function getVariable(call: RepositoryCall, level: Level): Promise<Answer> {
  const { read } = call.app.store
  const holder = await level.find(read, call)
  return ok(variablePayload(await findVariable(read, holder, nameIn(call.params['name']))))
}

async function patchVariable(call: RepositoryCall, level: Level): Promise<Answer> {
  const edit = parseBody(call.body, variableEdit, 'Variable')
  await editVariable(call.app, placeOf(level, call), nameIn(call.params['name']), edit)
  return noContent
}

async function deleteVariable(call: RepositoryCall, level: Level): Promise<Answer> {
  await removeVariable(call.app, placeOf(level, call), nameIn(call.params['name']))
  return noContent
}
