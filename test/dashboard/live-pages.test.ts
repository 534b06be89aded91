import type { Page } from 'playwright-core'
import { expect, it, vi } from 'vitest'
import { assets } from '../../src/pages/web/assets.ts'
import { openChromium } from '../support/chromium.ts'
import { startServer, type TestServer } from '../support/server.ts'

/** Pages in real browsers that nobody reloads. */

const patienceMs = 15_000
/** How long a page keeps it to itself that the server is away. */
const noteAfterMs = 4000

it('two browsers, ten tabs and a page of before a restart stay right by themselves', {
  timeout: 120_000,
}, async () => {
  const server = await startServer()
  await server.user('octo')
  const repository = await server.repository('octo', 'hello', { private: true })
  await server.commit(repository, { files: { 'a.txt': 'a' } })
  const browser = await openChromium({ width: 1280 })
  await browser.signIn(server, 'octo')
  await twoBrowsersSeeTheSame(server, browser)
  await tenTabsShareAConnection(server, browser)
  await aListDoesNotJump(server, browser)
  expect(browser.complaints).toEqual([])
  await aPageOutlivesTheServer(server, browser)
})

type Browser = Awaited<ReturnType<typeof openChromium>>

const at = { owner: 'octo', repo: 'hello' }

async function deploy(server: TestServer) {
  const octokit = await server.octokit('octo')
  const { data } = await octokit.repos.createDeployment({
    ...at,
    ref: 'main',
    required_contexts: [],
  })
  if (!('id' in data)) throw new Error(data.message)
  return data
}

type State = 'in_progress' | 'success' | 'failure' | 'error'

async function report(server: TestServer, deployment_id: number, state: State) {
  const octokit = await server.octokit('octo')
  await octokit.repos.createDeploymentStatus({ ...at, deployment_id, state })
}

const see = (page: Page, state: string) =>
  page.locator('#grid .state', { hasText: state }).waitFor({ timeout: patienceMs })

/** And what a reader does with a page meanwhile stays. */
async function twoBrowsersSeeTheSame(server: TestServer, { page }: Browser) {
  const { id } = await deploy(server)
  const other = await openChromium({ width: 1280 })
  await other.signIn(server, 'octo')
  for (const one of [page, other.page]) {
    await one.goto(`${server.url}/`)
    await see(one, 'Pending')
    await one.evaluate('window.wasNotReloaded = true')
  }
  await page.keyboard.press('j')
  await other.page.keyboard.press('/')
  await other.page.keyboard.type('env:prod')
  for (const one of [page, other.page]) await noteWhenShown(one, 'Active')
  await report(server, id, 'success')
  await Promise.all([see(page, 'Active'), see(other.page, 'Active')])
  await expectAtOnce(page, other.page)
  for (const one of [page, other.page]) expect(await one.evaluate('wasNotReloaded')).toBe(true)
  expect(await page.evaluate('document.activeElement.pathname')).toBe('/octo/hello/deployments')
  expect(await other.page.getByRole('searchbox').inputValue()).toBe('env:prod')
  await page.keyboard.press('?')
  await page.getByRole('dialog', { name: 'Keys' }).waitFor()
  await page.keyboard.press('Escape')
  expect(other.complaints).toEqual([])
  await other.browser.close()
}

/** The page itself notes the moment, by the clock of the machine that all of them are on. */
const noteWhenShown = (page: Page, state: string) =>
  page.evaluate(`new MutationObserver(() => {
    const states = [...document.querySelectorAll('#grid .state')]
    if (states.some(({ textContent }) => textContent.includes('${state}'))) {
      window.shownAt ??= performance.timeOrigin + performance.now()
    }
  }).observe(document.body, { subtree: true, childList: true, characterData: true })`)

const apartMsMax = 1000

async function expectAtOnce(...pages: readonly Page[]) {
  const moments = await Promise.all(pages.map((page) => page.evaluate('shownAt')))
  const apartMs = Math.max(...moments.map(Number)) - Math.min(...moments.map(Number))
  process.stdout.write(`Two browsers showed a status ${apartMs.toFixed(0)} ms apart\n`)
  expect(apartMs).toBeLessThan(apartMsMax)
}

/** Also when the tab that listens for all of them is closed. */
async function tenTabsShareAConnection(server: TestServer, { context, openPage }: Browser) {
  const { id } = await deploy(server)
  for (const page of context.pages()) await page.close()
  const streams: string[] = []
  context.on('request', (request) => {
    if (request.url().includes('/live?')) streams.push(request.url())
  })
  const tabs = await Promise.all(Array.from({ length: 10 }, openPage))
  for (const tab of tabs) await tab.goto(`${server.url}/`)
  await report(server, id, 'in_progress')
  await Promise.all(tabs.map((tab) => see(tab, 'In progress')))
  expect(streams).toHaveLength(1)
  await tabs[0]?.close()
  await report(server, id, 'failure')
  await Promise.all(tabs.slice(1).map((tab) => see(tab, 'Failed')))
  expect(streams).toHaveLength(2)
}

/** A page of our making: items are brought up to date in place, and new ones wait until they are asked for. */
async function aListDoesNotJump(server: TestServer, { openPage }: Browser) {
  const page = await openPage()
  const lists = [
    '<li id="a">old</li>',
    '<li id="b"><a href="/">new</a></li><li id="a">changed</li>',
  ]
  await page.route('**/list', (route) => {
    const items = lists.length > 1 ? lists.shift() : lists[0]
    const body = `<!doctype html><title>List</title><body data-heard="v1_0"><ul id="all" data-live-list="any">${items}</ul>
<script type="module" src="${assets.live.path}"></script>`
    return route.fulfill({ contentType: 'text/html', body })
  })
  await page.goto(`${server.url}/list`)
  await page.getByText('changed').waitFor({ timeout: patienceMs })
  expect(await page.locator('#all li').count()).toBe(1)
  await page.getByRole('button', { name: '1 new' }).click()
  expect(await page.locator('#all').textContent()).toBe('newchanged')
  expect(await page.evaluate('document.activeElement.textContent')).toBe('new')
}

async function aPageOutlivesTheServer(server: TestServer, { context, openPage }: Browser) {
  const { id } = await deploy(server)
  for (const page of context.pages()) await page.close()
  const page = await openPage()
  await page.clock.install()
  await page.goto(`${server.url}/`)
  await see(page, 'Pending')
  await server.stop()
  const note = page.getByText('Reconnecting…')
  const isNoted = async () => {
    await page.clock.fastForward(noteAfterMs)
    return await note.isVisible()
  }
  await vi.waitUntil(isNoted, { timeout: patienceMs })
  const { port } = new URL(server.url)
  const again = await startServer({ settings: { data: server.data, port } })
  await report(again, id, 'error')
  await see(page, 'Error')
  await note.waitFor({ state: 'hidden', timeout: patienceMs })
}
