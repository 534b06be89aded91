import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { sliceFile, sliceText } from '../../scripts/description-slice.ts'
import { createOrganization } from '../../src/accounts/accounts.ts'
import { hookedApp } from '../support/apps.ts'
import { temporaryFolder } from '../support/engines.ts'
import { run } from '../support/program.ts'
import { startServer } from '../support/server.ts'
import { compatibilityPage } from './compatibility-page.ts'

const page = join(import.meta.dirname, '../../docs/compatibility.md')

it('finds nothing wrong with this server, leaves nothing there, and is what the page shows', async () => {
  const server = await startServer()
  await createOrganization(server.app, 'acme', await server.user('octo'))
  const token = await server.token('octo', ['repo', 'admin:org', 'admin:org_hook', 'delete_repo'])
  const permissions = { checks: 'write', deployments: 'write' } as const
  const robot = await hookedApp(server, { owner: 'octo', events: [], permissions })
  await robot.install('acme')
  const keyFile = join(temporaryFolder(), 'robot.pem')
  writeFileSync(keyFile, robot.privateKey.reveal(), { mode: 0o600 })
  const file = join(temporaryFolder(), 'report.json')
  const flags = ['--owner', 'acme', '--org', 'acme', '--json', file]
  const env = { SLIPWAY_TOKEN: token, SLIPWAY_APP_ID: `${robot.row.id}`, SLIPWAY_APP_KEY: keyFile }
  const ran = await run(['conformance', server.apiUrl, ...flags], { env })
  const lines = ran.stdout.split('\n').filter((line) => /^ {2}[✗-]|^ {6}\S/.test(line))
  expect([ran.code, ran.stderr, lines]).toEqual([0, '', []])
  const report = JSON.parse(readFileSync(file, 'utf8'))
  expect(report.totals).toMatchObject({ failed: 0, unavailable: 0, skipped: 0, 'not asked': 0 })
  expect(report.totals.passed).toBe(report.checks.length)
  const octokit = await server.octokit('octo', ['repo', 'admin:org'])
  expect((await octokit.repos.listForOrg({ org: 'acme' })).data).toEqual([])
  expect((await octokit.teams.list({ org: 'acme' })).data).toEqual([])
  // Not as it should be? `npm run compatibility` writes it anew.
  await expect(compatibilityPage(report.checks)).toMatchFileSnapshot(page)
})

it('tells what is wrong from what is not there, and goes on', async () => {
  const url = await startHalfServer()
  const { code, stdout } = await run(['conformance', url, '--token', 'any'])
  expect(code).toBe(1)
  expect(stdout).toMatch(/✗ users\/get-authenticated +whose token it is\n +the body must have/)
  expect(stdout).toMatch(/- repos\/list-branches .*\n +not available: it answers 404/)
  expect(stdout).toMatch(/- git\/create-ref .*\n +not tried: there is no sha/)
  expect(stdout).toMatch(
    /\norganizations\n {2}- not asked: pass --org, .*\n\napps\n {2}- not asked: pass --app-id/,
  )
})

it('says that a token is not accepted, or missing', async () => {
  const server = await startServer()
  const wrong = await run(['conformance', server.apiUrl, '--token', 'wrong'])
  expect(wrong).toMatchObject({
    code: 4,
    stderr: 'slipway: The server does not accept the token\n',
  })
  expect(await run(['conformance', server.apiUrl])).toMatchObject({ code: 4 })
})

it('holds answers to the description that is installed', () => {
  expect(readFileSync(sliceFile, 'utf8')).toBe(sliceText())
})

/** Makes and removes repositories, and answers nothing else. */
async function startHalfServer(): Promise<string> {
  const server = createServer(({ method, url }, response) => {
    const statuses: Record<string, number> = {
      'GET /user': 200,
      'POST /user/repos': 201,
    }
    const status = method === 'DELETE' ? 204 : (statuses[`${method} ${url}`] ?? 404)
    const headers = {
      'content-type': 'application/json; charset=utf-8',
      'x-github-request-id': '1',
    }
    response.writeHead(status, headers).end(status === 204 ? '' : '{"login":"octo"}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
