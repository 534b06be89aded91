import { OAuthApp, Octokit } from 'octokit'
import { describe, expect, it } from 'vitest'
import { authorize, openBrowser, openPlace, registerApp } from '../oauth/browser.ts'

/** The unmodified `octokit`, as a program would use it. */

async function open() {
  const server = await openPlace()
  const credentials = await registerApp(server)
  const octo = openBrowser(server)
  await octo.signIn()
  const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
  const AtOurs = Octokit.defaults({ baseUrl: server.apiUrl, log })
  const program = new OAuthApp({ ...credentials, clientType: 'oauth-app', Octokit: AtOurs })
  return { server, octo, program }
}

describe('octokit', () => {
  it('OAuthApp: web flow, check, reset and delete token', async () => {
    const { octo, program } = await open()
    const { url } = program.getWebFlowAuthorizationUrl({
      scopes: ['repo_deployment', 'read:org'],
      state: 'state123',
    })
    const asked = new URL(url)
    const back = await authorize(octo, Object.fromEntries(asked.searchParams))
    expect(asked.pathname).toBe('/login/oauth/authorize')
    const code = back.searchParams.get('code') ?? ''
    const { authentication } = await program.createToken({ code, state: 'state123' })
    const { token } = authentication
    const checked = await program.checkToken({ token })
    expect(checked.data.user?.login).toBe('octo')
    expect(checked.data.scopes).toEqual(['read:org', 'repo_deployment'])

    const reset = await program.resetToken({ token })
    await expect(program.checkToken({ token })).rejects.toMatchObject({ status: 404 })
    const renewed = reset.data.token
    const user = await program.getUserOctokit({ token: renewed, scopes: [] })
    expect((await user.rest.users.getAuthenticated()).data.login).toBe('octo')

    expect((await program.deleteToken({ token: renewed })).status).toBe(204)
    await expect(program.checkToken({ token: renewed })).rejects.toMatchObject({ status: 404 })
    const again = await octo.get(asked.pathname + asked.search)
    expect(again.status).toBe(302)
  })

  it('OAuthApp: reads as itself what anybody may read', async () => {
    const { server, program } = await open()
    await server.repository('octo', 'open')
    await server.repository('octo', 'hidden', { private: true })
    const { rest } = program.octokit
    const found = await rest.repos.get({ owner: 'octo', repo: 'open' })
    expect(found.data.full_name).toBe('octo/open')
    const hidden = rest.repos.get({ owner: 'octo', repo: 'hidden' })
    await expect(hidden).rejects.toMatchObject({ status: 404 })
    await expect(rest.users.getAuthenticated()).rejects.toMatchObject({ status: 401 })
    const { clientId } = await registerApp(server)
    const wrong = { authorization: `Basic ${btoa(`${clientId}:wrong`)}`, 'user-agent': 'test' }
    expect((await fetch(`${server.apiUrl}/zen`, { headers: wrong })).status).toBe(401)
  })

  it('OAuthApp: deleteAuthorization', async () => {
    const { octo, program } = await open()
    const asked = new URL(program.getWebFlowAuthorizationUrl({ scopes: ['repo'] }).url)
    const back = await authorize(octo, Object.fromEntries(asked.searchParams))
    const code = back.searchParams.get('code') ?? ''
    const { authentication } = await program.createToken({ code })
    const { token } = authentication
    expect((await program.deleteAuthorization({ token })).status).toBe(204)
    await expect(program.checkToken({ token })).rejects.toMatchObject({ status: 404 })
    const again = await octo.get(asked.pathname + asked.search)
    expect([again.status, again.text]).toEqual([200, expect.stringContaining('Authorize')])
  })

  it('OAuthApp: device flow', async () => {
    const { octo, program } = await open()
    const { authentication } = await program.createToken({
      scopes: ['repo_deployment'],
      onVerification: async ({ user_code, verification_uri }) => {
        const page = await octo.get(new URL(verification_uri).pathname)
        const shown = await octo.submit(page, '/login/device', { user_code })
        await octo.submit(shown, '/login/device/answer', { answer: 'authorize' })
      },
    })
    const { data } = await program.checkToken({ token: authentication.token })
    expect(data.scopes).toEqual(['repo_deployment'])
  })
})
