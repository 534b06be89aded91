import type { Route } from '../../auth/route.ts'
import { type Answer, ok } from '../../http/answer.ts'
import { parseBody } from '../../http/body.ts'
import { toSecond } from '../../lib/time.ts'
import { idIn, type RepositoryCall, repositoryRoute } from '../../repositories/repositories.ts'
import { editOptions, findOptions, rotateSecret } from './hook-options.ts'
import { type HookOptions, optionsEdit, secretRotation } from './model.ts'

const docs = 'https://docs.github.com/rest/repos/webhooks'
const reading = { access: 'hooks:read', docs } as const
const writing = { access: 'hooks:write', docs } as const

/** What a hook may have that GitHub's hooks do not. */
export const hookOptionRoutes: readonly Route[] = [
  repositoryRoute('GET', '/hooks/:hook_id/options', reading, get),
  repositoryRoute('PATCH', '/hooks/:hook_id/options', writing, update),
  repositoryRoute('POST', '/hooks/:hook_id/secret', writing, rotate),
].flat()

const hookIdIn = ({ params }: RepositoryCall) => idIn(params['hook_id'])

async function get(call: RepositoryCall): Promise<Answer> {
  const { app, repository } = call
  return ok(optionsPayload(await findOptions(app.store.read, repository, hookIdIn(call))))
}

async function update(call: RepositoryCall): Promise<Answer> {
  const { app, repository, body } = call
  const edit = parseBody(body, optionsEdit, 'Hook')
  return ok(optionsPayload(await editOptions(app, repository, hookIdIn(call), edit)))
}

async function rotate(call: RepositoryCall): Promise<Answer> {
  const { app, repository, body } = call
  const rotation = parseBody(body, secretRotation, 'Hook')
  return ok(optionsPayload(await rotateSecret(app, repository, hookIdIn(call), rotation)))
}

/** Secrets and keys are never shown. */
const optionsPayload = (options: HookOptions) => ({
  format: options.format,
  standard_webhooks: options.standard_webhooks === 1,
  previous_secret_until: options.previous_secret_until && toSecond(options.previous_secret_until),
  client_certificate: options.client_certificate,
  timeout_seconds: options.timeout_seconds,
  rate_per_second: options.rate_per_second,
})
