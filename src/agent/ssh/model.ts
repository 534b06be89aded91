import type { Duplex } from 'node:stream'
import type { Secret } from '../../lib/secret.ts'
import type { GitRemote, Host } from '../recipe/model.ts'

/** The one way to the hosts and to git: OpenSSH's client with one generated configuration. */
export type Ssh = AsyncDisposable & {
  /** Runs a script on a host under the dead-man's switch (agent 3.4). */
  runStep(host: Host, step: Step): Promise<StepResult>
  /** Runs a short script that only reads. Its output, or why there is none. */
  read(host: Host, script: string, signal: AbortSignal): Promise<ReadResult>
  /** A connection made by the host, to an address as the host sees it. */
  dial(host: Host, to: { readonly host: string; readonly port: number }): Promise<Dialled>
  /** What git needs to reach a remote of the configuration through the same file. */
  git(remote: GitRemote): GitAccess
  /** Why an ssh client or git gave up, from what it wrote. */
  explain(stderr: string, role: Role): string
}

/** Host and git servers can share an address; the message says which key to look at. */
export type Role = 'host' | 'git'

export type GitAccess = {
  readonly url: string
  /** Value for GIT_SSH_COMMAND. */
  readonly sshCommand: string
}

export type Dialled = {
  readonly stream: Duplex
  /** Why it broke, when ssh said so. */
  said(): string | null
}

export type Step = {
  /** Absolute folder on the host, for this step alone. */
  readonly runFolder: string
  readonly script: string
  readonly env: Readonly<Record<string, string>>
  /** Reach the process by standard input, into its environment, and nothing else. */
  readonly secrets: ReadonlyMap<string, Secret>
  /** Becomes the script's standard input, whole or not at all. */
  readonly input: AsyncIterable<Buffer> | null
  readonly timeoutMs: number
  /** Null: it may be silent as long as it likes. */
  readonly idleTimeoutMs: number | null
  /** Between SIGTERM and SIGKILL. */
  readonly killAfterMs: number
  readonly signal: AbortSignal
  readonly onLine: (line: string) => void
}

/**
 * `exited`: the host's `rc` file says so. `stopped`: we had it killed, and the
 * host says that no process is left. `lost`: no evidence; it may still be
 * running for as long as its lease. Only `exited` with 0 is success.
 */
export type StepResult =
  | { readonly kind: 'exited'; readonly code: number; readonly output: string }
  | { readonly kind: 'stopped'; readonly why: StopReason }
  | { readonly kind: 'lost'; readonly reason: string }

export type StopReason = 'cancelled' | 'timeout' | 'idle' | 'lease' | 'eof'

export type ReadResult =
  | { readonly kind: 'read'; readonly output: string }
  | { readonly kind: 'unreached'; readonly reason: string }
