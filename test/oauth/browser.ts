import { expect } from 'vitest'
import { answerAdmin } from '../../src/admin/admin.ts'
import type { EngineName } from '../support/engines.ts'
import { startServer, type TestServer } from '../support/server.ts'

export const password = 'correct horse battery'

/** A server with octo, who has a password. */
export async function openPlace(engine: EngineName = 'sqlite') {
  const server = await startServer({ engine })
  await server.user('octo')
  await answerAdmin(server.app, { kind: 'set_password', login: 'octo', password })
  return server
}

/** A registered OAuth app: its id and its secret. */
export async function registerApp(
  server: TestServer,
  { callback_url = 'https://board.example.com/callback', device_flow = true } = {},
) {
  const answer = await answerAdmin(server.app, {
    kind: 'create_oauth_app',
    name: 'Deploy board',
    owner: 'octo',
    callback_url,
    url: null,
    device_flow,
  })
  if (answer.kind === 'refused') throw new Error(answer.message)
  const [clientId = '', clientSecret = ''] = answer.output
  return { clientId, clientSecret }
}

export type Seen = {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** Where a redirect leads, by status or by page. */
  readonly to: string | undefined
}

export type Browser = ReturnType<typeof openBrowser>

/** What a browser does without JavaScript: keeps a cookie, follows what it is told to, and posts forms. */
export function openBrowser(server: TestServer) {
  let cookie: string | undefined

  async function ask(path: string, init: RequestInit = {}): Promise<Seen> {
    const response = await fetch(new URL(path, server.url), {
      ...init,
      redirect: 'manual',
      headers: { ...(cookie ? { cookie } : {}), ...(init.headers as Record<string, string>) },
    })
    cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? cookie
    const text = await response.text()
    const onward = /http-equiv="refresh" content="0; url=([^"]*)"/.exec(text)?.[1]
    const to = response.headers.get('location') ?? (onward && unescaped(onward)) ?? undefined
    return { status: response.status, headers: response.headers, text, to }
  }

  const get = (path: string) => ask(path)
  const post = (path: string, fields: Record<string, string>) =>
    ask(path, { method: 'POST', body: new URLSearchParams(fields) })

  /** Posts the form that leads to this path, as it was shown, with what was typed. */
  async function submit(page: Seen, action: string, typed: Record<string, string> = {}) {
    return await post(action, { ...fieldsOf(page, action), ...typed })
  }

  async function signIn(login = 'octo', given = password, returnTo = '/settings/sessions') {
    const page = await get(`/login?${new URLSearchParams({ return_to: returnTo })}`)
    return await submit(page, '/session', { login, password: given })
  }

  return { get, post, submit, signIn, cookie: () => cookie }
}

/** What the form with this action carries by itself. */
export function fieldsOf({ text }: Seen, action: string): Record<string, string> {
  const forms = text.split('<form ').filter((form) => form.includes(`action="${action}"`))
  const form = forms.at(-1)?.split('</form>')[0]
  expect(form, text).toBeDefined()
  const inputs = (form ?? '').matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)
  return Object.fromEntries(
    [...inputs].map(([, name = '', value = '']) => [name, unescaped(value)]),
  )
}

const unescaped = (text: string) =>
  text.replace(/&#(x?)([\da-f]+);|&(amp|lt|gt|quot);/gi, (_, hex, digits, name: string) => {
    if (digits) return String.fromCodePoint(Number.parseInt(digits, hex ? 16 : 10))
    return { amp: '&', lt: '<', gt: '>', quot: '"' }[name] ?? ''
  })

/** A person who says yes: the code that the program receives, with everything else of the address. */
export async function authorize(browser: Browser, query: Record<string, string>): Promise<URL> {
  const page = await browser.get(`/login/oauth/authorize?${new URLSearchParams(query)}`)
  if (page.to) return new URL(page.to)
  const answered = await browser.submit(page, '/login/oauth/authorize', { answer: 'authorize' })
  return new URL(answered.to ?? '')
}

/** What a program sends to get its token. */
export async function trade(
  server: TestServer,
  fields: Record<string, string>,
  accept = 'application/json',
): Promise<Record<string, unknown>> {
  const response = await fetch(`${server.url}/login/oauth/access_token`, {
    method: 'POST',
    headers: { accept },
    body: new URLSearchParams(fields),
  })
  expect(response.status).toBe(200)
  expect(response.headers.get('cache-control')).toBe('no-store')
  return (await response.json()) as Record<string, unknown>
}
