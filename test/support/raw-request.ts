import { Client } from 'undici'

type Raw = { readonly method?: 'GET' | 'PUT' | 'POST' | 'DELETE'; readonly token?: string }

/**
 * Asks for exactly this path below the API's address: whatever parses a URL
 * takes `..` and `%2e%2e` out of it before the server sees them.
 */
export async function rawRequest(
  apiUrl: string,
  path: string,
  { method = 'GET', token }: Raw = {},
) {
  const { origin, pathname } = new URL(apiUrl)
  const client = new Client(origin)
  const answer = await client.request({
    path: `${pathname}${path}`,
    method,
    headers: { 'user-agent': 'test', ...(token ? { authorization: `Bearer ${token}` } : {}) },
  })
  const text = await answer.body.text()
  await client.close()
  return { status: answer.statusCode, headers: answer.headers, text }
}
