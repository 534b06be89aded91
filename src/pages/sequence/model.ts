import type { Deployment, DeploymentStatus } from '../../deployments/model.ts'
import type { GivenReview } from '../../gates/gates.ts'
import type { RowOf } from '../../store/query.ts'
import type { toldOf } from './queries.ts'

/** All that happened with a deployment. */
export type Happened = {
  readonly deployment: Deployment
  /** Oldest first. */
  readonly statuses: readonly DeploymentStatus[]
  readonly reviews: readonly GivenReview[]
  readonly told: readonly Told[]
}

/** An event, and one delivery of it if there is any. */
export type Told = RowOf<typeof toldOf>

/** The four of GitHub's diagram: who asks, this server, whoever listens, and where it goes. */
export type Party = 'tooling' | 'slipway' | 'receiver' | 'server'

/** A line of the sequence diagram. */
export type Step = {
  readonly from: Party
  readonly to: Party
  readonly title: string
  readonly detail: string
  /** Whoever did it; null where nobody in particular did. */
  readonly by: string | null
  readonly at: string
  readonly tone: 'good' | 'bad' | 'busy' | 'wait' | 'past'
  /** Nobody here saw it: a status says that it was so. */
  readonly isHearsay: boolean
  readonly logUrl: string
  /** To whom an event went. */
  readonly receivers: readonly Told[]
}
