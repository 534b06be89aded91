import type { App } from '../app.ts'
import { type FieldProblem, Problem } from '../lib/problem.ts'
import { recordNotice } from '../notices/notices.ts'
import type { Tx } from '../store/engine.ts'
import { appendEntry } from './append.ts'
import { type AuditLine, isSilent } from './model.ts'

type Recorder = Pick<App, 'now' | 'signals' | 'who'>

/**
 * `await recordAudit(app, tx, { action: 'lock.set', repository_id, environment, after })`
 *
 * Call inside the transaction that makes it true: no change without its line, no line
 * without its change. Who, from where and by which token comes with the `app` of a
 * request. The line is chained at once or a moment later (`append.ts`). Open pages hear of
 * what no event tells of.
 */
export async function recordAudit(app: Recorder, tx: Tx, line: AuditLine): Promise<void> {
  const { repository_id } = line
  await appendEntry(tx, {
    ...app.who,
    created_at: app.now().toISOString(),
    action: line.action,
    owner_id: line.owner_id ?? null,
    repository_id: repository_id ?? null,
    environment: line.environment ?? null,
    subject: line.subject ?? null,
    refusal: line.refusal ?? null,
    before: textOf(line.before),
    after: textOf(line.after),
  })
  if (repository_id !== undefined && isSilent(line)) await recordNotice(app, tx, repository_id)
  tx.onCommit(() => app.signals.emit('audit'))
}

const textOf = (value: object | undefined) => (value === undefined ? null : JSON.stringify(value))

/** Whoever has no account is refused as often as they like, and the log has no end: it takes so many. */
const strangersPerMinuteMax = 60
const minuteMs = 60_000

/**
 * What was not done, in a transaction of its own: the one that was refused left nothing. A
 * bug is no refusal, and neither is a database that is away. Never fails: what was refused
 * stays refused, and is answered as that.
 */
export async function recordRefusal(
  app: Recorder & Pick<App, 'store' | 'log'>,
  line: AuditLine,
  error: unknown,
): Promise<void> {
  if (!(error instanceof Problem) || error.code === 'unavailable' || !takesLine(app)) return
  const refusal = reasonOf(error)
  try {
    await app.store.transaction((tx) => recordAudit(app, tx, { ...line, refusal }))
  } catch (failure) {
    app.log.error({ err: failure, action: line.action }, 'audit.refusal_not_recorded')
  }
}

/** "Validation Failed" alone says nothing. */
function reasonOf({ message, errors }: Problem): string {
  const more = errors.map((one) => (typeof one === 'string' ? one : wordsOf(one)))
  return [message, ...more].join(': ')
}

const wordsOf = ({ message, field = '', code }: FieldProblem) => message ?? `${field} ${code}`

type Count = { minute: number; lines: number }
const strangers = new WeakMap<App['signals'], Count>()

function takesLine({ who, now, signals }: Recorder): boolean {
  if (who.actor_kind !== 'anonymous') return true
  const minute = Math.floor(now().getTime() / minuteMs)
  const before = strangers.get(signals)
  const lines = before?.minute === minute ? before.lines + 1 : 1
  strangers.set(signals, { minute, lines })
  return lines <= strangersPerMinuteMax
}
