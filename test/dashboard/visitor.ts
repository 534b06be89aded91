import { findAccount } from '../../src/accounts/accounts.ts'
import { startSession } from '../../src/sessions/sessions.ts'
import { fieldsOf, type Seen } from '../oauth/browser.ts'
import type { TestServer } from '../support/server.ts'

type Typed = Readonly<Record<string, string | readonly string[]>>

/** Somebody who is signed in, with a browser that runs no scripts. */
export async function openVisitor(server: TestServer, login: string) {
  const account = await findAccount(server.app.store.read, login)
  const browser = { address: '127.0.0.1', user_agent: 'test' }
  const cookie = `slipway=${(await startSession(server.app, account, browser)).reveal()}`

  async function ask(path: string, init: RequestInit = {}): Promise<Seen> {
    const url = new URL(path, server.url)
    const response = await fetch(url, { ...init, redirect: 'manual', headers: { cookie } })
    const { status, headers } = response
    const to = headers.get('location') ?? undefined
    return { status, headers, text: await response.text(), to }
  }

  const get = (path: string) => ask(path)

  /** Fills in the form of a page that leads to this path; gives where it led to, or what was refused. */
  async function submit(page: Seen, action: string, typed: Typed = {}): Promise<Seen> {
    const body = new URLSearchParams(fieldsOf(page, action))
    for (const [name, values] of Object.entries(typed)) {
      body.delete(name)
      for (const value of [values].flat()) body.append(name, value)
    }
    return await ask(action, { method: 'POST', body })
  }

  return { get, submit }
}
