import type { Secret } from '../lib/secret.ts'
import type { Allowance, GitRemote, Host, Recipe } from '../recipe/model.ts'

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
  /** Publishes an earlier good release, one for all hosts, under the fence of this deployment. */
  runRollback(run: Run & { readonly to: RollbackTarget }): Promise<RunOutcome>
  /**
   * After a crash in `publishing` or `verifying`: reads what every host really
   * has, then finishes when all are on the new release and healthy, or goes back.
   */
  recoverRun(run: Run & { readonly entry: PublishingEntry }): Promise<RunOutcome>
  /** The state of each host, in the order given. */
  inspectHosts(where: HostsOf): Promise<readonly HostReport[]>
  /** Removes what a run left that never published: `.<release>.partial` and its release folder. */
  cleanPartials(where: HostsOf & { readonly deploymentId: number }): Promise<readonly HostReport[]>
}

export type FetchRequest = {
  readonly git: GitRemote
  readonly sha: string
  /** Globs of branch and tag names. Empty: any branch or tag. */
  readonly refs: readonly string[]
  readonly log: (line: string) => void
  readonly signal: AbortSignal
}

/** A clone in the agent's folder that holds `sha`. */
export type FetchedSource = {
  readonly sha: string
  /** The ref that made the sha allowed, as `refs/heads/main`. */
  readonly reachableFrom: string
  /**
   * Text of a file in the repository and the commit it is from. Null when there
   * is none. Throws Problem `invalid` when it is over 256 KB.
   */
  readFile(
    path: string,
    from: 'deployed_sha' | 'default_branch',
  ): Promise<{ readonly text: string; readonly sha: string } | null>
  /** The bare repository. */
  readonly folder: string
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
  readonly releases: readonly ReleaseName[]
  readonly partials: readonly string[]
  /** Deployment ids whose process groups are alive. */
  readonly running: readonly number[]
}
