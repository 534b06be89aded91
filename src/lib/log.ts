import { type Logger, pino } from 'pino'

/**
 * `log.info({ hook_id, ms }, 'delivery.done')`: one JSON object a line. The
 * message is a dotted noun, the facts keep GitHub's snake_case, and a secret is
 * a `Secret`, which prints as `***`.
 */
export type Log = Logger

export type LogOptions = { readonly pretty: boolean; readonly level: string }

/** Writes to standard error, so that a command's data on standard output stays clean. */
export function openLog({ pretty, level }: LogOptions): Log {
  const base = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime }
  const formatters = { level: (label: string) => ({ level: label }) }
  if (!pretty) return pino({ ...base, formatters }, pino.destination({ dest: 2, sync: true }))
  const transport = { target: 'pino-pretty', options: { destination: 2, ignore: 'pid,hostname' } }
  return pino({ ...base, transport })
}

/** For tests and tools that have nothing to say. */
export const silentLog: Log = pino({ level: 'silent' })
