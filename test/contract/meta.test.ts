import { request } from 'undici'
import { expect, it } from 'vitest'
import { faultsOf } from '../support/openapi.ts'
import { refusalOf } from '../support/refusal.ts'
import { startServer } from '../support/server.ts'

/** https://docs.github.com/rest/meta/meta */

async function get(url: string, headers: Record<string, string> = {}) {
  const answer = await request(url, { headers: { 'user-agent': 'test', ...headers } })
  return { status: answer.statusCode, headers: answer.headers, text: await answer.body.text() }
}

it('answers at its root, with and without a slash', async () => {
  const { apiUrl } = await startServer()
  for (const url of [apiUrl, `${apiUrl}/`]) {
    const { status, text } = await get(url)
    const body = JSON.parse(text)
    expect(faultsOf({ method: 'GET', path: '/', status, body })).toEqual([])
    expect(body.repository_url).toBe(`${apiUrl}/repos/{owner}/{repo}`)
  }
})

it('tells gh at the root what its token may do', async () => {
  const server = await startServer()
  await server.user('octo')
  const token = await server.token('octo', ['repo', 'read:org'])
  const answer = await get(`${server.apiUrl}/`, { authorization: `token ${token}` })
  expect(answer.status).toBe(200)
  expect(answer.headers['x-oauth-scopes']).toBe('read:org, repo')
  const bare = { authorization: `token ${token}`, accept: 'application/vnd.github+json' }
  expect((await get(`${server.url}/`, bare)).headers['x-oauth-scopes']).toBe('read:org, repo')
})

it('looks like a server of one’s own to clients', async () => {
  const { apiUrl, url } = await startServer()
  const { status, text } = await get(`${apiUrl}/meta`)
  const body = JSON.parse(text)
  expect(body).toEqual({
    verifiable_password_authentication: false,
    installed_version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
    slipway: { web: url, api: `${url}/api/slipway/v1` },
  })
  expect(faultsOf({ method: 'GET', path: '/meta', status, body })).toEqual([])
})

it('has something to say, as plain text', async () => {
  const { apiUrl } = await startServer()
  const zen = await get(`${apiUrl}/zen`)
  expect(zen.headers['content-type']).toMatch(/^text\/plain/)
  expect(zen.text).toMatch(/^[A-Z].+\.$/)
  const mascot = await get(`${apiUrl}/octocat?s=Ship%20it%1b%5b31m`)
  expect(mascot.headers['content-type']).toMatch(/^application\/octocat-stream/)
  expect(mascot.text).toContain('Ship it [31m')
})

it('lists the versions that it takes', async () => {
  const { apiUrl } = await startServer()
  const { text } = await get(`${apiUrl}/versions`)
  const versions: string[] = JSON.parse(text)
  expect(versions).toContain('2022-11-28')
  for (const version of versions) {
    expect((await get(`${apiUrl}/zen`, { 'x-github-api-version': version })).status).toBe(200)
  }
})

it('has no rate limits, and says so', async () => {
  const server = await startServer()
  await server.user('octo')
  const octokit = await server.octokit('octo')
  expect(await refusalOf(octokit.rateLimit.get())).toMatchObject({
    status: 404,
    body: { message: 'Rate limiting is not enabled.' },
  })
})
