import { expect, it, vi } from 'vitest'
import { query } from '../../src/store/query.ts'
import { faultsInBothThemes, faultsOn, openChromium } from '../support/chromium.ts'
import { engines } from '../support/engines.ts'
import { startReceiver } from '../support/receiver.ts'
import { openDeployedPlace } from './deployed-place.ts'
import { openVisitor } from './visitor.ts'

/** What people see of deployments, and do with them. */

const shop = '/acme/shop/deployments'

it('approves, rejects and rolls back in a browser', { timeout: 120_000 }, async () => {
  const place = await openDeployedPlace()
  const { server, protect, deploy, release, statuses, mona } = place
  const receiver = await startReceiver()
  const config = { url: receiver.url, content_type: 'json' }
  const events = ['deployment', 'deployment_status']
  await place.as('octo').repos.createWebhook({ ...place.at, config, events })
  const first = await release('Add a basket')
  await release('Charge twice')
  await protect({ reviewers: [{ type: 'User', id: mona.id }] })
  const [good, bad] = [(await deploy('hubot')).id, (await deploy('hubot')).id]
  const { page, openPage, signIn, complaints } = await openChromium({ width: 1280, height: 900 })
  await signIn(server, 'mona')
  const elsewhere = await openPage()
  await elsewhere.goto(`${server.url}/settings/tokens`)
  const asked = (count: string) =>
    elsewhere.getByRole('link', { name: `Reviews ${count}`, exact: true }).waitFor()
  await asked('2')

  await page.goto(`${server.url}/reviews`)
  expect(await faultsInBothThemes(page)).toEqual([])
  await page.getByRole('link', { name: `acme/shop #${good}` }).focus()
  await page.keyboard.press('a')
  await page.keyboard.press('Enter')
  await page.getByRole('link', { name: `acme/shop #${good}` }).waitFor({ state: 'detached' })
  expect((await statuses(good)).at(-1)).toBe('queued: Every gate of the environment has opened')
  await asked('1')

  await page.getByRole('link', { name: `acme/shop #${bad}` }).click()
  await page.getByText('Waits for a review by mona').first().waitFor()
  expect(await faultsInBothThemes(page)).toEqual([])
  await page.getByLabel('Comment').fill('Not on a Friday')
  await page.getByRole('button', { name: 'Reject' }).click()
  await page.getByText('Failed', { exact: true }).first().waitFor()
  expect((await statuses(bad)).at(-1)).toBe('failure: Rejected by mona: Not on a Friday')

  const isTold = async () => {
    await page.goto(`${server.url}${shop}/${first}`)
    expect(await page.getByText('200 in').count()).toBeGreaterThan(0)
  }
  await vi.waitFor(isTold, { timeout: 30_000 })
  expect(await faultsInBothThemes(page)).toEqual([])
  await page.getByRole('link', { name: 'Roll back to this' }).click()
  await page.getByText('1 commit leaves').waitFor()
  await page.getByText('Charge twice').waitFor()
  expect(await faultsInBothThemes(page)).toEqual([])
  await page.getByRole('button', { name: 'Roll back' }).click()
  await page.waitForURL(`${server.url}${shop}/${bad + 1}`)
  await page.getByText('rollback', { exact: true }).waitFor()
  await page.getByRole('heading', { name: 'Add a basket' }).waitFor()
  expect(complaints).toEqual([])
})

const spoil = query((db, p: { id: number; url: string }) =>
  db
    .updateTable('deployment_statuses')
    .set({ log_url: p.url, environment_url: p.url })
    .where('deployment_id', '=', p.id)
    .returning('id'),
)

it('shows hostile content as text', { timeout: 120_000 }, async () => {
  const place = await openDeployedPlace()
  const { server, repository, release, say, mona, protect } = place
  const script = '<script>document.title="owned"</script><img src=x onerror=alert(1)>'
  const name = `${script}\u202Egnp.exe`
  const long = 'environment-'.repeat(22).slice(0, 255)
  const payload = { note: script, password: 'hunter2' }
  const id = await release(name, long, { description: name, task: name, payload })
  const told = say(id, { state: 'success', log_url: 'javascript:alert(1)' })
  await expect(told).rejects.toThrow('http(s)')
  // As if it had come by another way than the API.
  const url = 'javascript:document.title="owned"'
  await server.app.store.transaction((tx) => tx.all(spoil, { id, url }), repository.id)
  await protect({ reviewers: [{ type: 'User', id: mona.id }] })
  await place.deploy('hubot', { environment: 'production', description: name })
  const { page, signIn, complaints } = await openChromium()
  await signIn(server, 'mona')

  const printed = `\u001b]0;owned\u0007\u001b[32mgreen\u001b[0m ${script}\u001b[2J\n`
  await place.print(id, printed)

  for (const path of [shop, `${shop}/${id}`, `${shop}/${id}/rollback`, '/reviews']) {
    await page.goto(`${server.url}${path}`)
    expect([path, await faultsOn(page)]).toEqual([path, []])
    expect(await page.getByText(path.endsWith('k') ? long : script).count()).toBeGreaterThan(0)
    expect(await page.title()).not.toBe('owned')
    expect(await page.locator('a[href^="javascript:"]').count()).toBe(0)
    expect(await page.content()).not.toContain('hunter2')
  }

  await say(id, { state: 'in_progress' })
  await page.goto(`${server.url}${shop}/${id}`)
  await place.print(id, `\u001b[31mweb2 ${script}\u001b[0m is down\n`)
  await page.locator('.log .ansi-red', { hasText: `web2 ${script}` }).waitFor()
  await page.getByLabel('Search the log').fill('WEB2')
  await page.getByText('1 line', { exact: true }).waitFor()
  expect(await page.title()).not.toBe('owned')
  expect(complaints).toEqual([])
})

it.each(engines)(
  'narrows the history, and pages through it while it grows (%s)',
  async (engine) => {
    const place = await openDeployedPlace(engine)
    const { server, deploy, release, say } = place
    const gone = await release('Try the search', 'review/1', { transient_environment: true })
    await say(gone, { state: 'inactive' })
    const visitor = await openVisitor(server, 'mona')
    const pages = [shop, `${shop}/${gone}`, '/reviews']
    const count = async () => {
      const counts: number[] = []
      for (const path of pages) counts.push(await place.countQueries(() => visitor.get(path)))
      return counts
    }
    const few = await count()
    for (let n = 0; n < 30; n += 1) await deploy('hubot', { environment: `nightly-${n % 5}` })
    const failed = await deploy('mona', { environment: 'qa', task: 'migrate' })
    await say(failed.id, { state: 'failure' })
    expect(Math.min(...few)).toBeGreaterThan(2)
    expect(await count(), 'queries, however much there is to show').toEqual(few)

    const shown = async (search: string) => {
      const { text } = await visitor.get(`${shop}?${search}`)
      return [...text.matchAll(/id="deployment-(\d+)"/g)].map(([, id]) => Number(id))
    }
    expect(await shown('state=failure')).toEqual([failed.id])
    expect(await shown('creator=Mona&task=migrate&environment=QA&ref=main')).toEqual([failed.id])
    expect(await shown('state=inactive')).toEqual([])
    expect(await shown('state=destroyed')).toEqual([gone])
    expect((await visitor.get(`${shop}?state=destroyed`)).text).not.toContain('View deployment')
    expect(await shown('creator=nobody')).toEqual([])

    const firstPage = await shown('')
    await deploy('hubot', { environment: 'qa' })
    const secondPage = await shown(`before=${firstPage.at(-1)}`)
    expect(firstPage).toHaveLength(25)
    expect([...firstPage, ...secondPage]).toEqual([...Array(32).keys()].map((n) => failed.id - n))
    expect(await shown(`after=${secondPage[0]}`)).toEqual(firstPage)
    expect((await shown(`after=${firstPage.at(-1)}`))[0]).toBe(failed.id + 1)
    await pinsStandFirst(await openVisitor(server, 'octo'))
  },
)

/** Environments for everybody, and at most ten of them; repositories for oneself. */
async function pinsStandFirst({ get, post }: Awaited<ReturnType<typeof openVisitor>>) {
  const settings = '/acme/shop/settings/environments'
  const ids: string[] = []
  for (let n = 0; n <= 10; n += 1) {
    const { to = '' } = await post(settings, [['name', `region-${n}`]])
    ids.push(/environments\/(\d+)\//.exec(to)?.[1] ?? '')
  }
  const pin = async (id: string, pinned = '1') =>
    (await post(`${settings}/${id}/pin`, [['pinned', pinned]])).status
  const statuses = []
  for (const id of ids) statuses.push(await pin(id))
  expect(statuses).toEqual([...Array(10).fill(302), 409])
  expect(await pin(ids[0] ?? '', '')).toBe(302)
  const [, nav = ''] = /id="environments"(.*?)<\/nav>/s.exec((await get(shop)).text) ?? []
  const listed = [...nav.matchAll(/<bdi>([^<]+)</g)].map(([, name]) => name)
  expect(listed.slice(0, 2)).toEqual(['region-1', 'region-2'])
  expect(listed[9]).not.toBe('region-0')
  const isPinned = async () => (await get('/')).text.includes('aria-label="Pinned"')
  expect((await post('/acme/shop/pin', [['pinned', '1']])).to).toBe(shop)
  expect(await isPinned()).toBe(true)
  await post('/acme/shop/pin')
  expect(await isPinned()).toBe(false)
}

it('asks before it does anything, and says what it was refused for', async () => {
  const { server, protect, deploy, mona, statuses, release, as, at, repository } =
    await openDeployedPlace()
  await server.user('stranger')
  const visitor = await openVisitor(server, 'mona')
  const leads = async (path: string) => (await visitor.get(path)).to
  expect(await leads('/acme/shop')).toBe(shop)
  expect(await leads(`${shop}/production`)).toBe(`${shop}?environment=production`)
  expect(await leads(`${shop}/review/pr-1`)).toBe(`${shop}?environment=review%2Fpr-1`)
  expect(await leads(`${shop}/activity_log?environment=qa`)).toBe(`${shop}?environment=qa`)
  expect((await visitor.get(`${shop}/9999`)).status).toBe(404)
  expect((await (await openVisitor(server, 'stranger')).get(shop)).status).toBe(404)

  await release('One')
  const id = await release('Two')
  const refused = await visitor.post(`${shop}/${id}/delete`)
  expect(refused.status).toBe(422)
  expect(refused.text).toContain('We cannot delete an active deployment')
  expect((await visitor.post(`${shop}/${id}/redeploy`)).to).toBe(`${shop}/${id + 1}`)
  const { data } = await as('mona').repos.getDeployment({ ...at, deployment_id: id + 1 })
  expect([data.task, data.ref, data.environment]).toEqual(['deploy', 'main', 'staging'])
  expect((await visitor.post(`${shop}/${id}/inactive`)).to).toBe(`${shop}/${id}`)
  expect((await visitor.post(`${shop}/${id}/delete`)).to).toBe(shop)
  expect((await visitor.get(`${shop}/${id}`)).status).toBe(404)

  await protect({ reviewers: [{ type: 'User', id: mona.id }] })
  const ids = [(await deploy('hubot')).id, (await deploy('hubot')).id, (await deploy('hubot')).id]
  const [one = 0, two = 0, three = 0] = ids
  const chosen = (chosenId: number): [string, string] => [
    'deployment',
    `${repository.id}/${chosenId}`,
  ]
  const none = await visitor.post('/reviews', [['answer', 'approved']])
  expect([none.status, none.text.includes('Choose at least one')]).toEqual([422, true])
  const both = await visitor.post('/reviews', [chosen(one), chosen(two), ['answer', 'approved']])
  expect(both.to).toBe('/reviews')
  const again = await visitor.post('/reviews', [chosen(one), ['answer', 'rejected']])
  expect(again.status).toBe(422)
  expect(again.text).toContain(`acme/shop #${one} does not wait any more.`)

  const octo = await openVisitor(server, 'octo')
  expect((await octo.get('/reviews')).text).toContain('Waiting for others')
  const passing = await octo.post('/reviews', [chosen(three), ['answer', 'approved']])
  expect(passing.text).toContain('octo is not a reviewer')
  const bypass: [string, string][] = [
    ['answer', 'bypass'],
    ['comment', 'It burns'],
  ]
  expect((await octo.get(`${shop}/${three}`)).text).toContain('Bypass the gates')
  expect((await octo.post(`${shop}/${three}/review`, bypass)).status).toBe(422)
  const answered = await octo.post(`${shop}/${three}/review`, [...bypass, ['understood', '1']])
  expect(answered.to).toBe(`${shop}/${three}`)
  expect(await statuses(three)).toHaveLength(2)
  expect((await visitor.get(`${shop}/${three}`)).text).toContain('Gates bypassed')
})

it.each(engines)('keeps what a deployment printed, each byte once (%s)', async (engine) => {
  const { server, deploy, print, say } = await openDeployedPlace(engine)
  const { id } = await deploy()
  expect(await print(id, 'hello\n', '0')).toBe('200 6')
  expect(await print(id, 'hello\n', '0')).toBe('200 6')
  expect(await print(id, 'lo\nwörld\nand', '3')).toBe('200 16')
  expect(await print(id, 'x', '17')).toMatch(/^409/)
  expect(await print(id, 'x', '-1')).toMatch(/^422/)
  expect(await print(id, 'x'.repeat(1024 * 1024 + 1))).toMatch(/^413/)
  expect(await print(id, 'x', '16', 'none')).toMatch(/^40[134]/)
  expect(await print(id + 1, 'x')).toMatch(/^404/)

  const visitor = await openVisitor(server, 'mona')
  expect((await visitor.get(`${shop}/${id}/log`)).text).toBe('hello\nwörld\nand')
  const lines = async (offset: number) =>
    JSON.parse((await visitor.get(`${shop}/${id}/log/lines?offset=${offset}`)).text)
  const line = (text: string) => [{ text, look: '' }]
  expect(await lines(6)).toEqual({ lines: [line('wörld')], offset: 13, isEnded: false })
  await say(id, { state: 'success' })
  expect(await lines(13)).toEqual({ lines: [line('and')], offset: 16, isEnded: false })
  expect(await lines(16)).toEqual({ lines: [], offset: 16, isEnded: true })
})
