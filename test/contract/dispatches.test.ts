import { expect, it, vi } from 'vitest'
import { startReceiver } from '../support/receiver.ts'
import { startServer } from '../support/server.ts'

/** https://docs.github.com/rest/repos/repos#create-a-repository-dispatch-event */

const at = { owner: 'octo', repo: 'hello' }

async function open() {
  const server = await startServer({ settings: { webhook_allow: '127.0.0.0/8' } })
  await server.user('octo')
  const repository = await server.repository('octo', 'hello')
  const octokit = await server.octokit('octo', ['repo', 'admin:repo_hook'])
  return { server, repository, octokit }
}

it('a repository dispatch is told to whoever listens', async () => {
  const { octokit, repository } = await open()
  const receiver = await startReceiver()
  const events = ['repository_dispatch']
  await octokit.repos.createWebhook({
    ...at,
    config: { url: receiver.url, content_type: 'json' },
    events,
  })
  const client_payload = { unit: false, sha: 'abc' }
  await octokit.repos.createDispatchEvent({ ...at, event_type: 'deploy-it', client_payload })
  const told = await vi.waitFor(
    () => {
      const found = receiver.received.find(({ event }) => event === 'repository_dispatch')
      if (!found) throw new Error('The dispatch has not been told')
      return found
    },
    { timeout: 15_000 },
  )
  expect(told.payload).toMatchObject({
    action: 'deploy-it',
    branch: 'main',
    client_payload,
    repository: { id: repository.id, full_name: 'octo/hello' },
    sender: { login: 'octo' },
  })
})

it('a README is found where GitHub looks for one', async () => {
  const { server, repository, octokit } = await open()
  const find = async () => (await octokit.repos.getReadme(at)).data.path
  await server.commit(repository, { files: { 'docs/readme.txt': 'd', 'readme/a': 'a' } })
  expect(await find()).toBe('docs/readme.txt')
  await server.commit(repository, { files: { 'Readme.md': 'r' } })
  expect(await find()).toBe('Readme.md')
  await server.commit(repository, { files: { '.github/README.md': 'g' } })
  expect(await find()).toBe('.github/README.md')
  const raw = await octokit.repos.getReadme({ ...at, mediaType: { format: 'raw' } })
  expect(raw.data).toBe('g')
})
