import type { App } from '../app.ts'
import { orderingKeyOf } from '../deployments/find-deployment.ts'
import type { Author, Deployment } from '../deployments/model.ts'
import { deploymentPayload } from '../deployments/payload.ts'
import { environmentPayload } from '../environments/payload.ts'
import { recordEventForApp } from '../events/events.ts'
import type { Gates } from '../gates/gates.ts'
import { toSecond } from '../lib/time.ts'
import { findInstalled, requestEvent } from '../protection-rules/protection-rules.ts'
import { fullNameOf, type Repository } from '../repositories/model.ts'
import { eventFrame } from '../repositories/payload.ts'
import type { Tx } from '../store/engine.ts'

export type Told = {
  readonly repository: Repository
  readonly deployment: Deployment
  readonly gates: Gates
  /** Since when it waits. */
  readonly since: string
  readonly author: Author
}

/** Asks the Apps of the environment's rules to decide, and tells those who listen that people are asked to. */
export async function requestDecisions(app: App, tx: Tx, told: Told): Promise<void> {
  const { repository, deployment, gates } = told
  const wanted = new Set(gates.apps.map((rule) => rule.app.id))
  const path = `repos/${fullNameOf(repository)}/actions/runs/${deployment.id}`
  const request = {
    action: 'requested',
    environment: deployment.environment,
    event: 'deployment',
    deployment_callback_url: `${app.urls.api}/${path}/${requestEvent}`,
    deployment: deploymentPayload(deployment, repository, app.urls),
    pull_requests: [],
  }
  await tell(app, tx, told, { name: requestEvent, payload: request, wanted })
  const reviewers = reviewersOf(app, told)
  if (!reviewers) return
  const { environment } = deployment
  const requestor = eventFrame(repository, told.author.account, app.urls).sender
  const payload = { action: 'requested', environment, requestor, reviewers, ...runOf(app, told) }
  await tell(app, tx, told, { name: 'deployment_review', payload })
}

/** Tells the Apps that listen what a person said. */
export async function recordReviewed(
  app: App,
  tx: Tx,
  told: Told,
  { state, comment }: { readonly state: 'approved' | 'rejected'; readonly comment: string },
): Promise<void> {
  const { workflow_job_run, ...run } = runOf(app, told)
  const { sender: approver } = eventFrame(told.repository, told.author.account, app.urls)
  const payload = {
    ...{ action: state, ...run, workflow_job_run, workflow_job_runs: [workflow_job_run] },
    ...{ reviewers: reviewersOf(app, told) ?? [], approver, comment },
  }
  await tell(app, tx, told, { name: 'deployment_review', payload })
}

type Event = {
  readonly name: string
  readonly payload: object
  /** The Apps to tell, where it is not all that listen. */
  readonly wanted?: ReadonlySet<number>
}

/** GitHub tells these events to Apps alone (contract 6.8). */
async function tell(
  app: App,
  tx: Tx,
  { repository, deployment, author }: Told,
  { name, payload, wanted }: Event,
): Promise<void> {
  if (wanted?.size === 0) return
  const frame = eventFrame(repository, author.account, app.urls)
  for (const { id, installation_id } of await findInstalled(tx, repository, name)) {
    if (wanted && !wanted.has(id)) continue
    const installation = { id: installation_id, app_id: id }
    await recordEventForApp(app, tx, installation, {
      ...{ repository_id: repository.id, name, payload: { ...payload, ...frame } },
      ordering_key: orderingKeyOf(deployment.id),
    })
  }
}

function reviewersOf(app: App, { repository, gates: { environment } }: Told) {
  const shown = environment && environmentPayload(environment, repository, app.urls)
  return shown?.protection_rules.find((rule) => 'reviewers' in rule)?.reviewers
}

/** What is a job of a workflow there is a deployment here (design 6). */
function runOf(app: App, { repository, deployment, since }: Told) {
  const { id, task, environment, created_at, updated_at } = deployment
  return {
    workflow_run: null,
    since: toSecond(since),
    workflow_job_run: {
      ...{ id, name: task, status: 'waiting', conclusion: null },
      html_url: `${app.urls.web}/${fullNameOf(repository)}/deployments/${id}`,
      ...{ created_at: toSecond(created_at), updated_at: toSecond(updated_at), environment },
    },
  }
}
