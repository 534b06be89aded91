import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { answerAdmin } from '../admin/admin.ts'
import type { AdminAnswer, AdminRequest } from '../admin/model.ts'
import { askServer } from '../admin/socket.ts'
import { type Link, verify } from '../audit/link.ts'
import { operator } from '../audit/model.ts'
import type { Config } from '../config.ts'
import { openLog } from '../lib/log.ts'
import { Problem } from '../lib/problem.ts'
import { openApp, urlsOf } from '../server/server.ts'

/** Prints the log as JSON lines, from its beginning or from a time on. */
export async function exportAudit(config: Config, since: string | null): Promise<void> {
  let count = 0
  for await (const line of linesIn(config, since)) {
    count++
    // Whoever reads slowly is waited for.
    if (!process.stdout.write(`${line}\n`)) await drained()
  }
  process.stderr.write(`${count} entries.\n`)
}

const drained = () => new Promise((resolve) => process.stdout.once('drain', resolve))

type Wanted = {
  readonly file: string | undefined
  /** `42:3f…`: what an earlier look had for the last position and its hash. */
  readonly noted: string | undefined
}

/** Says that the chain holds, and its last hash. Throws `invalid` for the first entry that does not. */
export async function verifyAudit(config: Config, { file, noted }: Wanted): Promise<void> {
  const lines = file === undefined ? linesIn(config, null) : linesOf(file)
  let isNotedFound = noted === undefined
  async function* links() {
    for await (const line of lines) {
      const link = parseLink(line)
      isNotedFound ||= `${link.position}:${link.hash}` === noted
      yield link
    }
  }
  const verdict = await verify(links())
  if (verdict.kind === 'broken') {
    const { position, reason } = verdict
    throw new Problem('invalid', `Entry ${position} of the audit log does not hold: ${reason}`)
  }
  if (!isNotedFound) {
    throw new Problem(
      'invalid',
      `The audit log has no entry ${noted}: its end was cut off, or it was written anew`,
    )
  }
  const { count, last } = verdict
  const end = last ? `, up to ${last.position}:${last.hash}` : ''
  process.stdout.write(`The audit log holds: ${count} entries${end}\n`)
}

/** Of the running server, or where none is running, of the data folder. */
async function* linesIn(config: Config, since: string | null): AsyncGenerator<string> {
  await using parts = new AsyncDisposableStack()
  const ask = await openAsk(parts, config)
  for (let after = 0; ; ) {
    const answer = await ask({ kind: 'read_audit', since, after })
    if (answer.kind === 'refused') throw new Problem('invalid', answer.message)
    const last = answer.output.at(-1)
    if (last === undefined) return
    yield* answer.output
    after = parseLink(last).position
  }
}

async function openAsk(parts: AsyncDisposableStack, config: Config) {
  const nothing = { kind: 'read_audit', since: null, after: Number.MAX_SAFE_INTEGER } as const
  const isThere = (await askServer(config.data, nothing)) !== undefined
  const log = openLog({ level: 'warn', pretty: config.pretty })
  const app = isThere ? undefined : await openApp(parts, config, { log, urls: urlsOf(config) })
  return async (request: AdminRequest): Promise<AdminAnswer> => {
    if (app) return await answerAdmin({ ...app, who: operator }, request)
    const answer = await askServer(config.data, request)
    if (!answer) throw new Problem('unavailable', 'The server has stopped meanwhile; try again')
    return answer
  }
}

function linesOf(file: string): AsyncIterable<string> {
  const input = createReadStream(file)
  return createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })
}

const link = z.looseObject({ position: z.int(), previous: z.string(), hash: z.string() })

/** The rest need not be looked at: it is what it was when it was hashed, or it is not. */
function parseLink(line: string): Link {
  try {
    return link.parse(JSON.parse(line)) as Link
  } catch {
    throw new Problem('invalid', `This is no line of an audit log: ${line.slice(0, 100)}`)
  }
}
