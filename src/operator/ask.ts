import { openSync, rmSync, writeFileSync } from 'node:fs'
import { answerAdmin } from '../admin/admin.ts'
import type { AdminRequest } from '../admin/model.ts'
import { askServer } from '../admin/socket.ts'
import { operator } from '../audit/model.ts'
import type { Config } from '../config.ts'
import { openLog } from '../lib/log.ts'
import { Problem } from '../lib/problem.ts'
import { openApp, urlsOf } from '../server/server.ts'

/**
 * Puts an administrator's request to the running server, or, when none is
 * running, opens the data folder for as long as it takes. Prints the answer;
 * throws a Problem with the server's message when it was refused. A private key
 * goes to `keyFile` where one is named.
 */
export async function ask(config: Config, request: AdminRequest, keyFile?: string): Promise<void> {
  // First of all: a key that cannot be kept must not be made.
  const file = keyFile === undefined ? undefined : reserveFile(keyFile)
  const answer = (await askServer(config.data, request)) ?? (await answerAlone(config, request))
  if (answer.kind === 'refused') {
    if (keyFile !== undefined) rmSync(keyFile)
    throw new Problem('invalid', answer.message)
  }
  const { message, output, private_key } = answer
  process.stderr.write(`${message}\n`)
  for (const line of output) process.stdout.write(`${line}\n`)
  if (private_key === undefined) return
  if (file === undefined) process.stdout.write(private_key)
  else writeFileSync(file, private_key)
  if (keyFile !== undefined) process.stdout.write(`PRIVATE_KEY_PATH=${keyFile}\n`)
}

function reserveFile(path: string): number {
  try {
    return openSync(path, 'wx', 0o600)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new Problem('invalid', `The key cannot be kept in ${path}: ${reason}`)
  }
}

async function answerAlone(config: Config, request: AdminRequest) {
  await using parts = new AsyncDisposableStack()
  const log = openLog({ level: 'warn', pretty: config.pretty })
  const app = await openApp(parts, config, { log, urls: urlsOf(config) })
  return await answerAdmin({ ...app, who: operator }, request)
}
