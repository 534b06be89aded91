import { html } from 'ghtml'
import { deploymentPayload } from '../../deployments/payload.ts'
import { pathOf, type RepositoryVisit, repositoryFrame } from '../dashboard/repository-page.ts'
import { personWith } from '../elements/avatar.ts'
import { outward, refAndSha, theirs } from '../elements/code.ts'
import { icon } from '../elements/icon.ts'
import { statePill } from '../elements/state.ts'
import { ago } from '../elements/when.ts'
import { sequenceList } from '../sequence/sequence.ts'
import { doings, environmentPlace, isVisitable, shownState, titleOf } from '../timeline/model.ts'
import { leadToEnvironment } from '../timeline/timeline.ts'
import { assets } from '../web/assets.ts'
import { alert } from '../web/layout.ts'
import type { Page, WebAnswer } from '../web/route.ts'
import { type Facts, findFacts } from './facts.ts'
import { gateList } from './gate-list.ts'
import { commitsSince, payloadParts, statusList } from './sections.ts'

/** A deployment by its number; by any other name GitHub has an environment there. */
export async function showDeployment(visit: RepositoryVisit): Promise<WebAnswer> {
  if (!/^\d+$/.test(visit.params['id'] ?? '')) return await leadToEnvironment(visit)
  return await deploymentPage(visit)
}

type Refused = { readonly message: string; readonly comment: string }

/** The page, also beside what a form of it was refused for. */
export async function deploymentPage(visit: RepositoryVisit, refused?: Refused): Promise<Page> {
  const facts = await findFacts(visit)
  const { id, environment } = facts.happened.deployment
  const page = await repositoryFrame(visit, 'deployments', {
    title: `Deployment ${id} to ${environment}`,
    main: render(visit, facts, refused),
    scripts: [assets.log.path],
  })
  return refused ? { ...page, status: 422 } : page
}

function render(visit: RepositoryVisit, facts: Facts, refused: Refused | undefined): string {
  const { app, repository, urls, formToken } = visit
  const { deployment, statuses, reviews } = facts.happened
  const base = pathOf(repository)
  const place = `${base}/deployments/${deployment.id}`
  const frame = { base, place, formToken, now: app.now(), maySeeHooks: facts.maySeeHooks }
  const live = html`data-live="repository:${repository.id}"`
  const gates = facts.wait
    ? gateList(facts.wait, reviews, { ...frame, comment: refused?.comment ?? '' })
    : ''
  return html`!${alert(refused?.message)}<div id="deployment" !${live}>!${heading(facts, frame)}!${gates}</div>
<section aria-labelledby="sequence"><h2 id="sequence">What happened</h2><div id="steps" !${live}>!${sequenceList(facts.happened, frame)}</div></section>
<section id="log" !${live}>!${facts.log}</section>
<div class="halves"><section aria-labelledby="statuses"><h2 id="statuses">Statuses</h2><div id="said" !${live}>!${statusList(statuses, frame.now)}</div></section>
<section aria-labelledby="commits"><h2 id="commits">Commits</h2>!${commitsSince(facts.previous, base, frame.now)}</section></div>
<section aria-labelledby="payload"><h2 id="payload">Payload</h2>!${payloadParts(facts, deploymentPayload(deployment, repository, urls))}</section>`
}

type Frame = { readonly base: string; readonly place: string; readonly now: Date }

function heading(
  { happened, isSuperseded, commit, mayDeploy }: Facts,
  { base, place, now }: Frame,
) {
  const { deployment, statuses } = happened
  const { id, environment, task, description, ref, sha, creator, performer } = deployment
  const newest = statuses.at(-1)
  const address = newest?.environment_url ?? ''
  const title = commit ? titleOf(commit.message) : `Deployment ${id}`
  const buttons = mayDeploy
    ? [...doings(deployment), ['curl', 'As curl']].map(
        ([path, word]) =>
          html`<a class="button${path === 'delete' ? ' danger' : ''}" href="${place}/${path}">${word}</a>`,
      )
    : []
  return html`<div class="heading"><h1>!${theirs(title)} <span class="muted">#${id}</span></h1>!${isVisitable({ ...deployment, environment_url: address }) ? outward(address, 'View deployment') : ''}</div>
<p class="facts">!${statePill(shownState({ ...deployment, isSuperseded }))} <a href="${environmentPlace(base, environment)}">!${icon('server')} !${theirs(environment)}</a> <span>!${refAndSha(ref, sha)}</span> <span class="label">!${theirs(task)}</span> <span>!${personWith(creator, performer?.name ?? null)}</span> !${ago(deployment.created_at, now)}</p>
!${description ? html`<p>!${theirs(description)}</p>` : ''}<div class="inline">!${buttons.join('')}</div>`
}
