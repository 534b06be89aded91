import { expect, it } from 'vitest'
import { findAccount } from '../../src/accounts/accounts.ts'
import { answerAdmin } from '../../src/admin/admin.ts'
import { changeSiteAdmin, suspend } from '../../src/enterprise/enterprise.ts'
import { query } from '../../src/store/query.ts'
import { type Browser, openBrowser, password } from '../oauth/browser.ts'
import type { EngineName } from '../support/engines.ts'
import { startServer } from '../support/server.ts'
import { type Forge, followThere, openForge, settingsFor } from './provider.ts'

/** Signing in with an account elsewhere: who is let in, as whom, and who is not. */

const callback = '/login/openid/callback'

async function openPlace(engine: EngineName = 'sqlite') {
  const forge = await openForge()
  const settings = {
    ...settingsFor(forge.url),
    ...{ oidc_new_users: '@example.com, group:deployers', oidc_admin_group: 'admins' },
    oidc_scopes: 'openid profile email groups',
  }
  const server = await startServer({ engine, settings })
  forge.serve(server.url + callback)
  const admin = async (request: Parameters<typeof answerAdmin>[1]) => {
    const answer = await answerAdmin(server.app, request)
    if (answer.kind === 'refused') throw new Error(answer.message)
    return answer.message
  }
  await server.user('octo', { admin: true })
  await admin({ kind: 'set_password', login: 'octo', password })
  const account = (login: string) => findAccount(server.app.store.read, login)
  const lines = async () =>
    (await server.app.store.read.all(auditLines, {})).map((line) =>
      [line.action, line.actor ?? 'anonymous', line.subject, line.refusal]
        .filter(Boolean)
        .join(' '),
    )
  return { forge, server, admin, account, lines }
}

const auditLines = query((db, _: object) =>
  db
    .selectFrom('audit_entries')
    .select(['action', 'actor', 'subject', 'refusal'])
    .orderBy('id')
    .limit(1000),
)

/** As far as the provider's answer, which is not yet brought back. */
async function setOut(browser: Browser, returnTo = '/settings/password'): Promise<string> {
  const page = await browser.get(`/login?${new URLSearchParams({ return_to: returnTo })}`)
  const { to = '' } = await browser.submit(page, '/login/openid')
  const { pathname, search } = await followThere(to)
  return pathname + search
}

async function signIn(browser: Browser, forge: Forge, claims: Forge['person']['claims']) {
  forge.person.claims = claims
  return await browser.get(await setOut(browser))
}

const mona = { sub: 'm-1', preferred_username: 'mona', groups: ['deployers'] }

it('a new person is let in, and is the same one ever after', async () => {
  const { forge, server, account, lines } = await openPlace('postgres')
  const browser = openBrowser(server)
  const key = () => browser.cookie()
  await browser.get('/login')
  const before = key()
  expect((await signIn(browser, forge, mona)).to).toBe('/settings/password')
  expect(key()).not.toBe(before)
  expect((await browser.get('/settings/password')).text).toContain(
    '<bdi>mona</bdi></strong> of Forge',
  )
  expect((await browser.get('/settings/sessions')).text).toContain('with Forge')

  // Another name, and no group any more: who it is has not changed.
  const again = openBrowser(server)
  const back = await signIn(again, forge, { sub: 'm-1', preferred_username: 'octo' })
  expect(back.to).toBe('/settings/password')
  expect((await again.get('/settings/password')).text).toContain('<strong>mona</strong>')
  expect(await account('mona')).toMatchObject({ password_hash: null, site_admin: 0 })
  expect((await lines()).slice(-4)).toEqual([
    'identity.link anonymous mona',
    'user.create anonymous mona',
    'sign_in.success mona',
    'sign_in.success mona',
  ])
})

it('who is nobody here is told so, and nobody is made or taken over', async () => {
  const { forge, server, lines } = await openPlace()
  const joining = { email: 'x@example.com', email_verified: true }
  const table: [object, number, string][] = [
    [{ preferred_username: 'hubot', email: 'octo@example.com' }, 403, 'No account here is linked'],
    [{ email: 'x@example.com.evil.example', email_verified: true }, 403, 'No account here'],
    [{ preferred_username: '"><script>alert(1)</script>' }, 403, '&#34;&#62;&#60;script'],
    [{ ...joining, preferred_username: 'OCTO' }, 409, 'Somebody is called OCTO here already'],
    [{ ...joining, preferred_username: 'x'.repeat(300) }, 422, 'is not a login'],
    [{ ...joining, preferred_username: 'settings' }, 422, 'is a reserved name'],
    [{ ...joining, preferred_username: '\u202e\u{1f680}' }, 422, 'is not a login'],
  ]
  for (const [claims, status, words] of table) {
    const browser = openBrowser(server)
    const seen = await signIn(browser, forge, { sub: 'n;$(id)', ...claims })
    expect([seen.status, seen.text]).toEqual([status, expect.stringContaining(words)])
    expect(seen.text).not.toContain('<script>')
    expect(seen.text).toContain('name="password"')
    expect((await browser.get('/settings/password')).to).toMatch(/^\/login/)
  }
  expect((await lines()).filter((line) => line.startsWith('user.create'))).toHaveLength(1)
  expect((await lines()).filter((line) => line.startsWith('sign_in.failed'))).toHaveLength(7)
  expect((await lines()).at(-1)).toContain(`n;$(id) of ${forge.url}/`)
  const cleaned = await signIn(openBrowser(server), forge, {
    ...{ ...joining, sub: 'n', preferred_username: '<script>a.b@example.com' },
  })
  expect(cleaned.to).toBe('/settings/password')
  expect((await lines()).at(-1)).toBe('sign_in.success script-a-b')
})

it('who says no, is suspended, or leaves the group of administrators has what they have here', async () => {
  const { forge, server, account } = await openPlace()
  const denied = await signIn(openBrowser(server), forge, undefined)
  expect([denied.status, denied.text]).toEqual([403, expect.stringContaining('Forge was told no')])

  const isAdmin = async () => (await account('mona')).site_admin === 1
  const inGroups = async (...groups: string[]) =>
    await signIn(openBrowser(server), forge, { ...mona, groups })
  await inGroups('deployers', 'admins')
  expect(await isAdmin()).toBe(true)
  await inGroups('deployers')
  expect(await isAdmin()).toBe(false)
  await changeSiteAdmin(server.app, await account('mona'), 1)
  await inGroups('admins')
  await inGroups()
  expect(await isAdmin()).toBe(true)

  await suspend(server.app, await account('mona'))
  const seen = await inGroups('admins')
  expect([seen.status, seen.text]).toEqual([403, expect.stringContaining('was suspended')])
})

it('a way back leads one browser in, once, soon, and to a page of ours; and not as often as one likes', async () => {
  const { forge, server } = await openPlace()
  forge.person.claims = mona
  const [attacker, victim] = [openBrowser(server), openBrowser(server)]
  const refusedAt = async (browser: Browser, path: string) => {
    const { status, text } = await browser.get(path)
    expect([status, text]).toEqual([403, expect.stringContaining('not begun in this browser')])
  }
  const back = await setOut(attacker)
  await victim.get('/login')
  await refusedAt(victim, back)
  await refusedAt(openBrowser(server), back)
  await refusedAt(attacker, back.replace(/state=[^&]*/, `state=${'x'.repeat(43)}`))
  await refusedAt(attacker, callback)
  const before = attacker.cookie()
  expect((await attacker.get(back)).to).toBe('/settings/password')
  await refusedAt(attacker, back)
  // Even with the cookie from before.
  const replayed = await fetch(server.url + back, { headers: { cookie: before ?? '' } })
  expect(replayed.status).toBe(403)

  const late = await setOut(victim)
  await server.app.store.transaction((tx) => tx.all(endFlows, { now: '2020-01-01T00:00:00.000Z' }))
  await refusedAt(victim, late)
  for (const path of ['https://evil.example', '//evil.example', '/\\evil.example']) {
    const browser = openBrowser(server)
    expect((await browser.get(await setOut(browser, path))).to).toBe('/')
  }
  const forged = await victim.post('/login/openid', { form_token: 'x' })
  expect(forged.status).toBe(403)

  // Guessing is over for passwords and for this together.
  await server.app.store.transaction((tx) => tx.all(setTries, { count: 50 }))
  const stopped = await victim.submit(await victim.get('/login'), '/login/openid')
  expect([stopped.status, stopped.text]).toEqual([
    403,
    expect.stringContaining('Maximum number of login attempts exceeded'),
  ])
})

const endFlows = query((db, p: { now: string }) =>
  db.updateTable('sign_in_flows').set({ ends_at: p.now }),
)

const setTries = query((db, p: { count: number }) =>
  db.updateTable('tries').set({ count: p.count }),
)

it('an account is linked by its owner with their password, or by an administrator', async () => {
  const { forge, server, admin, lines } = await openPlace()
  forge.person.claims = { sub: 'o-1', preferred_username: 'somebody-else' }
  const browser = openBrowser(server)
  await browser.signIn()
  const page = () => browser.get('/settings/password')
  const link = async (typed: string) =>
    await browser.submit(await page(), '/settings/password/link', { password: typed })
  expect((await link('wrong')).text).toContain('The password is not right')
  const back = await followThere((await link(password)).to ?? '')
  const linked = await browser.get(back.pathname + back.search)
  expect(linked.to).toBe('/settings/password?linked')
  expect((await browser.get(linked.to ?? '')).text).toContain('<bdi>somebody-else</bdi>')
  const other = openBrowser(server)
  await other.get(await setOut(other))
  expect((await other.get('/settings/password')).text).toContain('<strong>octo</strong>')

  await server.user('hubot')
  const linkHubot = { kind: 'link_identity', login: 'hubot', subject: 'o-1' } as const
  await expect(admin(linkHubot)).rejects.toThrow('is linked already')
  await browser.submit(await page(), '/settings/password/unlink')
  expect((await signIn(openBrowser(server), forge, { sub: 'o-1' })).status).toBe(403)

  expect(await admin(linkHubot)).toContain('hubot signs in as o-1 of Forge')
  const robot = openBrowser(server)
  await robot.get(await setOut(robot))
  const own = await robot.get('/settings/password')
  expect(own.text).toContain('It is your only way in')
  const fields = /name="form_token" value="([^"]*)"/.exec(own.text)
  const only = await robot.post('/settings/password/unlink', { form_token: fields?.[1] ?? '' })
  expect([only.status, only.text]).toEqual([422, expect.stringContaining('only way in')])
  await admin({ kind: 'unlink_identity', login: 'hubot' })
  expect((await robot.get('/settings/password')).to).toMatch(/^\/login/)
  const about = (await lines()).filter((line) => line.startsWith('identity.'))
  expect(about.map((line) => line.split(' ').slice(0, 3).join(' '))).toEqual([
    'identity.link octo octo',
    'identity.unlink octo octo',
    'identity.link anonymous hubot',
    'identity.unlink anonymous hubot',
  ])
})
