import { expect, it } from 'vitest'
import { answerAdmin } from '../../src/admin/admin.ts'
import { openBrowser, password } from '../oauth/browser.ts'
import { faultsInBothThemes, openChromium } from '../support/chromium.ts'
import { startServer, type TestServer } from '../support/server.ts'

/** What people keep under Settings, in a real browser. */

/** With octo, who runs the server. */
async function openPlace() {
  const server = await startServer()
  await server.user('octo', { admin: true })
  await answerAdmin(server.app, { kind: 'set_password', login: 'octo', password })
  return server
}

const userOf = (server: TestServer, token: string) =>
  fetch(`${server.apiUrl}/user`, { headers: { authorization: `Bearer ${token}` } })

it('a token is made in the browser, works on the API, and is refused once it is revoked', async () => {
  const server = await openPlace()
  const { page, signIn, complaints } = await openChromium()
  await signIn(server, 'octo')

  await page.goto(`${server.url}/settings/tokens`)
  await page.getByRole('link', { name: 'New classic token' }).click()
  await page.getByLabel('Name').fill('<script>CI</script>')
  await page.getByRole('checkbox', { name: /^repo_deployment/ }).check()
  await page.getByRole('button', { name: 'Create token' }).click()
  const token = await page.getByLabel(/^Token/).inputValue()
  expect(page.url()).not.toContain(token)
  const used = await userOf(server, token)
  expect([used.status, used.headers.get('x-oauth-scopes')]).toEqual([200, 'repo_deployment'])
  expect(await faultsInBothThemes(page)).toEqual([])

  await page.getByRole('link', { name: 'Done, I have copied it' }).click()
  const item = page.getByRole('listitem').filter({ hasText: '<script>CI</script>' })
  await item.getByText('Revoke', { exact: true }).click()
  await item.getByRole('button', { name: 'Revoke this token' }).click()
  await item.waitFor({ state: 'detached' })
  expect((await userOf(server, token)).status).toBe(401)

  await page.goto(`${server.url}/admin/audit/check`)
  expect(await faultsInBothThemes(page)).toEqual([])
  expect(complaints).toEqual([])
})

it('guessing a password is stopped in the browser, and the right one is refused as well', async () => {
  const server = await openPlace()
  const { page } = await openChromium({ javaScript: false })
  const tryWith = async (word: string) => {
    await page.getByLabel('Username').fill('octo')
    await page.getByLabel('Password').fill(word)
    await page.getByRole('button', { name: 'Sign in' }).click()
    return await page.getByRole('alert').innerText()
  }
  await page.goto(`${server.url}/login?return_to=%2Fsettings%2Ftokens`)
  expect(await tryWith('a guess')).toBe('Incorrect username or password.')
  // From the same machine, without the pages between.
  const script = openBrowser(server)
  for (let n = 1; n < 10; n += 1) await script.signIn('octo', `guess ${n}`)
  expect(await tryWith(password)).toContain('Maximum number of login attempts exceeded.')
  expect(new URL(page.url()).pathname).toBe('/session')
})
