import { requireUser } from '../auth/auth.ts'
import type { Route } from '../auth/route.ts'
import { recordEvent } from '../events/events.ts'
import { type Answer, noContent } from '../http/answer.ts'
import { parseBody } from '../http/body.ts'
import { Problem } from '../lib/problem.ts'
import { eventFrame } from '../repositories/payload.ts'
import { type RepositoryCall, repositoryRoute } from '../repositories/repositories.ts'
import { type NewDispatch, newDispatch, payloadBytesMax, payloadKeysMax } from './model.ts'

const docs = 'https://docs.github.com/rest/repos/repos#create-a-repository-dispatch-event'

export const dispatchRoutes: readonly Route[] = [
  ...repositoryRoute('POST', '/dispatches', { access: 'code:write', docs }, postDispatch),
]

/** An event of the caller's own, for the hooks that listen to `repository_dispatch`. */
async function postDispatch({ app, repository, ...call }: RepositoryCall): Promise<Answer> {
  const { account } = requireUser(call.actor)
  const request = parseBody(call.body, newDispatch, 'RepositoryDispatch')
  refuseLarge(request)
  const payload = {
    action: request.event_type,
    branch: repository.default_branch,
    client_payload: request.client_payload,
    ...eventFrame(repository, account, app.urls),
  }
  const event = { repository_id: repository.id, name: 'repository_dispatch', payload }
  await app.store.transaction((tx) => recordEvent(app, tx, event), repository.id)
  return noContent
}

function refuseLarge({ client_payload }: NewDispatch): void {
  const keys = Object.keys(client_payload).length
  if (keys > payloadKeysMax) {
    const message = `No more than ${payloadKeysMax} properties are allowed; ${keys} were supplied.`
    throw new Problem('invalid', `Invalid request.\n\n${message}`)
  }
  const bytes = Buffer.byteLength(JSON.stringify(client_payload))
  if (bytes > payloadBytesMax) {
    const message = `client_payload has ${bytes} bytes; no more than ${payloadBytesMax} are allowed.`
    throw new Problem('invalid', `Invalid request.\n\n${message}`)
  }
}
