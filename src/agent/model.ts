import type { Client } from '../client/client.ts'
import type { Log } from '../lib/log.ts'
import type { Secret } from '../lib/secret.ts'
import type { LogStore } from './journal/log-store.ts'
import type { Ledger } from './ledger/ledger.ts'
import type { Ending as LedgerEnding, Lock as LedgerLock } from './ledger/model.ts'
import type { LogSender } from './log-sender/log-sender.ts'
import type { Outbox } from './outbox.ts'
import type { AgentConfig, Forge, SecretPlaces } from './recipe/model.ts'
import type { Remote } from './remote/model.ts'
import type { Vault } from './vault/vault.ts'

/** Rules may name only types of their own folder. */
export type Lock = LedgerLock
export type Ending = LedgerEnding

export type OpenForge = {
  readonly forge: Forge
  readonly client: Client
  readonly token: Secret
  readonly webhookSecrets: readonly Secret[]
  readonly vault: Vault
}

/** What the parts of the agent share. */
export type Parts = {
  readonly config: AgentConfig
  readonly places: SecretPlaces
  readonly forges: ReadonlyMap<string, OpenForge>
  readonly ledger: Ledger
  readonly outbox: Outbox
  readonly logSender: LogSender
  readonly remote: Remote
  readonly logs: LogStore
  readonly log: Log
  /** Masks the agent's own secrets in what it says itself. */
  readonly needles: readonly string[]
  /** Ends all waiting; what runs has its own signal. */
  readonly signal: AbortSignal
}
