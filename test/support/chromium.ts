import axe from 'axe-core'
import { chromium, type Page } from 'playwright-core'
import { onTestFinished } from 'vitest'
import { findAccount } from '../../src/accounts/accounts.ts'
import { startSession } from '../../src/sessions/sessions.ts'
import type { TestServer } from './server.ts'

const executablePath = '/usr/bin/chromium'

type Screen = { readonly width?: number; readonly height?: number; readonly javaScript?: boolean }

/** A real browser, by default on a small screen; with all that it has to complain of. It ends with the test. */
export async function openChromium({ width = 320, height = 640, javaScript = true }: Screen = {}) {
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] }).catch(explain)
  onTestFinished(() => browser.close())
  const context = await browser.newContext({
    viewport: { width, height },
    javaScriptEnabled: javaScript,
  })
  const complaints: string[] = []

  async function openPage(): Promise<Page> {
    const page = await context.newPage()
    page.on('console', (message) => complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    return page
  }

  /** Without the form: that has tests of its own, and a password costs a tenth of a second. */
  async function signIn({ app, url }: TestServer, login: string): Promise<void> {
    const account = await findAccount(app.store.read, login)
    const key = await startSession(app, account, { address: '127.0.0.1', user_agent: 'Chromium' })
    await context.addCookies([{ name: 'slipway', value: key.reveal(), url }])
  }

  return { browser, context, page: await openPage(), openPage, signIn, complaints }
}

function explain(error: unknown): never {
  throw new Error('Chromium did not start; install it: apt-get install chromium', { cause: error })
}

/** What keeps somebody from using the page (axe), and whether it has to be scrolled sideways. */
export async function faultsOn(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  const found = await violationsOf(page, {})
  const isWide = await page.evaluate('document.documentElement.scrollWidth > innerWidth')
  return [...found, ...(isWide ? ['the page is wider than the screen'] : [])]
}

async function violationsOf(page: Page, options: object): Promise<string[]> {
  const found = await page.evaluate(`axe.run(document, ${JSON.stringify(options)}).then(
    ({ violations }) => violations.map(
      ({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' ')))`)
  return found as string[]
}

/** The same in both themes, which differ in nothing but colours. */
export async function faultsInBothThemes(page: Page): Promise<string[]> {
  await page.emulateMedia({ colorScheme: 'light' })
  const light = await faultsOn(page)
  await page.emulateMedia({ colorScheme: 'dark' })
  return [...light, ...(await violationsOf(page, { runOnly: ['color-contrast'] }))]
}
