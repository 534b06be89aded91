import { expect, it } from 'vitest'
import { newSetupToken } from '../../src/pages/setup/setup.ts'
import { fieldsOf, openBrowser } from '../oauth/browser.ts'
import { engines } from '../support/engines.ts'
import { startServer } from '../support/server.ts'

/** Who may make the first administrator: whoever has the link, once, and nobody for having come first. */

const password = 'correct horse battery'
const typed = { login: 'octo', password }

it.each(engines)(
  'the link makes one administrator, who is signed in by it, on %s',
  async (engine) => {
    const server = await startServer({ engine })
    const browser = openBrowser(server)
    expect((await browser.get('/')).to).toBe('/login?return_to=%2F')
    expect((await browser.get('/login?return_to=%2F')).to).toBe('/setup')
    const page = await browser.get('/setup')
    const token = newSetupToken(server.app).reveal()
    const link = `${server.url}/setup#t=${token}`

    const short = await browser.submit(page, '/setup', { ...typed, token: link, password: 'short' })
    expect(short.status).toBe(422)
    expect(short.text).toContain('A password has 8')
    // Not asked for again: it was the right one.
    const made = await browser.submit(short, '/setup', typed)
    expect(made.to).toBe('/start')
    expect((await browser.get('/start')).text).toContain(
      'Signed in as</span> <strong>octo</strong>',
    )

    const other = openBrowser(server)
    expect((await other.get('/setup')).to).toBe('/login')
    const late = await other.get('/login')
    const { form_token = '' } = fieldsOf(late, '/session')
    const again = await other.post('/setup', { ...typed, token, login: 'hubot', form_token })
    expect(again.to).toBe('/login')
    const octokit = await server.octokit('octo', ['repo'])
    expect((await octokit.users.getAuthenticated()).data.site_admin).toBe(true)
    await expect(octokit.users.getByUsername({ username: 'hubot' })).rejects.toThrow('Not Found')
  },
)

it('a wrong token is refused in words, guessing is stopped, and the form is its own', async () => {
  const server = await startServer()
  const browser = openBrowser(server)
  const page = await browser.get('/setup')
  const token = newSetupToken(server.app).reveal()
  const guess = () => browser.submit(page, '/setup', { ...typed, token: 'guess' })
  const wrong = await guess()
  expect(wrong.status).toBe(403)
  expect(wrong.text).toContain('not the token of the link')
  expect(wrong.text).toContain('value="octo"')
  for (let tries = 1; tries < 10; tries++) await guess()
  const stopped = await browser.submit(page, '/setup', { ...typed, token })
  expect(stopped.text).toContain('Too many wrong tokens')
  const forged = await openBrowser(server).post('/setup', { ...typed, token })
  expect(forged.text).toContain('This form is not from this browser')
  expect((await openBrowser(server).get('/login')).to).toBe('/setup')
})
