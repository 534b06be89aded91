import { html } from 'ghtml'
import { findDeployment } from '../../deployments/find-deployment.ts'
import type { Deployment } from '../../deployments/model.ts'
import { Problem, sayingOf } from '../../lib/problem.ts'
import { idIn } from '../../repositories/repositories.ts'
import { pathOf, type RepositoryVisit, repositoryFrame } from '../dashboard/repository-page.ts'
import { refAndSha, theirs } from '../elements/code.ts'
import { alert, hiddenInputs } from '../web/layout.ts'
import type { Page, WebAnswer } from '../web/route.ts'
import { type Act, goBack, markInactive, redeploy, remove } from './act.ts'
import { findChange, placeOf } from './facts.ts'
import { liveAt } from './queries.ts'
import { changeLists } from './sections.ts'

/** A page that asks before something is done, and does it when its form comes back. */
export type Doing = {
  readonly path: string
  readonly question: string
  readonly button: string
  readonly tone: 'go' | 'danger'
  readonly act: Act
  /** What will come of it, as markup. */
  readonly explain: (visit: RepositoryVisit, deployment: Deployment) => Promise<string>
}

const what = ({ ref, sha, environment }: Deployment) =>
  html`!${refAndSha(ref, sha)} in <strong>!${theirs(environment)}</strong>`

export const doings: readonly Doing[] = [
  {
    ...{ path: 'redeploy', question: 'Deploy this once more?', button: 'Redeploy', tone: 'go' },
    act: redeploy,
    explain: async (_visit, deployment) =>
      html`<p>A new deployment is made with the same commit, environment and payload: !${what(deployment)}. The gates of the environment are asked as for any other.</p>`,
  },
  {
    ...{ path: 'rollback', question: 'Roll back to this?', button: 'Roll back', tone: 'danger' },
    act: goBack,
    explain: explainRollback,
  },
  {
    ...{
      path: 'inactive',
      question: 'Mark this as inactive?',
      button: 'Mark inactive',
      tone: 'danger',
    },
    act: markInactive,
    explain: async (_visit, deployment) =>
      html`<p>It says that !${what(deployment)} is not live any more. Nothing is changed on your servers.!${deployment.transient_environment === 1 ? ' Its environment is transient, so it is shown as destroyed from then on.' : ''}</p>`,
  },
  {
    ...{
      path: 'delete',
      question: 'Delete this deployment?',
      button: 'Delete deployment',
      tone: 'danger',
    },
    act: remove,
    explain: async (_visit, deployment) =>
      html`<p>Its statuses and reviews go with it: !${what(deployment)}. An active deployment can only be deleted while it is the only one in its environment: mark it as inactive first.</p>`,
  },
]

/** Which commits leave again, before anybody says yes. */
async function explainRollback(visit: RepositoryVisit, deployment: Deployment): Promise<string> {
  const { app } = visit
  const live = await app.store.read.first(liveAt, placeOf(deployment))
  const task = html`<p>A new deployment with the task <code>rollback</code> is made of !${what(deployment)}.</p>`
  if (!live || live.sha === deployment.sha) {
    return html`!${task}<p class="note">!${live ? 'The same commit is live there now.' : 'Nothing is live there now.'}</p>`
  }
  const change = await findChange(visit, live.sha, deployment.sha)
  return html`!${task}<p>Live there now is <a href="${pathOf(visit.repository)}/deployments/${live.id}">deployment ${live.id}</a>, !${refAndSha(live.ref, live.sha)}.</p>!${changeLists(change, app.now())}`
}

const findIt = ({ app, repository, params }: RepositoryVisit) =>
  findDeployment(app.store.read, repository.id, idIn(params['id']))

/** Asks. */
export async function ask(visit: RepositoryVisit, doing: Doing, refusal?: string): Promise<Page> {
  const deployment = await findIt(visit)
  const place = `${pathOf(visit.repository)}/deployments/${deployment.id}`
  const { question, button, tone, path } = doing
  const page = await repositoryFrame(visit, 'deployments', {
    title: question,
    main: html`<h1>${question}</h1>!${alert(refusal)}<div class="card">!${await doing.explain(visit, deployment)}
<form method="post" action="${place}/${path}">!${hiddenInputs({ form_token: visit.formToken })}<div class="actions"><a class="button" href="${place}">Cancel</a><button class="${tone}">${button}</button></div></form></div>`,
  })
  return refusal === undefined ? page : { ...page, status: 422 }
}

/** Does it. What it is refused for is said beside the question. */
export async function answer(visit: RepositoryVisit, doing: Doing): Promise<WebAnswer> {
  try {
    const deployment = await findIt(visit)
    return { kind: 'redirect', to: await doing.act(visit, deployment) }
  } catch (error) {
    if (!(error instanceof Problem) || error.code === 'not_found') throw error
    return await ask(visit, doing, sayingOf(error))
  }
}
