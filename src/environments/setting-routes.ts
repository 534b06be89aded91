import type { Route } from '../auth/route.ts'
import { type Answer, ok } from '../http/answer.ts'
import { parseBody } from '../http/body.ts'
import { type RepositoryCall, repositoryRoute } from '../repositories/repositories.ts'
import { editOwnSettings, findEnvironment } from './environments.ts'
import { type Environment, ownSettings } from './model.ts'

const docs = 'https://docs.github.com/rest/deployments/environments'
const path = '/environments/:environment_name/settings'

/** What GitHub's environments have no setting for. GitHub's `PUT` leaves it as it is. */
export const environmentSettingRoutes: readonly Route[] = [
  ...repositoryRoute('GET', path, { access: 'environments:read', docs }, getSettings),
  ...repositoryRoute('PATCH', path, { access: 'environments:write', docs }, patchSettings),
]

const nameOf = ({ params }: RepositoryCall): string => params['environment_name'] ?? ''

async function getSettings(call: RepositoryCall): Promise<Answer> {
  const { app, repository } = call
  return ok(settingsPayload(await findEnvironment(app.store.read, repository.id, nameOf(call))))
}

async function patchSettings(call: RepositoryCall): Promise<Answer> {
  const { app, repository } = call
  const edit = parseBody(call.body, ownSettings, 'Environment')
  return ok(settingsPayload(await editOwnSettings(app, repository.id, nameOf(call), edit)))
}

const settingsPayload = ({ required_approvals }: Environment) => ({ required_approvals })
