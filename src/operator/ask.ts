import { answerAdmin } from '../admin/admin.ts'
import type { AdminRequest } from '../admin/model.ts'
import { askServer } from '../admin/socket.ts'
import type { Config } from '../config.ts'
import { openLog } from '../lib/log.ts'
import { Problem } from '../lib/problem.ts'
import { openApp } from '../server/server.ts'

/**
 * Puts an administrator's request to the running server, or, when none is
 * running, opens the data folder for as long as it takes. Prints the answer;
 * throws a Problem with the server's message when it was refused.
 */
export async function ask(config: Config, request: AdminRequest): Promise<void> {
  const answer = (await askServer(config.data, request)) ?? (await answerAlone(config, request))
  if (answer.kind === 'refused') throw new Problem('invalid', answer.message)
  process.stderr.write(`${answer.message}\n`)
  for (const line of answer.output) process.stdout.write(`${line}\n`)
}

async function answerAlone(config: Config, request: AdminRequest) {
  await using parts = new AsyncDisposableStack()
  const log = openLog({ level: 'warn', pretty: config.pretty })
  const nowhere = { api: '', web: '', ssh: '' }
  return await answerAdmin(await openApp(parts, config, { log, urls: nowhere }), request)
}
