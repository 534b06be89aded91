import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createOrganization, findAccount } from '../../src/accounts/accounts.ts'
import { temporaryFolder } from '../support/engines.ts'
import { run } from '../support/program.ts'
import { at, openPlace } from './place.ts'

it('creates a repository of its own or of an organization, and prints where to push', async () => {
  const { slipway, server, octokit } = await openPlace()
  const own = await slipway('repo', 'create', 'octo/docs', '--private', '--description', 'Words')
  expect(own).toMatchObject({ code: 0, stdout: `${server.url}/octo/docs.git\n` })
  expect(own.stderr).toBe('✓ Created private repository octo/docs\n')
  const { data } = await octokit.repos.get({ owner: 'octo', repo: 'docs' })
  expect(data).toMatchObject({ private: true, description: 'Words' })
  const again = await slipway('repo', 'create', 'octo/docs')
  expect(again).toMatchObject({ code: 1, stdout: '' })
  expect(again.stderr).toContain('already exists')
  await createOrganization(server.app, 'acme', await findAccount(server.app.store.read, 'octo'))
  const shared = await slipway('repo', 'create', 'acme/docs')
  expect(shared).toMatchObject({ code: 0, stdout: `${server.url}/acme/docs.git\n` })
})

it('adds a deploy key that may only read unless told otherwise, and never sends a private one', async () => {
  const { slipway, octokit } = await openPlace()
  const key = join(temporaryFolder(), 'key')
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'agent', '-f', key])
  const add = ['key', 'add', 'octo/hello', '--title', 'agent']
  const ran = await slipway(...add, '--read-only', `${key}.pub`)
  expect(ran).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\n$/) })
  const { data } = await octokit.repos.listDeployKeys(at)
  expect(data).toMatchObject([{ id: Number(ran.stdout), title: 'agent', read_only: true }])
  const wrong = await slipway(...add, key)
  expect(wrong).toMatchObject({ code: 2, stdout: '' })
  expect(wrong.stderr).toContain('This is a private key')
  const both = await slipway(...add, '--read-only', '--allow-write', `${key}.pub`)
  expect(both).toMatchObject({ code: 2 })
})

it('creates a webhook whose secret comes from standard input', async () => {
  const { env, octokit } = await openPlace()
  const url = 'https://agent.example.com/hooks'
  const words = ['hook', 'create', 'octo/hello', '--url', url, '--secret-stdin']
  const ran = await run([...words, '--events', 'deployment,push'], { env, input: 's3cret\n' })
  expect(ran).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\n$/) })
  const { data } = await octokit.repos.listWebhooks(at)
  expect(data).toMatchObject([
    {
      id: Number(ran.stdout),
      events: ['deployment', 'push'],
      config: { url, content_type: 'json', secret: '********' },
    },
  ])
  const empty = await run(words, { env, input: '\n' })
  expect(empty).toMatchObject({ code: 2 })
  expect(empty.stderr).toContain('holds no secret')
})

it('stops quietly when nobody reads on', async () => {
  const { env } = await openPlace()
  const program = join(import.meta.dirname, '../../bin/slipway')
  for (const words of ['deployment list -R octo/hello --json', '--help']) {
    const line = `${program} ${words} | true; echo "$?"`
    const printed = execFileSync('bash', ['-o', 'pipefail', '-c', `(${line}) 2>&1`], {
      env: { ...process.env, ...env },
    })
    expect(printed.toString(), words).toBe('0\n')
  }
})
