import { expect, it } from 'vitest'
import { valueContextOf } from '../../src/secrets/model.ts'
import { secretNamed } from '../../src/secrets/queries.ts'
import { eventually } from '../deliveries/world.ts'
import { faultsInBothThemes, faultsOn, openChromium } from '../support/chromium.ts'
import { startReceiver } from '../support/receiver.ts'
import { startServer } from '../support/server.ts'

const at = { owner: 'octo', repo: 'hello' }

it('sets a secret that never leaves the browser in the clear, and sends again what failed', {
  timeout: 120_000,
}, async () => {
  const server = await startServer({ settings: { webhook_allow: '127.0.0.0/8' } })
  await server.user('octo')
  const repository = await server.repository('octo', 'hello')
  await server.commit(repository, { files: { a: 'a' } })
  const octokit = await server.octokit('octo', ['repo', 'admin:repo_hook'])
  const { page, signIn, complaints } = await openChromium()
  await signIn(server, 'octo')

  // A secret.
  const named = { ...at, environment_name: 'qa' }
  const { data: environment } = await octokit.repos.createOrUpdateEnvironment(named)
  await page.goto(`${server.url}/octo/hello/settings/environments/qa`)
  await page.getByText('It is sealed in this browser').waitFor()
  expect(await faultsInBothThemes(page)).toEqual([])
  const section = page.locator('#secrets')
  const posted: string[] = []
  page.on('request', (request) => posted.push(request.postData() ?? ''))
  const save = async (value: string) => {
    await section.getByLabel('Name').fill('api_token')
    await section.getByLabel('Value').fill(value)
    await Promise.all([page.waitForResponse(/edit$/), section.getByRole('button').last().click()])
    await section.getByText('API_TOKEN').first().waitFor()
  }
  const secret = { ...named, secret_name: 'API_TOKEN' }
  const holder = { kind: 'environment', id: environment.id } as const
  const kept = async () => {
    const query = secretNamed(holder)
    const row = await server.app.store.read.first(query, {
      holder_id: holder.id,
      name: 'API_TOKEN',
    })
    const value = server.app.seal.open(row?.value ?? '', valueContextOf(holder, 'API_TOKEN'))
    return Buffer.from(value, 'base64').toString('utf8')
  }
  await save('correct-horse\nßattery')
  expect(await kept()).toBe('correct-horse\nßattery')
  const { data: first } = await octokit.actions.getEnvironmentSecret(secret)
  await eventually(
    async () => new Date().toISOString(),
    (now) => now.slice(0, 19) > first.updated_at.slice(0, 19),
  )
  await save('another-horse')
  expect(await kept()).toBe('another-horse')
  const { data: second } = await octokit.actions.getEnvironmentSecret(secret)
  expect(second.created_at).toBe(first.created_at)
  expect(second.updated_at > first.updated_at).toBe(true)
  expect(posted.filter((body) => body.includes('encrypted_value='))).toHaveLength(2)
  expect(posted.join()).not.toMatch(/horse|value=&|[?&]value=/)

  // A delivery that fails.
  const answer = { status: 401 }
  const receiver = await startReceiver(() => answer.status)
  const config = { url: receiver.url, content_type: 'json' }
  const { data: hook } = await octokit.repos.createWebhook({
    ...at,
    config,
    events: ['deployment'],
  })
  const ping = await eventually(
    async () => (await octokit.repos.listWebhookDeliveries({ ...at, hook_id: hook.id })).data[0],
    (delivery) => delivery !== undefined,
  )
  await page.goto(`${server.url}/octo/hello/settings/hooks`)
  await page.getByText('Last delivery failed: Invalid HTTP Response: 401').waitFor()
  expect(await faultsOn(page)).toEqual([])
  await page.getByRole('link', { name: 'Recent deliveries' }).click()
  await page.getByText('it did not accept the signature').first().waitFor()
  expect(await faultsOn(page)).toEqual([])
  await page
    .getByRole('link', { name: ping?.guid ?? '' })
    .first()
    .click()
  await page.getByText('Why it failed.').waitFor()
  await page.getByText('"zen":').first().waitFor()
  expect(await faultsInBothThemes(page)).toEqual([])
  answer.status = 204
  const posting = page.waitForResponse((response) => response.request().method() === 'POST')
  await page.getByRole('button', { name: 'Redeliver' }).click()
  await posting
  await eventually(
    async () => (await octokit.repos.listWebhookDeliveries({ ...at, hook_id: hook.id })).data,
    (deliveries) => deliveries.some(({ status_code }) => status_code === 204),
  )
  await page.goto(`${server.url}/octo/hello/settings/hooks/${hook.id}/deliveries`)
  await page.getByText('204').first().waitFor()
  await page.getByRole('link', { name: 'Settings', exact: true }).last().click()
  await page.getByRole('button', { name: 'Update webhook' }).waitFor()
  expect(await faultsOn(page)).toEqual([])
  expect(complaints).toEqual([])
})
