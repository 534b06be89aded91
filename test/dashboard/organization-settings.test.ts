import { expect, it } from 'vitest'
import { createOrganization } from '../../src/accounts/accounts.ts'
import { openValue } from '../../src/secrets/secrets.ts'
import { query } from '../../src/store/query.ts'
import { eventually } from '../deliveries/world.ts'
import { hookedApp } from '../support/apps.ts'
import { startReceiver } from '../support/receiver.ts'
import { startServer } from '../support/server.ts'
import { openForms } from './visitor.ts'

const org = 'acme'
const settings = `/organizations/${org}/settings`

async function open() {
  const server = await startServer({ settings: { webhook_allow: '127.0.0.0/8' } })
  await createOrganization(server.app, org, await server.user('octo'))
  await server.user('hubot')
  const octokit = await server.octokit('octo', ['repo', 'admin:org', 'admin:org_hook'])
  return { server, octokit, octo: await openForms(server), hubot: await openForms(server, 'hubot') }
}

it('shows owners the hooks of an organisation and of an App, what they were sent, and sends it again', async () => {
  const { server, octokit, octo, hubot } = await open()
  const answer = { status: 500 }
  const receiver = await startReceiver(() => answer.status)
  const arrived = (count: number) =>
    eventually(
      async () => receiver.received,
      ({ length }) => length >= count,
    )
  const shown = (path: string, words: string) =>
    eventually(
      () => octo.get(path),
      ({ text }) => text.includes(words),
    )

  const all = `${settings}/hooks`
  const config = { url: receiver.url, content_type: 'json', insecure_ssl: '0', active: '1' }
  const made = await octo.submit(await octo.get(`${all}/new`), all, { ...config, which: 'push' })
  const list = made.to ?? ''
  const one = list.replace(/\/deliveries$/, '')
  const failed = await shown(list, 'it failed while it worked on the request')
  const delivery = /href="([^"]+\/deliveries\/\d+)"/.exec(failed.text)?.[1] ?? ''
  expect((await octo.get(delivery)).text).toContain('Why it failed.')
  expect((await shown(all, 'Last delivery failed')).text).toContain(`href="${one}"`)
  answer.status = 200
  await octo.submit(await octo.get(delivery), delivery)
  const [first, second] = await arrived(2)
  expect(second?.bytes).toEqual(first?.bytes)
  await octo.submit(await octo.get(one), `${one}/tests`, { what: 'ping' })
  await arrived(3)

  await octo.submit(await octo.get(one), one, { ...config, active: '0', which: 'everything' })
  await octo.submit(await shown(one, 'Not active'), `${one}/resume`, { backlog: 'all' })
  const { data: hooks } = await octokit.orgs.listWebhooks({ org })
  expect(hooks).toMatchObject([{ active: true, events: ['*'] }])
  await octo.submit(await octo.get(one), `${one}/filter`, { environments: 'prod*' })
  await shown(one, 'prod*</textarea>')

  const { row } = await hookedApp(server, { owner: org, url: receiver.url, events: [] })
  await arrived(4)
  const app = `${settings}/apps/${row.slug}`
  await shown(app, 'Last delivery was successful')
  const pinged = await octo.get(`${app}/advanced`)
  const ping = /href="([^"]+\/advanced\/\d+)"/.exec(pinged.text)?.[1] ?? ''
  await octo.submit(await octo.get(ping), ping)
  await arrived(5)

  const seen = await Promise.all([all, one, list, delivery, app, ping].map(hubot.get))
  expect(seen.map(({ status }) => status)).toEqual(seen.map(() => 404))
  await octo.submit(await octo.get(one), `${one}/delete`)
  expect((await octokit.orgs.listWebhooks({ org })).data).toEqual([])
})

it('keeps secrets and variables for chosen repositories, and says which of one name is used', async () => {
  const { server, octokit, octo, hubot } = await open()
  const [shop, docs] = [await server.repository(org, 'shop'), await server.repository(org, 'docs')]
  await octokit.repos.createOrUpdateEnvironment({
    ...{ owner: org, repo: 'shop', environment_name: 'qa' },
  })
  const secrets = `${settings}/secrets/actions`
  const secret = { name: 'key', value: 'first\r\nline', visibility: 'selected' }
  const refused = await octo.submit(await octo.get(secrets), `${secrets}#secrets`, {
    ...{ ...secret, name: 'no name', repository: String(shop.id) },
  })
  expect([refused.status, refused.text]).toEqual([422, expect.stringContaining('may only contain')])
  expect(refused.text).toContain(`value="${shop.id}" checked`)
  expect(refused.text).not.toContain('first')
  const strange = { ...secret, repository: '999999' }
  const other = await octo.submit(await octo.get(secrets), `${secrets}#secrets`, strange)
  expect(other.text).toContain('which 999999 is not')
  const chosen = { ...secret, repository: [String(shop.id), String(docs.id)] }
  await octo.submit(await octo.get(secrets), `${secrets}#secrets`, chosen)
  expect((await octo.get(secrets)).text).toContain('<bdi>docs</bdi>, <bdi>shop</bdi>')

  // Another value keeps who sees it, and the other way about.
  const value = async () => {
    const row = await server.app.store.read.first(keyOfOrganization, {})
    return row && String(openValue(server.app, row))
  }
  expect(await value()).toBe('first\nline')
  const one = `${secrets}/KEY`
  await octo.submit(await octo.get(one), one, { value: 'second' })
  await octo.submit(await octo.get(one), `${one}/repositories`, {
    ...{ visibility: 'selected', repository: String(shop.id) },
  })
  expect(await value()).toBe('second')
  const named = { org, secret_name: 'KEY' }
  const { data } = await octokit.actions.listSelectedReposForOrgSecret(named)
  expect(data.repositories.map(({ name }) => name)).toEqual(['shop'])

  const here = '/acme/shop/settings/secrets/actions'
  const own = { name: 'KEY', value: 'its own' }
  expect((await octo.get(here)).text).not.toContain('has its own')
  await octo.submit(await octo.get(here), `${here}#secrets`, own)
  const both = await octo.get(here)
  expect(both.text).toContain('Never used here: the repository has its own.')
  expect(both.text).toContain('Used in place of the organization’s.')
  await octo.submit(both, `${here}/KEY/delete#secrets`)
  expect((await octo.get(here)).text).not.toContain('Used in place')

  const variables = '/acme/shop/settings/variables/actions'
  const region = { name: 'region', value: 'a' }
  await octo.submit(await octo.get(variables), `${variables}#variables`, region)
  await octo.submit(await octo.get(variables), `${variables}/REGION#variables`, { value: 'b' })
  const shared = `${settings}/variables/actions`
  const sharing = { ...region, visibility: 'all' }
  await octo.submit(await octo.get(shared), `${shared}#variables`, sharing)
  await octo.submit(await octo.get(`${shared}/REGION`), `${shared}/REGION`, { value: 'c' })
  const repository = { owner: org, repo: 'shop', name: 'REGION' }
  expect((await octokit.actions.getRepoVariable(repository)).data.value).toBe('b')
  expect((await octokit.actions.getOrgVariable({ org, name: 'REGION' })).data).toMatchObject({
    ...{ value: 'c', visibility: 'all' },
  })

  const seen = await Promise.all([secrets, one, shared].map(hubot.get))
  expect(seen.map(({ status }) => status)).toEqual([404, 404, 404])
  expect((await hubot.get(here)).status).toBe(403)
})

const keyOfOrganization = query((db, _: object) =>
  db.selectFrom('secrets').selectAll().where('organization_id', 'is not', null),
)
