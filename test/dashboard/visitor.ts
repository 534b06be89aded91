import { expect } from 'vitest'
import { findAccount } from '../../src/accounts/accounts.ts'
import { formTokenOf, startSession } from '../../src/sessions/sessions.ts'
import type { TestServer } from '../support/server.ts'

type Field = [name: string, value: string]

/** What a browser without JavaScript does for somebody who is signed in: follows links and posts forms. */
export async function openVisitor({ app, url }: TestServer, login: string) {
  const account = await findAccount(app.store.read, login)
  const key = await startSession(app, account, { address: '127.0.0.1', user_agent: 'test' })
  const headers = { cookie: `slipway=${key.reveal()}` }

  async function ask(path: string, body?: URLSearchParams) {
    const how = { redirect: 'manual', headers, ...(body ? { method: 'POST', body } : {}) } as const
    const response = await fetch(new URL(path, url), how)
    const to = response.headers.get('location') ?? undefined
    return { status: response.status, to, text: await response.text() }
  }

  const get = (path: string) => ask(path)
  const post = (path: string, fields: readonly Field[] = []) =>
    ask(path, new URLSearchParams([['form_token', formTokenOf(key)], ...fields]))

  return { get, post }
}

type Typed = Readonly<Record<string, string | readonly string[]>>

/** Somebody who fills in the form of a page that leads to an address. */
export async function openForms(server: TestServer, login = 'octo') {
  const { get, post } = await openVisitor(server, login)
  async function submit(page: { readonly text: string }, action: string, typed: Typed = {}) {
    expect(page.text).toContain(`action="${action}"`)
    const fields = Object.entries(typed).flatMap(([name, values]) =>
      [values].flat().map((value): [string, string] => [name, value]),
    )
    return await post(action, fields)
  }
  return { get, submit }
}
