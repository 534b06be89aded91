import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, it } from 'vitest'
import { answerAdmin } from '../../src/admin/admin.ts'
import { engines } from '../support/engines.ts'
import { fieldsOf, openBrowser, openPlace, password } from './browser.ts'

/** Who is in front of the browser: signing in, guessing, and leaving. */

it.each(engines)('a person signs in, sees their browsers, and signs out, on %s', async (engine) => {
  const server = await openPlace(engine)
  const [here, there] = [openBrowser(server), openBrowser(server)]
  const asked = await here.get('/settings/sessions')
  expect(asked.to).toBe('/login?return_to=%2Fsettings%2Fsessions')
  expect((await here.signIn()).to).toBe('/settings/sessions')
  await there.signIn()
  const list = await here.get('/settings/sessions')
  expect(list.text).toContain('Signed in as</span> <strong>octo</strong>')
  expect(list.text.match(/Seen <time /g)).toHaveLength(2)

  await here.submit(list, '/settings/sessions')
  expect((await there.get('/settings/sessions')).to).toMatch(/^\/login/)
  const left = await here.submit(await here.get('/logout'), '/logout')
  expect(left.to).toBe('/login')
  expect((await here.get('/settings/sessions')).to).toMatch(/^\/login/)
})

it('a page runs no script, loads nothing from elsewhere, and is kept by nobody', async () => {
  const server = await openPlace()
  const browser = openBrowser(server)
  const page = await browser.get('/login')
  expect(page.headers.get('content-security-policy')).toBe(
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  )
  expect(page.headers.get('cache-control')).toBe('no-store')
  expect(page.headers.get('set-cookie')).toMatch(/HttpOnly; .*SameSite=Lax$/)
  expect(page.text).not.toContain('<script')
  const [, path = ''] = /<link rel="stylesheet" href="([^"]+)">/.exec(page.text) ?? []
  const style = await browser.get(path)
  expect(style.headers.get('content-type')).toBe('text/css; charset=utf-8')
})

it('a cookie goes over TLS alone where the server is reached by it', async () => {
  const { startServer } = await import('../support/server.ts')
  const server = await startServer({ settings: { public_url: 'https://slipway.example.com' } })
  const page = await openBrowser(server).get('/setup')
  expect(page.headers.get('set-cookie')).toMatch(/^__Host-slipway=[\w-]{43}; Secure; .*Path=\/;/)
})

it('a cookie that is none of ours is nobody, whatever it holds', async () => {
  const server = await openPlace()
  /** Byte for byte: clients refuse to send most of these. */
  const status = async (cookie: string) => {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
    socket.write(`GET /login HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n`, 'latin1')
    socket.write(`Cookie: ${cookie}\r\n\r\n`, 'latin1')
    return (await text(socket)).split(' ')[1]
  }
  const ours = `slipway=${'x'.repeat(43)}`
  const hostile = ['', '=', ';;==;', 'slipway', 'slipway="%E0%A4%A"', '__proto__=1; é=\t; \xff']
  for (const cookie of [...hostile, ours, `${ours}; ${ours}`, `a=${'b;'.repeat(6_000)}`]) {
    expect(await status(cookie), cookie).toBe('200')
  }
  expect(await status('a=\x01\x7f')).toBe('400')
  expect(await status(`a=${'b'.repeat(20_000)}`)).toBe('431')
})

it('a new key comes with signing in: one that somebody planted before is worth nothing', async () => {
  const browser = openBrowser(await openPlace())
  await browser.get('/login')
  const planted = browser.cookie()
  await browser.signIn()
  expect(browser.cookie()).not.toBe(planted)
})

it('nobody is sent out of here by signing in', async () => {
  const browser = openBrowser(await openPlace())
  for (const path of ['https://evil.example', '//evil.example', '/\\evil.example', 'x', '/a\nb']) {
    expect((await browser.signIn('octo', password, path)).to).toBe('/')
    await browser.submit(await browser.get('/logout'), '/logout')
  }
})

it('where nobody signs in elsewhere there is no button, and nothing behind it', async () => {
  const browser = openBrowser(await openPlace())
  const page = await browser.get('/login')
  expect(page.text).not.toContain('/login/openid')
  expect((await browser.post('/login/openid', fieldsOf(page, '/session'))).status).toBe(404)
  expect((await browser.get('/login/openid/callback?state=x')).status).toBe(404)
})

it('a form from elsewhere is refused', async () => {
  const server = await openPlace()
  const [octo, stranger] = [openBrowser(server), openBrowser(server)]
  await octo.signIn()
  const strangers = fieldsOf(await stranger.get('/login'), '/session')['form_token'] ?? ''
  for (const form_token of ['', 'x', strangers]) {
    expect((await octo.post('/logout', { form_token })).status).toBe(403)
  }
  expect((await octo.post('/session', { login: 'octo', password })).status).toBe(403)
  expect((await octo.get('/settings/sessions')).status).toBe(200)
})

it('guessing is stopped, for the right word as well, and only where it was guessed', async () => {
  const server = await openPlace()
  const browser = openBrowser(server)
  for (let n = 0; n < 10; n += 1) {
    const page = await browser.signIn('octo', `guess ${n}`)
    expect([page.status, page.text]).toEqual([
      401,
      expect.stringContaining('Incorrect username or password.'),
    ])
  }
  const stopped = await browser.signIn()
  expect([stopped.status, stopped.text]).toEqual([
    403,
    expect.stringContaining('Maximum number of login attempts exceeded. Please try again later.'),
  ])
  await server.user('mona')
  await answerAdmin(server.app, { kind: 'set_password', login: 'mona', password })
  expect((await openBrowser(server).signIn('mona')).to).toBe('/settings/sessions')
})

it('whoever has no password, or is nobody, hears the same', async () => {
  const server = await openPlace()
  await server.user('mona')
  const browser = openBrowser(server)
  for (const login of ['mona', 'gone', '', '"><script>']) {
    const page = await browser.signIn(login, password)
    expect(page.text).toContain('Incorrect username or password.')
    expect(page.text).not.toContain('<script>')
  }
})

it('a new password signs every browser out', async () => {
  const server = await openPlace()
  const browser = openBrowser(server)
  await browser.signIn()
  await answerAdmin(server.app, { kind: 'set_password', login: 'octo', password: 'another one' })
  expect((await browser.get('/settings/sessions')).to).toMatch(/^\/login/)
  expect((await browser.signIn()).status).toBe(401)
  expect((await browser.signIn('octo', 'another one')).to).toBe('/settings/sessions')
})
