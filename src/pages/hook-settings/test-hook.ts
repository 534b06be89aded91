import { requireUser } from '../../auth/auth.ts'
import { createDeployment } from '../../deployments/deployments.ts'
import { newDeployment } from '../../deployments/model.ts'
import { pingHook, testHook } from '../../hooks/hooks.ts'
import type { Hook } from '../../hooks/model.ts'
import { holderOfRepository } from '../../hooks/model.ts'
import { parseBody } from '../../http/body.ts'
import { authorize } from '../../repositories/repositories.ts'
import { answerForm } from '../dashboard/form.ts'
import type { RepositoryVisit } from '../dashboard/repository-page.ts'
import type { WebAnswer } from '../web/route.ts'
import { hookPage } from './edit-hook.ts'
import { findVisitedHook, hookPath } from './hook-settings.ts'

/** Something for the receiver to get, at once: what came of it is among its deliveries. */
export async function sendTest(visit: RepositoryVisit): Promise<WebAnswer> {
  const hook = await findVisitedHook(visit)
  return await answerForm(
    async () => {
      await send(visit, hook)
      return `${hookPath(visit.repository, hook.id)}/deliveries`
    },
    (refusal) => hookPage(visit, hook, { refusal }),
  )
}

async function send(visit: RepositoryVisit, { id }: Hook): Promise<void> {
  const { app, repository, session, form } = visit
  switch (form['what']) {
    case 'deployment':
      return await deployTest(visit)
    case 'push':
      return await testHook(app, repository, id)
    default:
      return await pingHook(app, holderOfRepository(repository), id, session.account)
  }
}

async function deployTest(visit: RepositoryVisit): Promise<void> {
  const { app, repository, form } = visit
  const call = visit.call({
    body: {
      ref: repository.default_branch,
      environment: form['environment']?.trim() || 'test',
      description: 'A test of who listens',
      auto_merge: false,
      required_contexts: [],
      transient_environment: true,
      production_environment: false,
    },
  })
  await authorize(app.store.read, call.actor, repository, 'deployments:write')
  const request = parseBody(call.body, newDeployment, 'Deployment')
  await createDeployment(app, requireUser(call.actor), repository, request)
}
