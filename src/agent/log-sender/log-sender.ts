import { setTimeout as wait } from 'node:timers/promises'
import { nameOf, type Place, type UnsentLog } from '../ledger/model.ts'
import { type DeskOptions, openDesk } from './desk.ts'
import { type SendingOptions, sendLog } from './sending.ts'

/**
 * Brings logs to forges that keep them, while they are written and after a restart. The log on disk is the
 * buffer, so that a forge that is away costs no memory, and the forge says from where to go on.
 */
export type LogSender = AsyncDisposable & {
  /** Where the forge will show this log, which then is to be sent; undefined where it shows none. */
  findPage(place: Place, log: string): Promise<string | undefined>
  /** Sends what the ledger has to send, of deployments that are ours to run. */
  wake(): void
  /** Resolves when all of a log that has ended is sent, or when its time is over. */
  flush(place: Place, timeoutMs: number): Promise<void>
}

type LogSenderOptions = Omit<SendingOptions, 'deskOf'> & {
  /** Those that may have logs, by name. */
  readonly forges: ReadonlyMap<string, Omit<DeskOptions, 'signal'>>
}

type Sending = { readonly done: Promise<void>; readonly hurry: AbortController }

export function openLogSender(options: LogSenderOptions): LogSender {
  const { ledger, log, signal } = options
  const desks = new Map(
    [...options.forges].map(([name, forge]) => [name, openDesk({ ...forge, signal })]),
  )
  const sending = { ...options, deskOf: (forge: string) => desks.get(forge) }
  const sendings = new Map<string, Sending>()

  function start(one: UnsentLog): Sending {
    const name = nameOf(one)
    const hurry = new AbortController()
    const done = sendLog(sending, one, hurry.signal)
      .catch((error: unknown) => {
        if (!signal.aborted) log.error({ deployment: name, err: error }, 'log.not_sent')
      })
      .finally(() => sendings.delete(name))
    const started = { done, hurry }
    sendings.set(name, started)
    return started
  }

  const find = (place: Place) => ledger.unsentLogs().find((one) => nameOf(one) === nameOf(place))

  return {
    findPage: async (place, name) => await desks.get(place.forge)?.findPage(place, name),
    wake: () => {
      const isNew = (one: UnsentLog) => !sendings.has(nameOf(one)) && isOurs(ledger, one)
      for (const one of ledger.unsentLogs().filter(isNew)) start(one)
    },
    flush: async (place, timeoutMs) => {
      const unsent = find(place)
      if (unsent === undefined || signal.aborted) return
      const { done, hurry } = sendings.get(nameOf(place)) ?? start(unsent)
      hurry.abort()
      await Promise.race([done, wait(timeoutMs, undefined, { ref: false })])
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all([...sendings.values()].map(({ done }) => done))
      for (const desk of desks.values()) await desk[Symbol.asyncDispose]()
    },
  }
}

/** Until then another agent may be the one that runs it. */
const isOurs = (ledger: SendingOptions['ledger'], one: UnsentLog) =>
  !['received', 'accepted'].includes(ledger.find(one)?.phase ?? '')
