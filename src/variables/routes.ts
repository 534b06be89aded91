import type { Call, Route } from '../auth/route.ts'
import { nameIn } from '../holders/model.ts'
import { audiencePayload } from '../holders/payload.ts'
import { type Level, levelsOf, type Place, selectionRoutes } from '../holders/route.ts'
import { type Answer, createdEmpty, noContent, ok } from '../http/answer.ts'
import { parseBody } from '../http/body.ts'
import { linkHeader, pageOf } from '../http/page.ts'
import { type RepositoryCall, repositoryRoute } from '../repositories/repositories.ts'
import { newVariable, sharedVariable, sharedVariableEdit, variableEdit } from './model.ts'
import { variablePayload } from './payload.ts'
import {
  createVariable,
  editVariable,
  findSharedVariables,
  findVariable,
  findVariables,
  removeVariable,
} from './variables.ts'

const sharedDocs = 'list-repository-organization-variables'

export const variableRoutes: readonly Route[] = [
  ...levelsOf('variables').flatMap(routesAt),
  ...repositoryRoute(
    'GET',
    '/actions/organization-variables',
    {
      access: 'variables:read',
      docs: `https://docs.github.com/rest/actions/variables#${sharedDocs}`,
    },
    listShared,
  ),
]

/** Contract 5.1. */
function routesAt(level: Level): Route[] {
  const { kind, a, reads, writes } = level
  const one = '/:name'
  const selectable = { kept: 'variable', parameter: 'name', find: findVariable } as const
  return [
    ...reads('GET', '', `list-${kind}-variables`, listVariables),
    ...writes('POST', '', `create-${a}-variable`, postVariable),
    ...reads('GET', one, `get-${a}-variable`, getVariable),
    ...writes('PATCH', one, `update-${a}-variable`, patchVariable),
    ...writes('DELETE', one, `delete-${a}-variable`, deleteVariable),
    ...(kind === 'organization' ? selectionRoutes(level, selectable) : []),
  ]
}

/** GitHub gives fewer of these than of anything else (contract 8.6). */
const pageSizes = { usual: 10, max: 30 }

async function listVariables({ app, query }: Call, place: Place): Promise<Answer> {
  const { read } = app.store
  const found = await findVariables(read, await place.find(read), pageOf(query, pageSizes))
  const { total } = found
  const variables = found.variables.map((row) => ({
    ...variablePayload(row),
    ...audiencePayload(row, place),
  }))
  return ok({ total_count: total, variables }, linkHeader(place.url, query, total, pageSizes))
}

/** The organisation's that the repository may use. */
async function listShared({ app, query, repository, urls }: RepositoryCall): Promise<Answer> {
  const page = pageOf(query, pageSizes)
  const { variables, total } = await findSharedVariables(app.store.read, repository.id, page)
  const url = `${urls.api}/repositories/${repository.id}/actions/organization-variables`
  const body = { total_count: total, variables: variables.map(variablePayload) }
  return ok(body, linkHeader(url, query, total, pageSizes))
}

async function postVariable({ app, body }: Call, place: Place): Promise<Answer> {
  const schema = place.kind === 'organization' ? sharedVariable : newVariable
  await createVariable(app, place, parseBody(body, schema, 'Variable'))
  return createdEmpty
}

async function getVariable({ app, params }: Call, place: Place): Promise<Answer> {
  const { read } = app.store
  const variable = await findVariable(read, await place.find(read), nameIn(params['name']))
  return ok({ ...variablePayload(variable), ...audiencePayload(variable, place) })
}

async function patchVariable({ app, body, params }: Call, place: Place): Promise<Answer> {
  const schema = place.kind === 'organization' ? sharedVariableEdit : variableEdit
  const edit = parseBody(body, schema, 'Variable')
  await editVariable(app, place, nameIn(params['name']), edit)
  return noContent
}

async function deleteVariable({ app, params }: Call, place: Place): Promise<Answer> {
  await removeVariable(app, place, nameIn(params['name']))
  return noContent
}
