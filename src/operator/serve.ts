import { hasAdministrator } from '../accounts/accounts.ts'
import type { App } from '../app.ts'
import type { Config } from '../config.ts'
import { stopSignal } from '../lib/command-line.ts'
import { openLog } from '../lib/log.ts'
import { linkMinutes, newSetupToken } from '../pages/setup/setup.ts'
import { startServer } from '../server/server.ts'

/** Runs until it is told to stop. The first signal drains; a second one is the operating system's to handle. */
export async function serve(config: Config): Promise<void> {
  const log = openLog({ level: config.log_level, pretty: config.pretty })
  const stopped = stopSignal()
  const server = await startServer(config, log)
  const { app } = server
  const lines = [
    'Slipway is ready.',
    `  API           ${app.urls.api}`,
    `  Git over HTTP ${app.urls.web}/OWNER/REPO.git`,
    `  Git over SSH  ${app.urls.ssh}/OWNER/REPO.git`,
    `  Data          ${config.data}`,
    ...((await hasAdministrator(app.store.read)) ? [] : firstSteps(app, config)),
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
  // What loading the program left behind: V8 would keep it for as long as nobody asks for anything.
  globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' })
  const signal = await stopped
  log.info({ signal }, 'server.stopping')
  await server[Symbol.asyncDispose]()
  log.info('server.stopped')
}

/** The token is in the fragment, which browsers keep to themselves: no proxy writes it into a log. */
const firstSteps = (app: App, { data }: Config) => [
  '',
  `There is no administrator yet. Open this link within ${linkMinutes} minutes; it works once:`,
  `  ${app.urls.web}/setup#t=${newSetupToken(app).reveal()}`,
  'or, in another terminal:',
  `  bin/slipway user create NAME --admin --data ${data}`,
]
