import { readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Octokit } from '@octokit/rest'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../support/engines.ts'
import { run, serve } from '../support/program.ts'

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8)

it('starts from an empty folder, makes its keys, and says how to make an administrator', async () => {
  const data = join(temporaryFolder(), 'data')
  const server = await serve(data)
  expect(server.output()).toContain(`bin/slipway user create NAME --admin --data ${data}`)
  expect(readdirSync(data)).toEqual(expect.arrayContaining(['slipway.db', 'secret.key']))
  const secrets = [
    'slipway.db',
    'slipway.db-wal',
    'secret.key',
    'ssh_host_ed25519_key',
    'admin.sock',
  ]
  expect(secrets.map((name) => modeOf(join(data, name)))).toEqual(secrets.map(() => '600'))
  expect(await server.stop()).toBe(0)
})

it('makes a user and a token beside the running server, and the token works at once', async () => {
  const data = temporaryFolder()
  const server = await serve(data)
  const user = await run(['user', 'create', 'octo', '--admin', '--data', data])
  expect(user).toMatchObject({ code: 0, stdout: '' })
  const given = ['--user', 'octo', '--scopes', 'repo', '--data', data]
  const token = await run(['token', 'create', ...given])
  expect(token.stdout).toMatch(/^slp_\w{36}\n$/)

  const auth = token.stdout.trim()
  const octokit = new Octokit({ baseUrl: server.apiUrl, auth })
  expect((await octokit.users.getAuthenticated()).data.login).toBe('octo')

  const listed = await run(['token', 'list', '--user', 'octo', '--data', data])
  const id = listed.stdout.split('\t')[0] ?? ''
  expect(listed.stdout).toContain(auth.slice(-8))
  expect((await run(['token', 'revoke', id, '--data', data])).code).toBe(0)
  await expect(octokit.users.getAuthenticated()).rejects.toThrow('Bad credentials')
})

it('does the same while no server runs', async () => {
  const data = temporaryFolder()
  const password = { input: 'correct horse battery\n' }
  const user = await run(['user', 'create', 'octo', '--password-stdin', '--data', data], password)
  expect(user.code).toBe(0)
  expect((await run(['org', 'create', 'acme', '--owner', 'octo', '--data', data])).code).toBe(0)
  const again = await run(['user', 'create', 'OCTO', '--data', data])
  expect(again).toMatchObject({ code: 1, stderr: 'slipway: The name OCTO is taken\n' })
})

it('refuses a second process on the same folder and says which one holds it', async () => {
  const data = temporaryFolder()
  const server = await serve(data)
  const second = await run(['serve', '--data', data, '--port', '0', '--ssh-port', '0'])
  expect(second.code).toBe(1)
  expect(second.stderr).toContain(`in use by process ${server.child.pid}`)
  await server.stop()
})

it('refuses to start without the key that sealed its secrets', async () => {
  const data = temporaryFolder()
  await (await serve(data)).stop()
  rmSync(join(data, 'secret.key'))
  const start = await run(['serve', '--data', data, '--port', '0', '--ssh-port', '0'])
  expect(start.code).toBe(1)
  expect(start.stderr).toContain('secret.key is missing')
})

it('stops the start for a bad or unknown setting, by its name', async () => {
  const data = temporaryFolder()
  const misspelled = await run(['serve', '--data', data], { env: { SLIPWAY_PROT: '1' } })
  expect(misspelled.stderr).toContain('There is no setting SLIPWAY_PROT')
  writeFileSync(join(data, 'slipway.yml'), 'prot: 3000\n')
  const unknown = await run(['serve', '--data', data])
  expect(unknown).toMatchObject({ code: 1 })
  expect(unknown.stderr).toContain('there is no setting "prot"')
})

it('shows the settings in force and where each comes from', async () => {
  const data = temporaryFolder()
  writeFileSync(join(data, 'slipway.yml'), 'port: 4000\n')
  const env = { SLIPWAY_SSH_PORT: '4022', DATABASE_URL: 'postgres://slipway:hidden@db/slipway' }
  const shown = await run(['config', 'show', '--origin', '--data', data], { env })
  expect(shown.stdout).toContain('port\t4000\tslipway.yml\n')
  expect(shown.stdout).toContain('ssh_port\t4022\tvariable SLIPWAY_SSH_PORT\n')
  expect(shown.stdout).toContain('host\t127.0.0.1\tdefault\n')
  expect(shown.stdout).not.toContain('hidden')
})

it('helps, suggests, and tells misuse by its exit code', async () => {
  const help = await run(['--help'])
  expect(help).toMatchObject({ code: 0 })
  expect(help.stdout).toMatch(/^USAGE +slipway <command>/)
  const typo = await run(['tokn'])
  expect(typo.code).toBe(2)
  expect(typo.stderr).toContain('Did you mean token?')
})
