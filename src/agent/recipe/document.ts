/** The shape of `schema/deploy.v1.schema.json`, as far as it is read: what is true after validation. */
export type DeployDocument = {
  readonly service: string
  readonly strategy: 'files' | 'compose' | 'script'
  readonly source?: {
    readonly path?: string
    readonly ignore?: readonly string[]
    readonly submodules?: boolean
    readonly lfs?: boolean
  }
  readonly build?: {
    readonly run: Commands
    readonly output?: string
    readonly cache?: readonly string[]
    readonly timeout?: string
    readonly env?: Texts
    readonly image?: string
  }
  readonly files?: {
    readonly deploy_to: string
    readonly current?: string
    readonly shared_dirs?: readonly string[]
    readonly shared_files?: readonly string[]
    readonly keep_releases?: number
    readonly transfer?: 'archive' | 'rsync'
    readonly activate?: 'symlink' | 'copy'
  }
  readonly hosts?: {
    readonly roles?: readonly string[]
    readonly names?: readonly string[]
    readonly labels?: Texts
    readonly primary?: string
  }
  readonly rollout?: {
    readonly max_parallel?: number | string
    readonly pause?: string
    readonly max_failures?: number | string
    readonly unreachable?: 'fail' | 'skip'
    readonly canary?: { readonly hosts?: number | string; readonly soak?: string }
    readonly order?: 'inventory' | 'shuffle'
    readonly prepare_parallel?: number
  }
  readonly health?: readonly HealthDocument[]
  readonly hooks?: Readonly<Record<string, readonly StepDocument[]>>
  readonly env?: { readonly clear?: Texts; readonly secret?: readonly string[] }
  readonly rollback?: { readonly on?: 'failure' | 'never'; readonly lock?: boolean }
  readonly timeouts?: {
    readonly total?: string
    readonly step?: string
    readonly idle?: string
    readonly queue?: string
    readonly connect?: string
    readonly kill_after?: string
  }
  readonly concurrency?: {
    readonly when_busy?: 'queue' | 'replace_pending' | 'reject'
    readonly cancel_running?: boolean
    readonly group?: string
  }
  readonly url?: string
  readonly tasks?: Readonly<Record<string, readonly StepDocument[]>>
}

export type HealthDocument = {
  readonly name?: string
  readonly http?: string
  readonly tcp?: string
  readonly run?: Commands
  readonly via?: 'host' | 'agent'
  readonly expect?: {
    readonly status?: number | readonly number[]
    readonly body_contains?: string
    readonly header?: Texts
  }
  readonly interval?: string
  readonly timeout?: string
  readonly within?: string
  readonly successes?: number
}

export type StepDocument = {
  readonly name?: string
  readonly run: Commands
  readonly on?: 'hosts' | 'primary' | 'agent'
  readonly roles?: readonly string[]
  readonly as?: string
  readonly dir?: string
  readonly env?: Texts
  readonly timeout?: string
  readonly idle_timeout?: string
  readonly continue_on_error?: boolean
  readonly retries?: number
}

type Commands = string | readonly string[]
type Texts = Readonly<Record<string, string>>
