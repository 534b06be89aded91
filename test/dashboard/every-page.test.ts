import { gzipSync } from 'node:zlib'
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { assets } from '../../src/pages/web/assets.ts'
import { faultsInBothThemes, openChromium } from '../support/chromium.ts'
import { openSeededPlace } from './seeded-place.ts'

it('has pages that everybody can use: in both themes, on a small screen, with and without JavaScript', {
  timeout: 300_000,
}, async () => {
  const { server, shown } = await openSeededPlace()
  const browser = await openChromium()
  await browser.signIn(server, 'octo')
  const faults = []
  for (const { address } of shown) {
    faults.push(...(await faultsAt(browser.page, server.url + address)))
  }
  expect(faults).toEqual([])
  const missing = (text: string) => text.includes('404 (Not Found)')
  expect(browser.complaints.filter((text) => !missing(text))).toEqual([])
  const plain = await browser.browser.newContext({ javaScriptEnabled: false })
  await plain.addCookies(await browser.context.cookies())
  const page = await plain.newPage()
  for (const { address } of shown) {
    await page.goto(server.url + address)
    expect(await page.locator('h1').count(), address).toBe(1)
    const html = await page.content()
    expect(scriptBytesIn(html), address).toBeLessThanOrEqual(20 * 1024)
    expect(bareApiAddressesIn(html, server.url), address).toEqual([])
  }
})

/** The API's without its prefix, which no document names. */
const bareApiAddressesIn = (html: string, url: string) =>
  html.match(new RegExp(`${url}/(repos|user|users|app|app-manifests)\\b[^<\\s"]*`, 'g')) ?? []

/** All that a page loads, as it is sent. */
function scriptBytesIn(html: string): number {
  const paths = [...html.matchAll(/<script type="module" src="([^"]+)"/g)].map(([, path]) => path)
  const loaded = Object.values(assets).filter(({ path }) => paths.includes(path))
  expect(loaded.length).toBe(paths.length)
  return loaded.reduce((sum, { text }) => sum + gzipSync(text, { level: 9 }).length, 0)
}

async function faultsAt(page: Page, address: string): Promise<string[]> {
  await page.goto(address)
  const faults = await faultsInBothThemes(page)
  return faults.map((fault) => `${new URL(address).pathname}: ${fault}`)
}
