import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type LogStore, openLogStore } from '../../src/agent/journal/log-store.ts'
import { openLogPage } from '../../src/agent/log-page/log-page.ts'

const name = '0123456789abcdef0123456789abcdef'
let folder: string
let logs: LogStore
let server: Server
let base: string
let isEnded: boolean

beforeEach(async () => {
  isEnded = false
  folder = await mkdtemp(join(tmpdir(), 'slipway-log-page-'))
  logs = await openLogStore({ folder })
  const onError = (error: unknown) => expect.fail(String(error))
  const page = openLogPage({ logs, isEnded: (asked) => asked !== name || isEnded, onError })
  server = createServer((request, response) => {
    if (!page(request, response)) response.writeHead(418).end()
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  base = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
})

afterEach(async () => {
  server.closeAllConnections()
  server.close()
  await logs[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${base}${path}`, { headers })

async function endLog(): Promise<void> {
  isEnded = true
  await logs.end(name)
}

type Event = { readonly id: number; readonly text: string }

const parseEvent = (block: string): Event[] => {
  const [, id, data] = /^id: (\d+)\ndata: (.*)$/.exec(block) ?? []
  return id !== undefined && data !== undefined ? [{ id: Number(id), text: JSON.parse(data) }] : []
}

/** Reads events until `until` says enough, then hangs up; all of them when the log ends. */
async function readEvents(headers: Record<string, string>, until = (_: Event[]) => false) {
  const { body } = await get(`/logs/${name}/events`, headers)
  let text = ''
  for await (const chunk of body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk
    if (until(eventsOf(text))) break
  }
  return eventsOf(text)
}

/** Only blocks that came whole count. */
const eventsOf = (text: string) => text.split('\n\n').slice(0, -1).flatMap(parseEvent)

const textOf = (events: readonly Event[]) => events.map(({ text }) => text).join('')

describe('the page', () => {
  it('shows the log as text, whatever is in it', async () => {
    await logs.append(name, '<script>alert(1)</script> & "done"\n')
    const response = await get(`/logs/${name}`)
    const html = await response.text()
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;done&quot;')
    expect(html).toContain('<noscript><meta http-equiv="refresh" content="5"></noscript>')
  })

  it('is private: not indexed, not framed, not cached, no script but its own', async () => {
    const { headers } = await get(`/logs/${name}`)
    expect(Object.fromEntries(headers)).toMatchObject({
      'referrer-policy': 'no-referrer',
      'x-robots-tag': 'noindex, nofollow',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    })
    const policy = headers.get('content-security-policy')
    expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-[^;]+; script-src 'sha256-/)
    expect(policy).not.toContain('unsafe')
  })

  it('no longer reloads when the log has ended', async () => {
    await logs.append(name, 'done\n')
    await endLog()
    const html = await (await get(`/logs/${name}`)).text()
    expect(html).not.toContain('refresh')
    expect(html).not.toContain('<script>')
  })

  it('shows the end of a long log and says what is left out', async () => {
    await logs.append(name, `first line\n${'x'.repeat(1024 * 1024)}`)
    const html = await (await get(`/logs/${name}`)).text()
    expect(html).toContain('The first 11 bytes are in the raw log only.')
    expect(html).not.toContain('first line')
  })

  it.each(['/logs/', '/logs/../x', `/logs/${name.replace('0', 'f')}`, `/logs/${name}/other`])(
    'is not found at %s',
    async (path) => {
      const status = (await get(path)).status
      expect(status).toBe(path === '/logs/../x' ? 418 : 404)
    },
  )
})

describe('the raw log', () => {
  it('is the same bytes', async () => {
    const text = 'zwei ü <b>\n'.repeat(20_000)
    await logs.append(name, text)
    const response = await get(`/logs/${name}/raw`)
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8')
    expect(await response.text()).toBe(text)
  })
})

describe('the live log', () => {
  it('sends what is there, then what comes, then that it ended', async () => {
    await logs.append(name, 'one\n')
    const reading = readEvents({})
    await logs.append(name, 'two\n')
    await logs.append(name, 'three\n')
    await endLog()
    expect(textOf(await reading)).toBe('one\ntwo\nthree\n')
  })

  it('goes on for a reader who comes back, without a gap or a repeat', async () => {
    const text = 'zwei ü 😀\n'.repeat(20_000)
    await logs.append(name, text)
    const first = await readEvents({}, (events) => events.length > 0)
    const last = first.at(-1)?.id ?? 0
    await endLog()
    const rest = await readEvents({ 'last-event-id': String(last) })
    expect(textOf(first).length).toBeGreaterThan(0)
    expect(textOf(rest).length).toBeGreaterThan(0)
    expect(textOf(first) + textOf(rest)).toBe(text)
    expect(rest.at(-1)?.id).toBe(Buffer.byteLength(text))
  })

  it('starts from the beginning for an offset that cannot be', async () => {
    await logs.append(name, 'one\n')
    await endLog()
    for (const offset of ['-1', '99', 'x']) {
      expect(textOf(await readEvents({ 'last-event-id': offset }))).toBe('one\n')
    }
  })
})
