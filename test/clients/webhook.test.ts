import { spawn } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { temporaryFolder } from '../support/engines.ts'
import { installed } from '../support/installed.ts'
import { until } from '../support/program.ts'
import { startServer } from '../support/server.ts'

const secret = 'it is a secret'

/** Its rule file: a deployment that is signed with our secret has its environment written to a file. */
const hooksFile = (folder: string) => [
  {
    id: 'deploy',
    'execute-command': join(folder, 'command.sh'),
    'command-working-directory': folder,
    'pass-arguments-to-command': [
      { source: 'payload', name: 'deployment.environment' },
      { source: 'payload', name: 'deployment.sha' },
    ],
    'trigger-rule': {
      and: [
        {
          match: {
            type: 'payload-hmac-sha256',
            secret,
            parameter: { source: 'header', name: 'X-Hub-Signature-256' },
          },
        },
        {
          match: {
            type: 'value',
            value: 'deployment',
            parameter: { source: 'header', name: 'X-GitHub-Event' },
          },
        },
      ],
    },
  },
]

/** Debian's `webhook`, ready; gives the hook's address and the file its command writes. */
async function startWebhook() {
  const folder = temporaryFolder()
  const ran = join(folder, 'ran')
  writeFileSync(join(folder, 'hooks.json'), JSON.stringify(hooksFile(folder)))
  writeFileSync(
    join(folder, 'command.sh'),
    `#!/bin/sh\necho "$1 $2" > ran.new && mv ran.new ran\n`,
    {
      mode: 0o755,
    },
  )
  const port = await freePort()
  const place = ['-hooks', join(folder, 'hooks.json'), '-ip', '127.0.0.1', '-port', String(port)]
  const env = { PATH: '/usr/bin:/bin', HOME: folder }
  const child = spawn(installed('webhook'), place, { env, cwd: folder, stdio: 'ignore' })
  onTestFinished(() => void child.kill('SIGKILL'))
  const url = `http://127.0.0.1:${port}`
  await until(async () => await fetch(url).then(Boolean, () => false))
  return { url: `${url}/hooks/deploy`, ran }
}

/** It takes no port 0, so one is found for it. */
async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

async function deployTo(hook: { url: string; secret: string }) {
  const server = await startServer({ settings: { webhook_allow: '127.0.0.0/8' } })
  await server.user('octo')
  const repository = await server.repository('octo', 'docs')
  const sha = await server.commit(repository, { files: { 'a.txt': '1' } })
  const octokit = await server.octokit('octo', ['repo'])
  const here = { owner: 'octo', repo: 'docs' }
  const config = { ...hook, content_type: 'json' }
  const { data } = await octokit.repos.createWebhook({ ...here, events: ['deployment'], config })
  await octokit.repos.createDeployment({
    ...here,
    ref: 'main',
    environment: 'qa',
    required_contexts: [],
  })
  const delivery = await vi.waitFor(
    async () => {
      const deliveries = await octokit.repos.listWebhookDeliveries({ ...here, hook_id: data.id })
      const sent = deliveries.data.find(({ event }) => event === 'deployment')
      if (!sent) throw new Error('Not yet delivered')
      const { id: delivery_id } = sent
      return await octokit.repos.getWebhookDelivery({ ...here, hook_id: data.id, delivery_id })
    },
    { timeout: 15_000, interval: 50 },
  )
  return { sha, delivery: delivery.data }
}

describe('webhook', () => {
  it('verifies the signature and runs a command', async () => {
    const { url, ran } = await startWebhook()
    const { sha, delivery } = await deployTo({ url, secret })
    expect(delivery.status_code).toBe(200)
    await until(() => existsSync(ran))
    expect(readFileSync(ran, 'utf8')).toBe(`qa ${sha}\n`)
  })

  it('runs nothing for another secret', async () => {
    const { url, ran } = await startWebhook()
    const { delivery } = await deployTo({ url, secret: 'another' })
    expect(delivery.response.payload).toContain('Error occurred while evaluating hook rules')
    expect(existsSync(ran)).toBe(false)
  })
})
