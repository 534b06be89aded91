import { setTimeout as wait } from 'node:timers/promises'
import { type Patience, untilAnswered } from '../../client/client.ts'
import { ApiProblem } from '../../client/model.ts'
import type { Log } from '../../lib/log.ts'
import type { LogStore } from '../journal/log-store.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { nameOf, type UnsentLog } from '../ledger/model.ts'
import { decidePiece, type Piece } from './decide-piece.ts'
import type { Desk } from './desk.ts'

export type SendingOptions = {
  readonly ledger: Pick<Ledger, 'find' | 'record' | 'unsentLogs'>
  readonly logs: Pick<LogStore, 'read' | 'size' | 'watch'>
  readonly log: Log
  /** Ends all sending; what is left goes at the next start. */
  readonly signal: AbortSignal
  /** Undefined for a forge that is to have no logs. */
  readonly deskOf: (forge: string) => Desk | undefined
}

/** A log that is written line by line is sent a few times a second. */
const gatherMs = 300

/** Sends one log to its end; `hurry` says that nothing is worth waiting for any more. */
export async function sendLog(
  options: SendingOptions,
  one: UnsentLog,
  hurry: AbortSignal,
): Promise<void> {
  const { ledger, logs, signal } = options
  const { forge, repository, id } = one
  const send = senderOf(options, one)
  const stopped = AbortSignal.any([signal, hurry])
  // Of what was sent before a restart only the forge knows what arrived.
  let sent = await send(0, nothing)
  while (sent !== 'refused' && !signal.aborted) {
    using growth = watch(logs, one.log)
    const isOver = isEnded(ledger, one)
    const piece = decidePiece({ sent, size: await logs.size(one.log), isEnded: isOver })
    if (piece.kind === 'done') break
    if (piece.kind === 'wait') await growth.heard(stopped)
    else sent = await send(sent, await bytesOf(logs, one, piece))
  }
  if (!signal.aborted) await ledger.record({ forge, repository, id, kind: 'log_sent' })
}

const isEnded = (ledger: SendingOptions['ledger'], one: UnsentLog) =>
  ['ended', undefined].includes(ledger.find(one)?.phase)

const nothing = Buffer.alloc(0)

async function bytesOf(
  logs: SendingOptions['logs'],
  { log }: UnsentLog,
  piece: Extract<Piece, { kind: 'send' | 'tell' }>,
): Promise<Buffer> {
  if (piece.kind === 'tell') return Buffer.from(piece.line)
  return (await logs.read(log, piece.from)).subarray(0, piece.to - piece.from)
}

/** Sends until the forge has it and has said how much it has then, or until it says that it never will. */
function senderOf({ deskOf, log, signal }: SendingOptions, one: UnsentLog) {
  const desk = deskOf(one.forge)
  const deployment = nameOf(one)
  const onProblem: Patience['onProblem'] = ({ message }, wait_ms) =>
    log.warn({ deployment, problem: message, wait_ms }, 'log.waiting')

  return async (offset: number, bytes: Buffer): Promise<number | 'refused'> => {
    if (desk === undefined) return 'refused'
    const ask = () => desk.append(one, offset, bytes).catch(orAgain)
    // One that was put back to an older state lacks what it had: it says from where to go on.
    const orAgain = async (error: unknown) => {
      if (!(error instanceof ApiProblem) || error.status !== 409) throw error
      return await desk.append(one, 0, nothing)
    }
    try {
      return await untilAnswered(ask, { signal, onProblem })
    } catch (error) {
      if (!(error instanceof ApiProblem) || signal.aborted) throw error
      log.warn({ deployment, problem: error.message }, 'log.refused')
      return 'refused'
    }
  }
}

/** Listens from now on, so that nothing is missed between a look at the log and the wait for more. */
function watch(logs: SendingOptions['logs'], name: string) {
  const grown = Promise.withResolvers<void>()
  const onGrowth = () => grown.resolve()
  const stop = logs.watch(name, onGrowth)
  return {
    /** Resolves a little after there is more, so that it goes together; at once when told to stop. */
    heard: async (stopped: AbortSignal) => {
      stopped.addEventListener('abort', onGrowth)
      if (!stopped.aborted) await grown.promise
      stopped.removeEventListener('abort', onGrowth)
      await wait(gatherMs, undefined, { signal: stopped, ref: false }).catch(() => undefined)
    },
    [Symbol.dispose]: stop,
  }
}
