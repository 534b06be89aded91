import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Browser, chromium, type Page } from 'playwright-core'
import { findAccount } from '../src/accounts/accounts.ts'
import { answerAdmin } from '../src/admin/admin.ts'
import type { App } from '../src/app.ts'
import { readConfig } from '../src/config.ts'
import { silentLog } from '../src/lib/log.ts'
import { pages as routes } from '../src/pages/pages.ts'
import { startServer } from '../src/server/server.ts'
import { startSession } from '../src/sessions/sessions.ts'
import { findPlace, type Shown, shownOf } from './screenshots/table.ts'
import { logins } from './seed/catalogue.ts'
import { deploymentsUsually, seed } from './seed.ts'

/**
 * Pictures of every page, in both themes, on a desk and on a phone, with the data of `scripts/seed.ts`:
 * `npm run screenshots [NAME…]`. They go to a temporary folder, and those that the README shows to docs/screenshots.
 */

const executablePath = '/usr/bin/chromium'
const themes = ['light', 'dark'] as const
const screens = { desk: { width: 1280, height: 800 }, phone: { width: 320, height: 640 } } as const
/** The README's, as `name-theme`: cut where the screen ends. */
const shown = new Set(['grid-light', 'grid-dark', 'deployment-light', 'insights-light'])

const root = join(import.meta.dirname, '..')

async function main(): Promise<void> {
  const { positionals: names, values } = parseArgs({
    allowPositionals: true,
    options: { out: { type: 'string', default: join(tmpdir(), 'slipway-screenshots') } },
  })
  const data = mkdtempSync(join(tmpdir(), 'slipway-seed-'))
  try {
    const flags = { data, port: '0', ssh_port: '0', webhook_allow: '127.0.0.0/8' }
    await using server = await startServer(readConfig(flags, {}).config, silentLog)
    await seed(server, deploymentsUsually)
    const pages = await listPages(server.app, names)
    const cookie = await cookieOf(server.app, server.url)
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
    for (const page of pages) {
      const cookies = page.isAnonymous ? [] : [cookie]
      await photograph(
        browser,
        { ...page, address: server.url + page.address, cookies },
        values.out,
      )
    }
    await browser.close()
    process.stdout.write(`${pages.length} pages are in ${values.out}\n`)
  } finally {
    rmSync(data, { recursive: true, force: true })
  }
}

async function listPages(app: App, names: readonly string[]): Promise<Shown[]> {
  const place = await findPlace(app.store, await registerProgram(app))
  const all = shownOf(routes, place)
  return all.filter(({ name }) => names.length === 0 || names.includes(name))
}

/** One that asks for access, so that there is something to consent to. */
async function registerProgram(app: App): Promise<string> {
  const answer = await answerAdmin(app, {
    ...{ kind: 'create_oauth_app', name: 'Deploy board', owner: logins.owner },
    ...{ callback_url: 'https://board.example.com/callback', url: null, device_flow: true },
  })
  if (answer.kind === 'refused') throw new Error(answer.message)
  return answer.output[0] ?? ''
}

type Shot = Shown & { readonly cookies: readonly { name: string; value: string; url: string }[] }

async function photograph(browser: Browser, shot: Shot, folder: string): Promise<void> {
  for (const colorScheme of themes) {
    const context = await browser.newContext({ colorScheme, reducedMotion: 'reduce' })
    await context.addCookies(shot.cookies)
    const page = await context.newPage()
    for (const [screen, size] of Object.entries(screens)) {
      await page.setViewportSize(size)
      await page.goto(shot.address, { waitUntil: 'load' })
      const path = join(folder, `${shot.name}-${colorScheme}-${screen}.png`)
      await page.screenshot({ path, fullPage: true })
    }
    const picture = `${shot.name}-${colorScheme}`
    if (shown.has(picture)) await keep(page, shot.address, picture)
    await context.close()
  }
}

async function keep(page: Page, address: string, picture: string) {
  const folder = join(root, 'docs/screenshots')
  mkdirSync(folder, { recursive: true })
  await page.setViewportSize(screens.desk)
  await page.goto(address)
  await page.screenshot({ path: join(folder, `${picture}.png`) })
}

async function cookieOf(app: App, url: string) {
  const account = await findAccount(app.store.read, logins.owner)
  const from = { address: '127.0.0.1', user_agent: 'Chromium' }
  const key = await startSession(app, account, from)
  return { name: 'slipway', value: key.reveal(), url }
}

await main()
