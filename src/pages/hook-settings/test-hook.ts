import { requireUser } from '../../auth/auth.ts'
import { createDeployment } from '../../deployments/deployments.ts'
import { newDeployment } from '../../deployments/model.ts'
import { pingHook, testHook } from '../../hooks/hooks.ts'
import type { Hook } from '../../hooks/model.ts'
import { parseBody } from '../../http/body.ts'
import type { Repository } from '../../repositories/model.ts'
import { authorize } from '../../repositories/repositories.ts'
import { callOf } from '../dashboard/dashboard.ts'
import { answerForm } from '../dashboard/form.ts'
import type { HookVisit } from '../hook-places/model.ts'
import type { WebAnswer } from '../web/route.ts'
import { hookPage } from './edit-hook.ts'

/** Something for the receiver to get, at once: what came of it is among its deliveries. */
export async function sendTest(visit: HookVisit): Promise<WebAnswer> {
  const hook = await visit.find()
  return await answerForm(
    async () => {
      await send(visit, hook)
      return visit.pathsOf(hook).deliveries
    },
    (refusal) => hookPage(visit, hook, { refusal }),
  )
}

async function send(visit: HookVisit, { id }: Hook): Promise<void> {
  const { app, holder, session, form } = visit
  if (holder.type === 'repository') {
    const { repository } = holder
    if (form['what'] === 'deployment') return await deployTest(visit, repository)
    if (form['what'] === 'push') return await testHook(app, repository, id)
  }
  await pingHook(app, holder, id, session.account)
}

async function deployTest(visit: HookVisit, repository: Repository): Promise<void> {
  const { app, form } = visit
  const call = callOf(visit, {
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
