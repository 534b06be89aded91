import { createUser } from '../../src/accounts/accounts.ts'
import { createToken } from '../../src/auth/tokens.ts'
import { readConfig } from '../../src/config.ts'
import { openLog } from '../../src/lib/log.ts'
import { startServer } from '../../src/server/server.ts'

/** A server in a process of its own, with a token of each kind; run with `--expose-gc`, it tells its parent how much memory it needs. */
const [data = ''] = process.argv.slice(2)
const { config } = readConfig({ data, port: '0', ssh_port: '0' }, {})
// What it fails at is to be seen.
const { app, url } = await startServer(config, openLog({ level: 'error', pretty: false }))

const scopes = ['repo', 'admin:repo_hook', 'user', 'admin:org']

async function tokenFor(account: Awaited<ReturnType<typeof createUser>>, scopes: string[]) {
  const made = await createToken(app, account, { scopes, note: 'test', expires_at: null })
  return made.token.reveal()
}

const octo = await createUser(app, { login: 'octo', site_admin: false, password_hash: null })
const mona = await createUser(app, { login: 'mona', site_admin: false, password_hash: null })
const tokens = {
  owner: await tokenFor(octo, scopes),
  narrow: await tokenFor(octo, []),
  stranger: await tokenFor(mona, scopes),
}

process.on('message', () => {
  globalThis.gc?.()
  process.send?.(process.memoryUsage())
})
process.send?.({ url, tokens })
