import type { NewDeploymentStatus } from '../../client/model.ts'
import type { Recipe } from '../recipe/model.ts'
import type { DeploymentFacts, PublishingEntry, RunEntry } from '../remote/model.ts'

/** Which deployment: its id is unique in its forge. */
export type Place = {
  readonly forge: string
  /** `owner/name` */
  readonly repository: string
  readonly id: number
}

export const nameOf = ({ forge, id }: Pick<Place, 'forge' | 'id'>) => `${forge}/${id}`

/** Where a deployment is with us (agent 3.1). `settled`: looked at, and not ours to run. */
export type Phase =
  | 'received'
  | 'settled'
  | 'accepted'
  | 'queued'
  | 'preparing'
  | 'publishing'
  | 'verifying'
  | 'rolling_back'
  | 'finishing'
  | 'ended'

/** How a deployment ended with us, and the sentence for it. */
export type Ending = {
  readonly kind:
    | 'succeeded'
    | 'failed'
    | 'errored'
    | 'cancelled'
    | 'superseded'
    /** A lock was set or lifted: done, but it must never look like a running release. */
    | 'applied'
    /** Someone else ended it before we touched anything. */
    | 'withdrawn'
  readonly description: string
  readonly environment_url?: string
}

/** The deployment as the API told it; everything but the ids and the sha is hostile text. */
export type Facts = DeploymentFacts & { readonly description: string }

export type Accepted = {
  readonly deployment: Facts
  readonly rule: string
  /** The log's name, which is the secret part of its link. */
  readonly log: string
  /** Where the forge shows the log, which is sent there; the agent's own page where there is none. */
  readonly log_url?: string
}

/** What a recovery must know of a run: the recipe is kept as it was, whatever the repository says now. */
type Started = {
  readonly recipe: Recipe
  readonly hosts: readonly string[]
}

/** A person's or our own hold on an environment. */
export type Lock = {
  readonly by: string
  readonly reason: string
  readonly at: string
}

/** A deployment as the journal tells it. */
export type Tracked = Place & {
  readonly phase: Phase
  readonly accepted: Accepted | null
  readonly started: Started | null
  readonly publishing: PublishingEntry | null
  /** Succeeded, and the older production deployments may still look active. */
  readonly needsSweep: boolean
}

/** What the agent keeps in its journal: one fact a line. */
export type Entry =
  | (Place & { readonly kind: 'received' })
  /** Not known any more: it may come again. */
  | (Place & { readonly kind: 'forgotten'; readonly why: string })
  | (Place & { readonly kind: 'settled'; readonly why: string })
  | (Place & {
      readonly kind: 'accepted'
      readonly accepted: Accepted
      readonly statuses: Statuses
    })
  | (Place & { readonly kind: 'claimed' })
  | (Place & { readonly kind: 'started'; readonly started: Started })
  | (Place & { readonly kind: 'ran'; readonly entry: RunEntry })
  | (Place & {
      readonly kind: 'ended'
      readonly ending: Ending
      readonly statuses: Statuses
      /** Sets or lifts the lock of the deployment's environment. */
      readonly lock?: Lock | null
    })
  | (Place & { readonly kind: 'swept' })
  /** A status for a deployment that may not be one of ours. */
  | (Place & { readonly kind: 'deactivated'; readonly statuses: Statuses })
  /** The first waiting status is at the forge. */
  | (Place & { readonly kind: 'posted'; readonly status_id: number })
  /** The forge has all of the log that it will have. */
  | (Place & { readonly kind: 'log_sent' })
  /** The forge will never take what waits for this deployment. */
  | (Place & { readonly kind: 'abandoned'; readonly why: string })
  | { readonly kind: 'snapshot'; readonly snapshot: Snapshot }

type Statuses = readonly NewDeploymentStatus[]

/** Statuses on their way to the forge, in order. */
export type Outgoing = Place & {
  readonly statuses: Statuses
  /** What we posted last for it: whatever we may have posted since has a higher id. */
  readonly lastPostedId: number
}

/** A log that the forge is to have. */
export type UnsentLog = Place & { readonly log: string }

/** The whole state as lists, to begin a fresh journal with. */
export type Snapshot = {
  readonly tracked: readonly Tracked[]
  readonly outgoing: readonly Outgoing[]
  /** Not there in journals from before logs were sent. */
  readonly logs?: readonly UnsentLog[]
  readonly locks: readonly (readonly [environment: string, lock: Lock])[]
  readonly published: readonly (readonly [environment: string, id: number])[]
}
