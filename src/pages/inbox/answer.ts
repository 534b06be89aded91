import { findHold } from '../../holds/holds.ts'
import { Problem, sayingOf } from '../../lib/problem.ts'
import { fullNameOf } from '../../repositories/model.ts'
import { authorize, findRepositoryById } from '../../repositories/repositories.ts'
import { reviewDeployment } from '../../reviews/reviews.ts'
import { actorOf } from '../dashboard/dashboard.ts'
import type { UserVisit, WebAnswer } from '../web/route.ts'
import { itemsMax } from './find-items.ts'
import { inboxPage } from './inbox.ts'

/** One answer to all that are chosen, each for itself: what is refused stays, and is said why. */
export async function answerReviews(visit: UserVisit): Promise<WebAnswer> {
  const chosen = (visit.formLists['deployment'] ?? []).slice(0, itemsMax)
  const comment = (visit.form['comment'] ?? '').replaceAll('\r\n', '\n')
  const messages: string[] = []
  for (const one of chosen) {
    const refusal = await answerOne(visit, one, comment)
    if (refusal !== undefined) messages.push(refusal)
  }
  if (chosen.length === 0) messages.push('Choose at least one deployment first.')
  if (messages.length === 0) return { kind: 'redirect', to: '/reviews' }
  return await inboxPage(visit, { messages, comment, chosen })
}

/** Why it was refused; undefined where it was taken. */
async function answerOne(
  visit: UserVisit,
  chosen: string,
  comment: string,
): Promise<string | undefined> {
  const [, repositoryId = '', id = ''] = /^(\d{1,15})\/(\d{1,15})$/.exec(chosen) ?? []
  try {
    return await review(visit, { repositoryId: Number(repositoryId), id: Number(id) }, comment)
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return `Deployment ${id}: ${sayingOf(error)}`
  }
}

type Place = { readonly repositoryId: number; readonly id: number }

async function review(
  { app, session, form }: UserVisit,
  { repositoryId, id }: Place,
  comment: string,
) {
  const { read } = app.store
  const actor = actorOf(session)
  const repository = await findRepositoryById(read, repositoryId)
  await authorize(read, actor, repository, 'deployments:review')
  const hold = await findHold(read, id)
  if (!hold) return `${fullNameOf(repository)} #${id} does not wait any more.`
  // Nobody bypasses gates in passing: that has a form of its own on the deployment's page.
  await reviewDeployment(
    app,
    { actor, isAdmin: false },
    { repository, id },
    {
      environment_ids: [hold.environment_id],
      state: form['answer'] === 'rejected' ? 'rejected' : 'approved',
      comment,
    },
  )
  return undefined
}
