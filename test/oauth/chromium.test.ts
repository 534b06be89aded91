import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { faultsInBothThemes, faultsOn, openChromium } from '../support/chromium.ts'
import { run } from '../transports/world.ts'
import { openPlace, password, registerApp, trade } from './browser.ts'

/** A person in front of a real browser. */

it('grants deployments, and no code goes out', { timeout: 120_000 }, async () => {
  const server = await openPlace()
  const repository = await server.repository('octo', 'hidden', { private: true })
  await server.commit(repository, { files: { 'a.txt': 'a' } })
  const program = await listen()
  const callback_url = `${program}/callback`
  const { clientId: client_id, clientSecret: client_secret } = await registerApp(server, {
    callback_url,
  })
  const { page, complaints } = await openChromium()

  const asked = new URLSearchParams({ client_id, scope: 'repo_deployment', state: 's' })
  await page.goto(`${server.url}/login/oauth/authorize?${asked}`)
  expect(await faultsOn(page)).toEqual([])
  await page.getByLabel('Username').fill('octo')
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'Authorize Deploy board' }).waitFor()
  await page.getByText('Not code: it can neither read nor change it').waitFor()
  expect(await faultsInBothThemes(page)).toEqual([])
  await page.getByRole('button', { name: 'Authorize Deploy board' }).click()
  await page.waitForURL(`${callback_url}?*`)
  const back = new URL(page.url())
  expect(back.searchParams.get('state')).toBe('s')

  const code = back.searchParams.get('code') ?? ''
  const token = await trade(server, { client_id, client_secret, code })
  const headers = { authorization: `Bearer ${token['access_token']}`, 'user-agent': 'test' }
  const deployments = `${server.apiUrl}/repos/octo/hidden/deployments`
  expect((await fetch(deployments, { headers })).status).toBe(200)
  const url = new URL('/octo/hidden.git', server.url)
  url.username = 'octo'
  url.password = String(token['access_token'])
  const { code: exit, stderr } = await run('git', ['clone', url.href, join(server.data, 'clone')])
  expect([exit, stderr]).toEqual([128, expect.stringContaining('not found')])
  expect(complaints).toEqual([])
})

/** The program's own page, on loopback. */
async function listen(): Promise<string> {
  const program = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html')
    response.end('<!doctype html><title>Back</title><link rel="icon" href="data:,">')
  })
  await new Promise<void>((resolve) => program.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void program.close())
  return `http://127.0.0.1:${(program.address() as AddressInfo).port}`
}
