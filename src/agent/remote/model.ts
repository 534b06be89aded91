import type { Secret } from '../../lib/secret.ts'
import type { Allowance, Host, Recipe } from '../recipe/model.ts'
import type { FetchRequest, FetchedSource as Source } from '../source/model.ts'

export type FetchedSource = Source

/**
 * What the agent can do to the outside. `openRemote` makes one for the whole
 * life of the agent. Nothing here throws for what a deployment can run into:
 * those are outcomes. A `Problem` is thrown where it is written.
 */
export type Remote = AsyncDisposable & {
  /**
   * Fetches all branches and tags with the deploy key and checks that `sha` is
   * reachable from an allowed one. Throws Problem: `unavailable` when the git
   * server cannot be reached or trusted, `forbidden` when the sha may not be deployed.
   */
  fetchSource(request: FetchRequest): Promise<FetchedSource>
  /** Deploys `deployment.sha` to all hosts: prepare, publish, verify, and back when that fails. */
  runDeployment(run: Run & { readonly source: FetchedSource }): Promise<RunOutcome>
  /** The earlier release to go back to: one that every host has and that reached success on all. */
  findRollback(where: HostsOf & { readonly to: RollbackTarget }): Promise<RollbackChoice>
  /**
   * Publishes an earlier release under the fence of this deployment. Make the
   * recipe with the choice's `sha` and `release`, so that health checks expect them.
   */
  runRollback(run: Run & { readonly choice: FoundRelease }): Promise<RunOutcome>
  /**
   * After a crash in `publishing` or later: reads what every host really has, then
   * finishes when all are on the new release and healthy, or goes back. A run that
   * was already going back never finishes. `after_publish` may run twice.
   */
  recoverRun(
    run: Run & { readonly entry: PublishingEntry; readonly wasRollingBack: boolean },
  ): Promise<RunOutcome>
  /** The state of each host, in the order given. */
  inspectHosts(where: HostsOf): Promise<readonly HostReport[]>
  /** Removes what a run left that never published: `.<release>.partial` and its release folder. */
  cleanPartials(where: HostsOf & { readonly deploymentId: number }): Promise<readonly HostReport[]>
}

/** The deployment as the API tells it: everything but `id` and `sha` is hostile text. */
export type DeploymentFacts = {
  readonly id: number
  readonly sha: string
  readonly ref: string
  readonly environment: string
  readonly task: string
  readonly creator: string
  /** JSON text; the commands find it in `$DEPLOY_PAYLOAD_FILE`. */
  readonly payload: string
}

export type Run = {
  readonly recipe: Recipe
  readonly hosts: readonly Host[]
  readonly deployment: DeploymentFacts
  readonly allow: Allowance
  /** By the name the commands see (`recipe.env.secrets[].name`). */
  readonly secrets: ReadonlyMap<string, Secret>
  /** One line of the deployment's log, not masked: that is the caller's. */
  readonly log: (line: string) => void
  /** Awaited before the effect it names. */
  readonly journal: (entry: RunEntry) => Promise<void>
  readonly progress: (progress: Progress) => void
  /** Aborted: kill what runs, go back when something is published, end `cancelled`. */
  readonly signal: AbortSignal
}

/** A release on the hosts: `42-4b9ea94` in `releases/`. */
export type ReleaseName = string

export type RollbackTarget =
  | { readonly kind: 'previous' }
  | { readonly kind: 'deployment'; readonly id: number }
  | { readonly kind: 'sha'; readonly sha: string }

export type RollbackChoice = FoundRelease | { readonly kind: 'none'; readonly reason: string }

export type FoundRelease = {
  readonly kind: 'found'
  readonly release: ReleaseName
  readonly sha: string
}

export type RunEntry =
  | {
      readonly point: 'preparing'
      readonly hosts: readonly string[]
      readonly release: ReleaseName
    }
  | PublishingEntry
  | { readonly point: 'verifying'; readonly hosts: readonly string[] }
  | { readonly point: 'rolling_back'; readonly hosts: readonly string[] }
  | { readonly point: 'finishing'; readonly hosts: readonly string[] }

/** Written before each batch. `previous` has every host of the run: what it had before. */
export type PublishingEntry = {
  readonly point: 'publishing'
  readonly hosts: readonly string[]
  readonly release: ReleaseName
  readonly previous: Readonly<Record<string, ReleaseName | null>>
}

export type Progress = {
  readonly phase: 'preparing' | 'publishing' | 'verifying' | 'rolling_back' | 'finishing'
  /** At most 140 characters, as "Publishing 2/6 · web1". */
  readonly description: string
}

/**
 * How a run ended. `description` is ready for a status (at most 140 characters).
 * `failed`: it ran and the software failed. `errored`: it could not be carried out.
 */
export type RunOutcome = { readonly description: string } & (
  | {
      readonly kind: 'succeeded'
      readonly release: ReleaseName
      readonly hosts: readonly string[]
      readonly skipped: readonly HostFailure[]
    }
  | ({
      readonly kind: 'failed' | 'errored'
      readonly reason: string
      readonly host: string | null
    } & Undone)
  | ({ readonly kind: 'cancelled' } & Undone)
)

export type HostFailure = { readonly host: string; readonly reason: string }

/** What was published and went back, and what could not. */
export type Undone = {
  readonly rolledBack: readonly string[]
  readonly stranded: readonly HostFailure[]
}

export type HostsOf = {
  readonly recipe: Recipe
  readonly hosts: readonly Host[]
  readonly signal: AbortSignal
}

export type HostReport =
  | ({ readonly kind: 'reached'; readonly host: string } & HostState)
  | { readonly kind: 'unreached'; readonly host: string; readonly reason: string }

export type HostState = {
  readonly current: ReleaseName | null
  /** The highest deployment id ever published here; 0 for none. */
  readonly fence: number
  /** Releases that reached success, oldest id first. */
  readonly good: readonly ReleaseName[]
  /** The commit of every complete release, by its name. */
  readonly revisions: Readonly<Record<ReleaseName, string>>
  readonly partials: readonly string[]
  /** Deployment ids whose process groups are alive. */
  readonly running: readonly number[]
}
