import { execFileSync } from 'node:child_process'
import { request } from 'undici'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../support/engines.ts'
import { run, serve } from '../support/program.ts'

const fileBytesMax = 8 * 1024 * 1024
const payload = { text: 'x'.repeat(500_000) }
const deployment = { ref: 'main', environment: 'staging', required_contexts: [], payload }

it('D5: answers 503 while the disk is full, loses nothing, and goes on when there is room again', {
  timeout: 60_000,
}, async () => {
  const data = temporaryFolder()
  await run(['user', 'create', 'octo', '--data', data])
  const scopes = ['--scopes', 'repo', '--data', data]
  const token = (await run(['token', 'create', '--user', 'octo', ...scopes])).stdout.trim()
  // No file of this process may grow beyond the limit: to SQLite that is a disk that is full.
  const through = ['prlimit', `--fsize=${fileBytesMax}:`]
  const server = await serve(data, { through, args: ['--log-level', 'silent'] })

  async function ask(method: 'GET' | 'POST', path: string, body?: object) {
    const answer = await request(`${server.apiUrl}${path}`, {
      method,
      headers: { authorization: `token ${token}`, 'user-agent': 'test' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    const json = (await answer.body.json()) as { id: number; message?: string }
    return { status: answer.statusCode, headers: answer.headers, json }
  }
  const deploy = () => ask('POST', '/repos/octo/hello/deployments', deployment)

  await ask('POST', '/user/repos', { name: 'hello', auto_init: true })
  const acknowledged: number[] = []
  let answer = await deploy()
  while (answer.status === 201 && acknowledged.length < 100) {
    acknowledged.push(answer.json.id)
    answer = await deploy()
  }
  expect(acknowledged.length).toBeGreaterThan(0)
  expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '5' } })
  expect(answer.json.message).toMatch(/^The database cannot be written/)
  const newest = `/repos/octo/hello/deployments/${acknowledged.at(-1)}`
  expect((await ask('GET', newest)).status).toBe(200)

  execFileSync('prlimit', ['--pid', String(server.child.pid), '--fsize=unlimited:'])
  const later = await deploy()
  expect(later.status).toBe(201)
  for (const id of [...acknowledged, later.json.id]) {
    expect((await ask('GET', `/repos/octo/hello/deployments/${id}`)).status).toBe(200)
  }
  expect(await server.stop()).toBe(0)
})
