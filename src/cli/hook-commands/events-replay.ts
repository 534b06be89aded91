import { type Command, InvalidArgumentError } from 'commander'
import { request } from 'undici'
import { exitCodes, newCommand } from '../../lib/command-line.ts'
import { Problem } from '../../lib/problem.ts'
import { parseId, type RepositoryFlags, withRepositoryFlags } from '../flags.ts'
import { symbolOf } from '../screen.ts'
import { type Environment, inRepository, type RepositorySession } from '../session.ts'
import { findHooks } from './list.ts'
import { nameOf, parseMoment } from './model.ts'

type Flags = RepositoryFlags & {
  readonly to: string
  readonly hook?: number
  readonly since?: string
}

export function eventsReplayCommand(environment: Environment): Command {
  const command = newCommand('replay', {
    summary: 'Send recorded events to an address of yours',
    description:
      'Sends what a hook was sent to another address, such as a program on this machine: the same bytes, headers and signatures, in the same order. The hook hears nothing of it.',
    examples: ['slipway events replay --to http://localhost:3000/webhooks --since 2h -R octo/docs'],
  })
    .requiredOption('--to <url>', 'Where to send them', parseTarget)
    .option('--hook <id>', 'Whose requests (not needed where there is one hook)', parseId)
    .option('--since <time>', 'Not what is older (a time, or 30m, 2h, 3d)', parseMoment)
  return withRepositoryFlags(command).action(async (flags: Flags) => {
    await inRepository(environment, flags, (session) => replay(session, flags))
  })
}

function parseTarget(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text
  throw new InvalidArgumentError('Use an address such as http://localhost:3000/webhooks.')
}

type Recorded = {
  readonly guid: string
  readonly event: string
  readonly action: string | null
  readonly headers: readonly (readonly [string, string])[]
  readonly body: string
}

async function replay(session: RepositorySession, { to, hook, since }: Flags): Promise<void> {
  const { data, messages } = session.screen
  const id = hook ?? (await findOnlyHook(session))
  let count = 0
  for await (const recorded of requestsOf(session, id, since)) {
    const { status, isTaken } = await send(recorded, to)
    if (!isTaken) process.exitCode = exitCodes.failed
    const symbol = symbolOf(isTaken ? 'success' : 'failure', data)
    data.line([symbol, status, nameOf(recorded), recorded.guid].join('\t'))
    count++
  }
  messages.line(count === 0 ? 'There is nothing to send.' : `Sent ${count} to ${to}`)
}

async function findOnlyHook(session: RepositorySession): Promise<number> {
  const hooks = await findHooks(session)
  const [only] = hooks
  if (only && hooks.length === 1) return only.id
  if (!only) throw new Problem('invalid', `${session.repository} has no hooks.`)
  const ids = hooks.map(({ id }) => id).join(', ')
  throw new Problem('bad_request', `Which hook? Pass --hook with one of ${ids}.`)
}

type Page = { readonly requests: readonly Recorded[]; readonly cursor: string | null }

async function* requestsOf(session: RepositorySession, id: number, since: string | undefined) {
  const path = `/repos/${session.repository}/hooks/${id}/requests`
  for (let cursor: string | undefined; ; ) {
    const query = { cursor, since }
    const page = (await session.own.request({ method: 'GET', path, query })) as Page
    yield* page.requests
    if (page.cursor === null) return
    cursor = page.cursor
  }
}

const answerWithinMs = 10_000

async function send({ headers, body }: Recorded, to: string) {
  try {
    const answer = await request(to, {
      method: 'POST',
      headers: headers.flat(),
      body,
      signal: AbortSignal.timeout(answerWithinMs),
    })
    await answer.body.dump()
    const { statusCode } = answer
    return { status: String(statusCode), isTaken: statusCode >= 200 && statusCode <= 299 }
  } catch (error) {
    // Nobody listens, or too slowly: the next one may be taken.
    return { status: error instanceof Error ? error.message : String(error), isTaken: false }
  }
}
