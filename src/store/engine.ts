import type { EventEmitter } from 'node:events'
import type { QueryCompiler } from 'kysely'
import { Problem } from '../lib/problem.ts'
import type { Query } from './query.ts'

/** Asks questions. Whoever holds one may read; a `Tx` may also write. */
export type Db = {
  /** Every row of the answer. */
  all<P extends object, R>(query: Query<P, R>, params: P): Promise<R[]>
  /** The first row, if there is one. */
  first<P extends object, R>(query: Query<P, R>, params: P): Promise<R | undefined>
}

/** A transaction in progress. Its body may await nothing but its queries: no network, no git, no sleep. */
export type Tx = Db & {
  /** No other transaction writes before this one has ended, so what is last in a table stays last. */
  readonly isSerial: boolean
  /** Runs once the transaction is durable; not at all when it is rolled back. */
  onCommit(act: () => void): void
}

/** Everything that differs between SQLite and PostgreSQL. Keep it this short. */
export type Engine = {
  readonly name: 'sqlite' | 'postgres'
  readonly columns: Columns
  readonly compiler: QueryCompiler
  /** Reads committed data. */
  readonly read: Db
  /** The tables that a query which was asked reads from; none where the database does not say, as PostgreSQL. */
  tablesOf<P extends object, R>(query: Query<P, R>): ReadonlySet<string>
  /**
   * Runs the body and resolves when what it wrote survives a power cut. Bodies
   * for the same `repositoryId` run one after another on either engine. Throws
   * `Duplicate` where a unique index refused a row.
   */
  transaction<T>(body: (tx: Tx) => Promise<T>, repositoryId?: number): Promise<T>
  /**
   * Events up to this id are all visible, or never will be. Ids are given before the
   * commit, so on PostgreSQL a later one may be visible before an earlier one: whoever
   * reads on from the last id it saw stops here.
   */
  findHorizon(): Promise<number>
  /** Runs statements that are not queries of ours (the schema), all or none, one process at a time. */
  migrate(body: (run: RunStatement) => Promise<void>): Promise<void>
  /** For whoever watches. */
  readonly signals: EventEmitter<StoreSignals>
  /** Transactions that wait for their turn. */
  waiting(): number
  close(): Promise<void>
}

export type StoreSignals = {
  /** Readers find from here on what was written to these tables. SQLite says it at each commit, before anybody is told of that. */
  written: [tables: ReadonlySet<string>]
  /** Transactions became durable together, so long after the first of them began. */
  commit: [{ readonly transactions: number; readonly ms: number }]
}

/** Among the tables written to, where nobody can tell which they are. */
export const anyTable = '*'

export type RunStatement = (sql: string) => Promise<{ readonly [column: string]: unknown }[]>

/** What is spelled differently in a schema. */
export type Columns = {
  /** An ascending 64-bit id that the database hands out and never hands out again. */
  readonly id: string
  readonly blob: string
  /** Statements that make the database itself refuse something. */
  readonly refusal: (of: Refusal) => readonly string[]
}

type Refusal = {
  readonly name: string
  /** `delete on hooks` */
  readonly on: string
  /** A condition on `old`, for some rows alone. */
  readonly when?: string
  readonly message: string
}

/** A row that a unique index refused. Catch it outside the transaction, which has been rolled back. */
export class Duplicate extends Error {
  override readonly name = 'Duplicate'
}

/** For a transaction that would have to wait behind too many (delivery 4.5). */
export const tooBusy = () =>
  new Problem(
    'unavailable',
    'The server has more to write than it keeps up with; try again shortly',
  )
