import type { Route } from '../auth/route.ts'
import { type Answer, noContent, ok } from '../http/answer.ts'
import { parseBody } from '../http/body.ts'
import { type RepositoryCall, repositoryRoute } from '../repositories/repositories.ts'
import { deleteInBulk } from './deletion.ts'
import { dropLifetime, findLifetime, setLifetime } from './lifetimes.ts'
import { bulkDeletion, lifetimeRequest } from './model.ts'

const docs = 'https://docs.github.com/rest/deployments/deployments'
const reading = { access: 'environments:read', docs } as const
const writing = { access: 'environments:write', docs } as const
const ofOne = '/environments/:environment_name/retention'
const ofAll = '/retention'

/** For how long deployments are kept, and live: GitHub keeps all, for good. */
export const lifetimeRoutes: readonly Route[] = [
  ...[ofOne, ofAll].flatMap((path) => [
    ...repositoryRoute('GET', path, reading, getLifetime),
    ...repositoryRoute('PUT', path, writing, putLifetime),
    ...repositoryRoute('DELETE', path, writing, deleteLifetime),
  ]),
  ...repositoryRoute(
    'POST',
    '/deployments/delete',
    { access: 'deployments:write', docs },
    postDeletion,
  ),
]

const placeOf = ({ repository, params }: RepositoryCall) => ({
  repositoryId: repository.id,
  name: params['environment_name'],
})

async function getLifetime(call: RepositoryCall): Promise<Answer> {
  return ok(await findLifetime(call.app.store.read, placeOf(call)))
}

async function putLifetime(call: RepositoryCall): Promise<Answer> {
  const request = parseBody(call.body, lifetimeRequest, 'Retention')
  await setLifetime(call.app, placeOf(call), request)
  return ok(request)
}

async function deleteLifetime(call: RepositoryCall): Promise<Answer> {
  await dropLifetime(call.app, placeOf(call))
  return noContent
}

async function postDeletion({ app, repository, body }: RepositoryCall): Promise<Answer> {
  const request = parseBody(body, bulkDeletion, 'Deployment')
  const { ids, hasMore } = await deleteInBulk(app, repository, request)
  return ok({ dry_run: request.dry_run, count: ids.length, deployments: ids, has_more: hasMore })
}
