import { z } from 'zod'
import { recordAudit } from '../audit/audit.ts'
import type { Route } from '../auth/route.ts'
import { wakeHolds } from '../holds/holds.ts'
import { type Answer, ok } from '../http/answer.ts'
import { parseBody } from '../http/body.ts'
import { type RepositoryCall, repositoryRoute } from '../repositories/repositories.ts'
import { findEnvironment } from './environments.ts'
import type { Environment } from './model.ts'
import { updateApprovals } from './queries.ts'

const docs = 'https://docs.github.com/rest/deployments/environments'
const path = '/environments/:environment_name/settings'

/** What GitHub's environments have no setting for. GitHub's `PUT` leaves it as it is. */
export const environmentSettingRoutes: readonly Route[] = [
  ...repositoryRoute('GET', path, { access: 'environments:read', docs }, getSettings),
  ...repositoryRoute('PATCH', path, { access: 'environments:write', docs }, patchSettings),
]

/** As many as may be named as reviewers. */
const approvalsMax = 6

const settingsEdit = z.strictObject({
  required_approvals: z
    .int()
    .refine((approvals) => approvals >= 1 && approvals <= approvalsMax, {
      error: `must be between 1 and ${approvalsMax}`,
    })
    .optional(),
})

const nameOf = ({ params }: RepositoryCall): string => params['environment_name'] ?? ''

async function getSettings(call: RepositoryCall): Promise<Answer> {
  const { app, repository } = call
  return ok(settingsPayload(await findEnvironment(app.store.read, repository.id, nameOf(call))))
}

async function patchSettings(call: RepositoryCall): Promise<Answer> {
  const { app, repository } = call
  const edit = parseBody(call.body, settingsEdit, 'Environment')
  const after = await app.store.transaction(async (tx) => {
    const before = await findEnvironment(tx, repository.id, nameOf(call))
    const { required_approvals = before.required_approvals } = edit
    if (required_approvals === before.required_approvals) return before
    await wakeHolds(app, tx, { environment_id: before.id })
    const updated_at = app.now().toISOString()
    await recordAudit(app, tx, {
      action: 'environment.settings',
      ...{ repository_id: repository.id, environment: before.name },
      ...{ before: settingsPayload(before), after: { required_approvals } },
    })
    return (
      (await tx.first(updateApprovals, { id: before.id, required_approvals, updated_at })) ?? before
    )
  }, repository.id)
  return ok(settingsPayload(after))
}

const settingsPayload = ({ required_approvals }: Environment) => ({ required_approvals })
