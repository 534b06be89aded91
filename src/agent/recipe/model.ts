import type { Secret } from '../../lib/secret.ts'

/** A `deploy.yml` that fits the schema, before an environment is chosen. Ask `recipeFor` for the rest. */
export type RecipeFile = {
  readonly file: string
  readonly document: Readonly<Record<string, unknown>>
  /** The line that says something about this path, or its nearest parent. */
  lineOf(path: readonly string[]): number
}

/** The only values a recipe may take from a deployment (agent 2.1). */
export type RecipeValues = {
  readonly environment: string
  readonly deploymentId: number
  /** The commit on the hosts: the deployment's, or on a rollback the one gone back to. */
  readonly sha: string
  /** Only on a rollback: the name of the release gone back to. */
  readonly releaseId?: string
}

/** The recipe of one deployment: overlay merged, values filled in, every default present. */
export type Recipe = {
  readonly file: string
  readonly environment: string
  readonly service: string
  readonly strategy: Strategy
  readonly source: Source
  readonly build: Build | null
  readonly hosts: HostSelector
  readonly rollout: Rollout
  readonly health: readonly HealthCheck[]
  readonly hooks: Readonly<Partial<Record<HookName, readonly Step[]>>>
  readonly env: {
    readonly clear: Readonly<Record<string, string>>
    readonly secrets: readonly SecretName[]
  }
  readonly rollback: { readonly on: 'failure' | 'never'; readonly locks: boolean }
  readonly timeouts: Timeouts
  readonly concurrency: Concurrency
  readonly url: string | null
  readonly tasks: Readonly<Record<string, readonly Step[]>>
}

/** Only `files` runs for now; the others parse, so that the agent can refuse them by name. */
export type Strategy = Files | { readonly kind: 'compose' } | { readonly kind: 'script' }

export type Files = {
  readonly kind: 'files'
  readonly deployTo: string
  readonly current: string
  readonly sharedDirs: readonly string[]
  readonly sharedFiles: readonly string[]
  readonly keepReleases: number
  readonly transfer: 'archive' | 'rsync'
  readonly activate: 'symlink' | 'copy'
}

export type Source = {
  readonly path: string
  readonly ignore: readonly string[]
  readonly submodules: boolean
  readonly lfs: boolean
}

export type Build = {
  readonly run: string
  readonly output: string
  readonly cache: readonly string[]
  readonly timeoutMs: number
  readonly env: Readonly<Record<string, string>>
  readonly image: string | null
}

export type HostSelector = {
  readonly roles: readonly string[]
  readonly names: readonly string[]
  readonly labels: Readonly<Record<string, string>>
  readonly primary: string | null
}

/** A number of hosts, or a share of them. */
export type Amount =
  | { readonly kind: 'count'; readonly count: number }
  | { readonly kind: 'percent'; readonly percent: number }

export type Rollout = {
  readonly maxParallel: Amount
  readonly pauseMs: number
  readonly maxFailures: Amount
  readonly unreachable: 'fail' | 'skip'
  readonly canary: { readonly hosts: Amount; readonly soakMs: number } | null
  readonly order: 'inventory' | 'shuffle'
  readonly prepareParallel: number
}

export type HealthCheck = {
  readonly name: string
  readonly probe: Probe
  readonly via: 'host' | 'agent'
  readonly intervalMs: number
  readonly timeoutMs: number
  readonly withinMs: number
  readonly successes: number
}

export type Probe =
  | { readonly kind: 'http'; readonly url: string; readonly expect: Expectation }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'run'; readonly run: string }

export type Expectation = {
  /** Empty: any 2xx. */
  readonly statuses: readonly number[]
  readonly bodyContains: string | null
  readonly headers: Readonly<Record<string, string>>
}

export type HookName =
  | 'before_prepare'
  | 'after_prepare'
  | 'before_publish'
  | 'after_publish'
  | 'after_verify'
  | 'on_success'
  | 'on_failure'
  | 'on_cancel'
  | 'before_rollback'
  | 'after_rollback'
  | 'finally'

export type Step = {
  readonly name: string
  readonly run: string
  readonly on: 'hosts' | 'primary' | 'agent'
  readonly roles: readonly string[]
  readonly as: string | null
  readonly dir: string | null
  readonly env: Readonly<Record<string, string>>
  readonly timeoutMs: number
  readonly idleTimeoutMs: number
  readonly continuesOnError: boolean
  readonly retries: number
}

/** `NAME` as the command sees it, `from` as the operator's store calls it. */
type SecretName = { readonly name: string; readonly from: string }

export type Timeouts = {
  readonly totalMs: number
  readonly stepMs: number
  readonly idleMs: number
  readonly queueMs: number
  readonly connectMs: number
  readonly killAfterMs: number
}

export type Concurrency = {
  readonly whenBusy: 'queue' | 'replace_pending' | 'reject'
  readonly cancelsRunning: boolean
  readonly group: string | null
}

/** `agent.yml`, every secret still named and not read. */
export type AgentConfig = {
  readonly file: string
  readonly agent: {
    readonly id: string
    readonly dataDir: string
    readonly listen: { readonly host: string; readonly port: number }
    /** Without a trailing slash. */
    readonly publicUrl: string
  }
  readonly forges: readonly Forge[]
  readonly rules: readonly Rule[]
  readonly identities: Readonly<Record<string, Identity>>
  readonly inventory: readonly Host[]
  readonly secrets: Readonly<Record<string, SecretStore>>
  readonly limits: { readonly deployments: number; readonly hosts: number; readonly queue: number }
  readonly logs: {
    readonly access: 'forge' | 'link' | 'public'
    readonly retentionMs: number
    readonly bytesMax: number
    /** Who shows them; null: the forge, where it can. */
    readonly publish: 'agent' | 'forge' | null
  }
}

export type Forge = {
  readonly name: string
  /** Without a trailing slash. */
  readonly apiUrl: string
  readonly token: SecretSource
  readonly webhook: {
    readonly path: string
    readonly secrets: readonly SecretSource[]
    readonly bodyBytesMax: number
  } | null
  readonly intake: readonly ('webhook' | 'stream' | 'poll')[]
  readonly pollIntervalMs: number
}

export type SecretSource =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'env'; readonly name: string }
  | { readonly kind: 'exec'; readonly argv: readonly string[] }
  | { readonly kind: 'credential'; readonly name: string }

/** What a deployment must be for the agent to run it. Empty `refs` or `creators`: any. */
export type Rule = {
  readonly name: string
  /** Null: every forge. */
  readonly forge: string | null
  readonly repos: readonly string[]
  readonly environments: readonly string[]
  readonly tasks: readonly string[]
  readonly refs: readonly string[]
  readonly creators: readonly string[]
  readonly git: GitRemote
  readonly config: {
    readonly from: 'deployed_sha' | 'default_branch' | 'agent'
    readonly path: string
  }
  readonly allow: Allowance
  /** Name of a store in `secrets`. */
  readonly secrets: string | null
  readonly locked: 'reject' | 'queue'
  readonly maxRuntimeMs: number | null
}

/** What the operator lets a recipe do beyond running as the deploy user on the hosts. */
export type Allowance = {
  readonly runsOnAgent: boolean
  /** Users a step may become with `sudo -n`. */
  readonly become: readonly string[]
}

/** Where the code is fetched from, with which deploy key, from which pinned server. */
export type GitRemote = {
  readonly address: string
  readonly port: number
  readonly user: string
  readonly path: string
  readonly identity: string
  readonly hostKeys: readonly string[]
}

export type Identity = {
  readonly file: string | null
  readonly certificate: string | null
  readonly agentSocket: string | null
}

export type Host = {
  readonly name: string
  readonly address: string
  readonly port: number
  readonly user: string
  readonly identity: string
  /** `type base64`, without comment. */
  readonly hostKeys: readonly string[]
  readonly hostCa: string | null
  readonly jump: string | null
  readonly roles: readonly string[]
  readonly environments: readonly string[]
  readonly labels: Readonly<Record<string, string>>
}

export type SecretStore = {
  readonly dotenv: string | null
  readonly exec: readonly string[]
  readonly dir: string | null
  /** What the store lacks is asked of the forge, when a deployment starts. */
  readonly asksForge: boolean
  /** Globs of names whose values are masked in logs even when no recipe asks for them. */
  readonly mask: readonly string[]
}

/** Where secrets come from, given once by main: nothing else reads the environment. */
export type SecretPlaces = {
  readonly env: Readonly<Record<string, string | undefined>>
  /** `$CREDENTIALS_DIRECTORY`, or `credentials/` beside `agent.yml`. */
  readonly credentialsDirectory: string
}

/** A store as read: every value by the store's name for it, and the values to mask. */
export type OpenedStore = {
  readonly values: ReadonlyMap<string, Secret>
  readonly masked: readonly Secret[]
}
