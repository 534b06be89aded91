import type { App } from '../app.ts'
import { chainAll } from '../audit/chain.ts'
import { findPositionBefore, readChain } from '../audit/export.ts'
import { type AdminAnswer, type Asked, done } from './model.ts'

const linksPerAnswer = 500

/** A part of the audit log, a link a line. The last is that with fewer lines than this many. */
export async function readAudit(
  app: Pick<App, 'store' | 'log' | 'signals'>,
  { since, after }: Asked<'read_audit'>,
): Promise<AdminAnswer> {
  await chainAll(app)
  const begin = since !== null && after === 0 ? await findPositionBefore(app, since) : after
  const lines: string[] = []
  for await (const link of readChain(app, begin)) {
    lines.push(JSON.stringify(link))
    if (lines.length === linksPerAnswer) break
  }
  return done(`${lines.length} entries`, lines)
}
