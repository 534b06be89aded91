import { describe, expect, it } from 'vitest'
import { answerAdmin } from '../../src/admin/admin.ts'
import { query } from '../../src/store/query.ts'
import { openBrowser, password } from '../oauth/browser.ts'
import { behindHttps, httpsFront } from '../support/https.ts'
import { atHome } from '../support/installed.ts'
import { until } from '../support/program.ts'
import { startServer } from '../support/server.ts'

/** Debian's `gh` and the browser of somebody who is signed in. */
async function open() {
  const server = await startServer({ settings: behindHttps })
  const front = await httpsFront(server)
  await server.user('octo')
  await answerAdmin(server.app, { kind: 'set_password', login: 'octo', password })
  const browser = openBrowser(server)
  await browser.signIn()
  const { run, start } = atHome('gh', { ...front.env, GH_HOST: front.host })
  const login = (...more: string[]) => ['auth', 'login', '--hostname', front.host, ...more]

  async function expectSignedIn() {
    const status = await run(['auth', 'status', '--hostname', front.host])
    expect(`${status.stdout}${status.stderr}`).toContain('Logged in to slipway.test as octo')
    expect((await run(['api', 'user', '--jq', '.login'])).stdout.trim()).toBe('octo')
  }

  /** `gh auth login --web`, and what it says that matches. */
  async function signInByWeb(pattern: RegExp) {
    const { ended, said } = start(login('--web', '--git-protocol', 'https'))
    await until(() => pattern.test(said()))
    return { ended, match: pattern.exec(said())?.[0] ?? '' }
  }
  return { server, browser, run, login, signInByWeb, expectSignedIn }
}

/** `gh` asks for the device flow first, and for this where there is none. */
const endDeviceFlow = query((db, _: object) =>
  db.updateTable('oauth_apps').set({ device_flow: 0 }).where('client_secret_hash', 'is', null),
)

describe('gh', () => {
  it('auth login --with-token', async () => {
    const { server, run, login, expectSignedIn } = await open()
    const token = await server.token('octo', ['repo', 'read:org', 'gist'])
    expect(await run(login('--with-token'), { input: token })).toMatchObject({ code: 0 })
    await expectSignedIn()
  })

  it('auth login --web, by device', async () => {
    const { browser, signInByWeb, expectSignedIn } = await open()
    const { ended, match: user_code } = await signInByWeb(/[A-Z\d]{4}-[A-Z\d]{4}/)
    const page = await browser.get('/login/device')
    const shown = await browser.submit(page, '/login/device', { user_code })
    await browser.submit(shown, '/login/device/answer', { answer: 'authorize' })
    expect(await ended).toMatchObject({ code: 0 })
    await expectSignedIn()
  })

  it('auth login --web, by browser', async () => {
    const { server, browser, signInByWeb, expectSignedIn } = await open()
    await server.app.store.transaction((tx) => tx.all(endDeviceFlow, {}))
    const { ended, match } = await signInByWeb(/https:\/\/\S+\/login\/oauth\/authorize\?\S+/)
    const { pathname, search } = new URL(match)
    const page = await browser.get(pathname + search)
    const { to = '' } = await browser.submit(page, pathname, { answer: 'authorize' })
    expect(new URL(to).hostname).toBe('localhost')
    await fetch(to)
    expect(await ended).toMatchObject({ code: 0 })
    await expectSignedIn()
  })
})
