import { request } from 'undici'
import { expect, it } from 'vitest'
import { startServer } from '../support/server.ts'

const agent = { 'user-agent': 'test' }

async function get(url: string, headers: Record<string, string> = agent) {
  const answer = await request(url, { headers })
  return { status: answer.statusCode, headers: answer.headers, text: await answer.body.text() }
}

it('answers an unknown path with 404 and the standard headers', async () => {
  const { apiUrl } = await startServer()
  const answer = await get(`${apiUrl}/nowhere`)
  expect(answer.status).toBe(404)
  expect(JSON.parse(answer.text)).toEqual({
    message: 'Not Found',
    documentation_url: 'https://docs.github.com/rest',
    status: '404',
  })
  expect(answer.headers).toMatchObject({
    'content-type': 'application/json; charset=utf-8',
    'x-content-type-options': 'nosniff',
    'access-control-allow-origin': '*',
    'x-github-media-type': 'github.v3; format=json',
  })
  expect(answer.headers['x-github-request-id']).toMatch(/^([\dA-F]+:){4}[\dA-F]+$/)
})

it('is alive and ready', async () => {
  const { url } = await startServer()
  expect((await get(`${url}/healthz`)).status).toBe(200)
  expect((await get(`${url}/readyz`)).status).toBe(200)
})

it('answers a preflight of a browser', async () => {
  const { apiUrl } = await startServer()
  const headers = { ...agent, origin: 'https://app.example.com' }
  // The root without its slash was 404 to browsers, though they may GET it.
  for (const path of ['/repos/octo/hello/deployments', '', '/']) {
    const answer = await request(apiUrl + path, { method: 'OPTIONS', headers })
    expect(answer.statusCode, path).toBe(204)
    expect(answer.headers['access-control-allow-methods']).toBe('GET, POST, PATCH, PUT, DELETE')
  }
})
