import { findHold } from '../../holds/holds.ts'
import { Problem, sayingOf } from '../../lib/problem.ts'
import { idIn } from '../../repositories/repositories.ts'
import { reviewDeployment } from '../../reviews/reviews.ts'
import { pathOf, type RepositoryVisit } from '../dashboard/repository-page.ts'
import type { WebAnswer } from '../web/route.ts'
import { deploymentPage } from './deployment-page.ts'
import { reviewingOf } from './facts.ts'

/** What a visitor says of a deployment that waits. A bypass is an approval by somebody who is no reviewer, and says why. */
export async function answerReview(visit: RepositoryVisit): Promise<WebAnswer> {
  const { app, repository, form } = visit
  const id = idIn(visit.params['id'])
  const comment = (form['comment'] ?? '').replaceAll('\r\n', '\n')
  try {
    if (form['answer'] === 'bypass' && form['understood'] !== '1') throw notUnderstood()
    const hold = await findHold(app.store.read, id)
    await reviewDeployment(
      app,
      reviewingOf(visit),
      { repository, id },
      {
        environment_ids: hold ? [hold.environment_id] : [],
        state: form['answer'] === 'rejected' ? 'rejected' : 'approved',
        comment,
      },
    )
    return { kind: 'redirect', to: `${pathOf(repository)}/deployments/${id}` }
  } catch (error) {
    if (!(error instanceof Problem) || error.code === 'not_found') throw error
    return await deploymentPage(visit, { message: sayingOf(error), comment })
  }
}

const notUnderstood = () =>
  new Problem('invalid', 'Say that you understand the consequences of a bypass')
