/** The shape of `schema/agent.v1.schema.json`, as far as it is read: what is true after validation. */
export type AgentDocument = {
  readonly agent: {
    readonly id: string
    readonly data_dir: string
    readonly listen?: string
    readonly public_url?: string
  }
  readonly forges: readonly ForgeDocument[]
  readonly rules: readonly RuleDocument[]
  readonly identities?: Readonly<
    Record<
      string,
      { readonly file?: string; readonly certificate?: string; readonly agent_socket?: string }
    >
  >
  readonly inventory: Readonly<Record<string, HostDocument>>
  readonly secrets?: Readonly<
    Record<
      string,
      {
        readonly dotenv?: string
        readonly exec?: readonly string[]
        readonly dir?: string
        readonly forge?: boolean
        readonly mask?: readonly string[]
      }
    >
  >
  readonly limits?: {
    readonly deployments?: number
    readonly hosts?: number
    readonly queue?: number
  }
  readonly logs?: {
    readonly access?: 'forge' | 'link' | 'public'
    readonly retention?: string
    readonly max_bytes?: number
    readonly publish?: 'agent' | 'forge'
  }
}

export type ForgeDocument = {
  readonly name: string
  readonly api_url: string
  readonly token: SecretDocument
  readonly webhook?: {
    readonly path?: string
    readonly secrets: readonly SecretDocument[]
    readonly max_body?: number
  }
  readonly intake: readonly ('webhook' | 'stream' | 'poll')[]
  readonly poll_interval?: string
}

export type SecretDocument = {
  readonly file?: string
  readonly env?: string
  readonly exec?: readonly string[]
  readonly credential?: string
}

export type RuleDocument = {
  readonly name: string
  readonly forge?: string
  readonly repos: readonly string[]
  readonly environments: readonly string[]
  readonly tasks?: readonly string[]
  readonly refs?: readonly string[]
  readonly creators?: readonly string[]
  readonly git: {
    readonly url: string
    readonly identity: string
    readonly host_key?: string | readonly string[]
  }
  readonly config: {
    readonly from: 'deployed_sha' | 'default_branch' | 'agent'
    readonly path?: string
  }
  readonly allow?: { readonly run_on_agent?: boolean; readonly become?: readonly string[] }
  readonly secrets?: string
  readonly locked?: 'reject' | 'queue'
  readonly max_runtime?: string
}

export type HostDocument = {
  readonly address: string
  readonly port?: number
  readonly user: string
  readonly identity: string
  readonly host_key?: string | readonly string[]
  readonly host_ca?: string
  readonly jump?: string
  readonly roles?: readonly string[]
  readonly environments?: readonly string[]
  readonly labels?: Readonly<Record<string, string>>
}
