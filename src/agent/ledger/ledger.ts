import { join } from 'node:path'
import { type Journal, openJournal } from '../journal/journal.ts'
import { isRunning, mayFollow } from './decide-phase.ts'
import {
  type Entry,
  type Lock,
  nameOf,
  type Outgoing,
  type Phase,
  type Place,
  type Snapshot,
  type Tracked,
  type UnsentLog,
} from './model.ts'

/**
 * What the agent knows, all of it from its journal. A fact counts at once for our own
 * decisions; before anyone else sees its effect, `record` must have resolved (agent D9).
 */
export type Ledger = AsyncDisposable & {
  /** Resolves when the fact would survive a power cut. */
  record(entry: Entry): Promise<void>
  find(place: Pick<Place, 'forge' | 'id'>): Tracked | undefined
  /** By the secret part of its link. */
  findByLog(log: string): Tracked | undefined
  /** In the order in which they came. */
  all(): readonly Tracked[]
  /** Those whose hosts may be half way: a recovery's work after a crash. */
  interrupted(): readonly Tracked[]
  outgoing(): readonly Outgoing[]
  findOutgoing(place: Pick<Place, 'forge' | 'id'>): Outgoing | undefined
  /** Those that the forge is to have and has not all of, as far as we heard. */
  unsentLogs(): readonly UnsentLog[]
  findLock(environment: string): Lock | null
  /** The highest id that was published there; 0 for none. */
  publishedId(environment: string): number
  /** A write failed: nothing can be promised any more. */
  readonly isBroken: boolean
}

/** The environments of all repositories of all forges, each by one name. */
export const environmentOf = (place: Pick<Place, 'forge' | 'repository'>, environment: string) =>
  `${place.forge} ${place.repository.toLowerCase()} ${environment}`

type State = {
  readonly tracked: Map<string, Tracked>
  readonly outgoing: Map<string, Outgoing>
  readonly logs: Map<string, UnsentLog>
  readonly locks: Map<string, Lock>
  readonly published: Map<string, number>
}

type LedgerOptions = {
  readonly folder: string
  /** Called when a fact is durable, before anyone acts on it: the place to crash in a test. */
  readonly onDurable?: (entry: Entry) => void
}

/** Below this a rewrite saves nothing worth the flush. */
const rewriteBytesMin = 4 * 1024 * 1024
/** A journal is rewritten when most of it is history. */
const rewriteFactor = 4

/** Throws Problem `conflict` when another agent works in this folder. */
export async function openLedger({ folder, onDurable }: LedgerOptions): Promise<Ledger> {
  const path = join(folder, 'journal.jsonl')
  const { journal, entries } = await openJournal<Entry>({
    path,
    parse: parseEntry,
    ...(onDurable && { onDurable }),
  })
  const state: State = {
    tracked: new Map(),
    outgoing: new Map(),
    logs: new Map(),
    locks: new Map(),
    published: new Map(),
  }
  for (const entry of entries) apply(state, entry)
  return ledgerOf(state, journal)
}

/** Our own lines: that it is one of them is checked, its members are what we wrote. */
function parseEntry(value: unknown): Entry {
  const isEntry = typeof value === 'object' && value !== null && 'kind' in value
  if (!isEntry) throw new Error('it is not an entry of this journal')
  return value as Entry
}

function ledgerOf(state: State, journal: Journal<Entry>): Ledger {
  let keptBytes = 0

  async function rewriteIfLong(): Promise<void> {
    if (journal.bytes < Math.max(rewriteBytesMin, keptBytes * rewriteFactor)) return
    // Set first, so that appends meanwhile do not ask for it again.
    keptBytes = journal.bytes
    await journal.rewrite(() => [{ kind: 'snapshot', snapshot: snapshotOf(state) }])
    keptBytes = journal.bytes
  }

  return {
    record: async (entry) => {
      apply(state, entry)
      await journal.append(entry)
      await rewriteIfLong()
    },
    find: (place) => state.tracked.get(nameOf(place)),
    findByLog: (log) => [...state.tracked.values()].find(({ accepted }) => accepted?.log === log),
    all: () => [...state.tracked.values()],
    interrupted: () => [...state.tracked.values()].filter(({ phase }) => isRunning(phase)),
    outgoing: () => [...state.outgoing.values()],
    findOutgoing: (place) => state.outgoing.get(nameOf(place)),
    unsentLogs: () => [...state.logs.values()],
    findLock: (environment) => state.locks.get(environment) ?? null,
    publishedId: (environment) => state.published.get(environment) ?? 0,
    get isBroken() {
      return journal.isBroken
    },
    [Symbol.asyncDispose]: () => journal[Symbol.asyncDispose](),
  }
}

/** Ended ones are kept only to know them again; the forge says they are finished anyway. */
const endedMax = 5000

function snapshotOf(state: State): Snapshot {
  const tracked = [...state.tracked.values()]
  const isOver = ({ phase, needsSweep }: Tracked) =>
    (phase === 'ended' || phase === 'settled') && !needsSweep
  const over = new Set(tracked.filter(isOver).slice(0, -endedMax))
  return {
    tracked: tracked.filter((one) => !over.has(one)),
    outgoing: [...state.outgoing.values()].filter(({ statuses }) => statuses.length > 0),
    logs: [...state.logs.values()],
    locks: [...state.locks],
    published: [...state.published],
  }
}

function apply(state: State, entry: Entry): void {
  if (entry.kind === 'snapshot') restore(state, entry.snapshot)
  else applyPlaced(state, entry)
}

function applyPlaced(state: State, entry: Placed): void {
  const name = nameOf(entry)
  const { forge, repository, id } = entry
  const known = state.tracked.get(name)
  const next = trackedAfter(known ?? freshOf({ forge, repository, id }), entry)
  if (next === null) state.tracked.delete(name)
  else if (next !== undefined) state.tracked.set(name, next)
  applyOutgoing(state, entry)
  applyLog(state, entry)
  applyEnvironment(state, entry, known)
}

function restore(state: State, snapshot: Snapshot): void {
  for (const one of snapshot.tracked) state.tracked.set(nameOf(one), one)
  for (const one of snapshot.outgoing) state.outgoing.set(nameOf(one), one)
  for (const one of snapshot.logs ?? []) state.logs.set(nameOf(one), one)
  for (const [environment, lock] of snapshot.locks) state.locks.set(environment, lock)
  for (const [environment, id] of snapshot.published) state.published.set(environment, id)
}

const freshOf = (place: Place): Tracked => ({
  ...place,
  phase: 'received',
  accepted: null,
  started: null,
  publishing: null,
  needsSweep: false,
})

type Placed = Exclude<Entry, { kind: 'snapshot' }>

/** Null: not known any more. Undefined: nothing changes. */
function trackedAfter(tracked: Tracked, entry: Placed): Tracked | null | undefined {
  switch (entry.kind) {
    case 'received':
      return tracked
    case 'forgotten':
      return null
    case 'settled':
      return moved(tracked, 'settled')
    case 'accepted':
      return { ...moved(tracked, 'accepted'), accepted: entry.accepted }
    case 'claimed':
      return moved(tracked, 'queued')
    case 'started':
      return { ...moved(tracked, 'preparing'), started: entry.started }
    case 'ran':
      return ranOf(tracked, entry.entry)
    case 'ended':
      return entry.ending.kind === 'succeeded'
        ? { ...moved(tracked, 'ended'), started: null, needsSweep: true }
        : overOf(moved(tracked, 'ended'))
    case 'swept':
      return { ...overOf(tracked), needsSweep: false }
    case 'deactivated':
    case 'posted':
    case 'log_sent':
    case 'abandoned':
      return undefined
  }
}

/** All that matters of one that is over is that we know it. */
const overOf = (tracked: Tracked): Tracked => ({
  ...tracked,
  phase: 'ended',
  accepted: null,
  started: null,
  publishing: null,
})

/** A step that the state machine does not have is a bug, and nothing true can follow it. */
function moved(tracked: Tracked, to: Phase): Tracked {
  if (!mayFollow(tracked.phase, to))
    throw new Error(`${nameOf(tracked)} cannot go from ${tracked.phase} to ${to}`)
  return { ...tracked, phase: to }
}

function ranOf(tracked: Tracked, entry: Extract<Entry, { kind: 'ran' }>['entry']): Tracked {
  const next = moved(tracked, entry.point)
  return entry.point === 'publishing' ? { ...next, publishing: entry } : next
}

const isOver = ({ tracked }: State, name: string) =>
  ['ended', 'settled', undefined].includes(tracked.get(name)?.phase)

function applyOutgoing(state: State, entry: Placed): void {
  const { forge, repository, id } = entry
  const name = nameOf(entry)
  const before = state.outgoing.get(name) ?? {
    forge,
    repository,
    id,
    statuses: [],
    lastPostedId: 0,
  }
  if ('statuses' in entry) {
    state.outgoing.set(name, { ...before, statuses: [...before.statuses, ...entry.statuses] })
  } else if (entry.kind === 'posted' && before.statuses.length === 1 && isOver(state, name)) {
    state.outgoing.delete(name)
  } else if (entry.kind === 'posted') {
    state.outgoing.set(name, {
      ...before,
      statuses: before.statuses.slice(1),
      lastPostedId: entry.status_id,
    })
  } else if (entry.kind === 'abandoned') {
    state.outgoing.set(name, { ...before, statuses: [] })
  }
}

/** One that another agent runs has that one's log. */
function applyLog({ logs }: State, entry: Placed): void {
  const { forge, repository, id, kind } = entry
  if (kind === 'accepted' && entry.accepted.log_url !== undefined) {
    logs.set(nameOf(entry), { forge, repository, id, log: entry.accepted.log })
  } else if (kind === 'log_sent' || kind === 'settled' || kind === 'forgotten') {
    logs.delete(nameOf(entry))
  }
}

function applyEnvironment(state: State, entry: Placed, tracked: Tracked | undefined): void {
  const environment = tracked?.accepted?.deployment.environment
  if (tracked === undefined || environment === undefined) return
  const name = environmentOf(tracked, environment)
  if (entry.kind === 'ran' && entry.entry.point === 'publishing') {
    state.published.set(name, Math.max(entry.id, state.published.get(name) ?? 0))
  }
  if (entry.kind !== 'ended' || entry.lock === undefined) return
  if (entry.lock === null) state.locks.delete(name)
  else state.locks.set(name, entry.lock)
}
