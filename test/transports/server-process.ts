import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createUser } from '../../src/accounts/accounts.ts'
import { createToken } from '../../src/auth/tokens.ts'
import { readConfig } from '../../src/config.ts'
import { silentLog } from '../../src/lib/log.ts'
import { startServer } from '../../src/server/server.ts'

/** A whole server in a process of its own, so that its memory can be measured; its parent asks by messages. */
const [data = ''] = process.argv.slice(2)
const { config } = readConfig({ data, port: '0', ssh_port: '0' }, {})
const { app, url } = await startServer(config, silentLog)
const octo = await createUser(app, { login: 'octo', site_admin: false, password_hash: null })
const request = { scopes: ['repo'], note: 'test', expires_at: null }
const token = (await createToken(app, octo, request)).token.reveal()
const hostKey = (await readFile(join(data, 'ssh_host_ed25519_key.pub'), 'utf8')).trim()

process.on('message', () => process.send?.({ rss: process.memoryUsage.rss() }))
process.send?.({ url, ssh: app.urls.ssh, token, hostKey })
