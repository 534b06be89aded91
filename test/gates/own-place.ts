import { request } from 'undici'
import { openGatedPlace } from './gated-place.ts'

/** acme/shop with a bare `production`, and our own API below its environments. */
export async function openOwn() {
  const place = await openGatedPlace()
  await place.protect({})
  const base = `${place.server.url}/api/slipway/v1/repos/acme/shop/environments`

  async function ask(who: 'octo' | 'mona' | 'hubot', asked: string, body?: object) {
    const [method = 'GET', path] = asked.split(' ')
    const headers = { authorization: `Bearer ${place.tokens[who]}`, 'user-agent': 'test' }
    const sent = body ? { body: JSON.stringify(body) } : {}
    const answer = await request(new URL(`${base}/${path}`), { method, headers, ...sent })
    const text = await answer.body.text()
    return { status: answer.statusCode, body: text === '' ? {} : JSON.parse(text) }
  }
  return { ...place, ask }
}
